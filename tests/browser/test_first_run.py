"""From an empty folder to a login, in Chromium: `ringback web`, an app of the local console, the check."""

import stat

import httpx2
import pytest
from running import Running

from browser.conftest import Visitor

pytestmark = pytest.mark.browser


class Bench:
    """A platform and a first run, each as its own command."""

    def __init__(self, web, platform):
        self.web, self.platform = web, platform


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "web").mkdir()
    return tmp_path / "web"


@pytest.fixture
def bench(tmp_path, folder):
    free = ("--rate-limits", "off", "--platform-port", "0")
    with (
        Running("platform", *free, cwd=tmp_path) as platform,
        Running("web", "--web-port", "0", cwd=folder) as web,
    ):
        yield Bench(web, platform)


def sign_up(console):
    """Press Create in the console that the link has opened; the client ID and secret it shows."""
    console.get_by_text("New here? Sign up").click()
    console.get_by_label("First name").fill("Ada")
    console.get_by_label("Last name").fill("Developer")
    console.get_by_label("E-mail").last.fill("ada@developer.example")
    console.get_by_label("Password, at least 8 characters").fill("correct horse battery")
    console.get_by_role("button", name="Sign up").click()
    console.get_by_role("button", name="Create", exact=True).click()
    return console.locator("#client-id").inner_text(), console.locator("#client-secret").inner_text()


def test_from_an_empty_folder_to_a_login(chromium, bench, folder, axe):
    visitor = Visitor(chromium, None, "first_run")
    page, web, platform = visitor.page, bench.web.origins["web"], bench.platform.origins["platform"]
    page.goto(web)
    assert visitor.heading() == "First run"
    visitor.look(axe, "empty")
    link = page.get_by_role("link", name="Create User Login App")
    assert link.get_attribute("href").startswith("https://developer.ringcentral.com/new-app?")
    page.get_by_label("Where").fill(platform)
    page.get_by_role("button", name="Use this server").click()
    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name="Create User Login App").click()
    client_id, secret = sign_up(opened.value)
    opened.value.close()

    page.get_by_role("button", name="Check").click()
    visitor.look(axe, "wrong-fields")
    assert "Enter the app's client ID." in visitor.text()
    page.get_by_label("Client ID").fill(client_id)
    page.get_by_label("Client secret").fill("not-the-secret")
    page.get_by_label("Redirect URI").fill(f"{web}/oauth2callback/")
    page.get_by_role("button", name="Check").click()
    assert "The client secret is not that of the client ID" in visitor.text()
    assert "RingCentral does not take the redirect URI" in visitor.text()
    visitor.look(axe, "problems")

    page.get_by_label("Client secret").fill(secret)
    page.get_by_label("Redirect URI").fill(f"{web}/oauth2callback")
    page.get_by_role("button", name="Check").click()
    assert "RingCentral knows the app: client ID and secret are accepted" in visitor.text()
    visitor.look(axe, "passed")
    assert secret not in page.content()
    assert f"RC_APP_CLIENT_ID={client_id}" in page.locator("#env-lines").inner_text()
    page.get_by_role("button", name="Write .env, secrets included").click()
    assert "The settings are in .env now" in visitor.text()
    visitor.look(axe, "written")
    for made in (".env", ".ringback/web.key"):
        assert stat.S_IMODE((folder / made).stat().st_mode) == 0o600

    page.get_by_role("button", name="Go on to the web app").click()
    page.get_by_role("link", name="Login RingCentral Account").click()
    users = httpx2.get(f"{platform}/_local/seed").json()["users"]
    page.get_by_text("Not you?").click()  # the developer is still signed in at the platform
    visitor.sign_in(next(user for user in users if user["admin"]))
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{web}/test")
    visitor.shot("logged-in")
    assert visitor.complaints == []
    code, printed = bench.web.stop()
    assert code == 0
    assert secret not in printed
    key = (folder / ".ringback" / "web.key").read_text().strip()
    assert key not in printed
    with Running("web", "--web-port", web.rpartition(":")[2], cwd=folder) as again:
        assert again.origins == {"web": web}
        page.goto(f"{web}/test")
        assert visitor.heading() != "First run"
        assert page.url == f"{web}/test"  # still logged in
    visitor.context.close()
