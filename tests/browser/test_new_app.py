"""The "Create User Login App" link: the filled form, signing up, credentials, and a login with them."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from running import environment

from ringback import RingCentral

pytestmark = pytest.mark.browser


def test_create_an_app_from_the_link_and_log_in_with_it(visitor, demo):
    page = visitor.page
    page.goto(demo.web)
    page.get_by_role("link", name="Create User Login App").click()
    visitor.shot("sign-in-or-up")
    page.get_by_text("New here? Sign up").click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Developer")
    page.get_by_label("E-mail").last.fill("ada@developer.example")
    page.get_by_label("Password, at least 8 characters").fill("correct horse battery")
    page.get_by_role("button", name="Sign up").click()
    assert page.get_by_label("App name").input_value() == "Authorization Flow Quick Start App"
    visitor.shot("filled-form")
    page.get_by_role("button", name="Create").click()
    assert "/console/apps/" in page.url
    visitor.shot("created")
    client_id = page.url.rstrip("/").rpartition("/")[2]
    env = dict(
        line.split("=", 1)
        for line in page.locator("pre").first.inner_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    assert env["RC_APP_CLIENT_ID"] == client_id
    secret = env["RC_APP_CLIENT_SECRET"]
    page.reload()
    assert secret not in page.content()

    rc = RingCentral(
        client_id=client_id, client_secret=secret, server=env["RC_SERVER_URL"], vault="memory://"
    )
    with rc:
        login = rc.begin_login(env["RC_REDIRECT_URL"])
        page.goto(login.url)
        if page.locator("input[name=password]").count():
            visitor.sign_in(demo.admin)
        page.get_by_role("button", name="Authorize").click()
        # The demo's web app refuses a callback that it did not start, and leaves its code alone.
        page.wait_for_url(lambda url: "/oauth2callback?" in url)
        user = rc.finish_login(page.url, login.transaction)
        assert user.extension().extension_number
        user.logout()


def test_an_app_of_ones_own_runs_beside_the_demo(visitor, demo, tmp_path):
    """The README's second step as written: another port in the form, the block as `.env`, `flask run`."""
    page = visitor.page
    port = free_port()
    page.goto(demo.web)
    page.get_by_role("link", name="Create User Login App").click()
    visitor.sign_in(demo.admin)
    page.get_by_label("OAuth redirect URIs").fill(f"http://localhost:{port}/oauth2callback")
    page.get_by_role("button", name="Create").click()
    (tmp_path / ".env").write_text(page.locator("pre").first.inner_text())
    shutil.copy(Path(__file__).parents[2] / ".flaskenv", tmp_path)
    command = [sys.executable, "-m", "flask", "run", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as own:
        assert any("Running on" in line for line in own.stderr)
        page.goto(f"http://localhost:{port}")
        page.get_by_role("link", name="Login RingCentral Account").click()
        if page.locator("input[name=password]").count():
            visitor.sign_in(demo.admin)
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"http://localhost:{port}/test")
        page.get_by_role("link", name="Logout").click()
        own.terminate()
        own.communicate(timeout=20)


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]
