"""The examples of the integrations do what they say, end to end on the local platform."""

import importlib.util
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx2
from in_thread import AsgiInThread
from visitors import Visitor, csrf_in

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def story(local, transport):
    """Two users log in and do not mix; one logs out, which revokes."""
    one, other = Visitor(transport), Visitor(transport)
    assert one.get("/").headers["Location"].startswith("/login")
    for browser, user in ((one, local.user), (other, local.admin)):
        assert browser.log_in(local, user).status_code == 303
    page = one.get("/")
    assert f"Extension {local.user.extension_number}" in page.text
    assert f"Extension {local.admin.extension_number}" in other.get("/").text
    assert one.post("/logout", csrf_token=csrf_in(page)).status_code == 303
    assert len(local.journal.find(path="/restapi/oauth/revoke", status=200)) == 1
    assert one.get("/").status_code == 303
    assert other.get("/").status_code == 200


def test_flask(local):
    story(local, httpx2.WSGITransport(app=example("flask_login").app))


def test_fastapi(local):
    module = example("fastapi_login")
    transport = AsgiInThread(module.app)
    story(local, transport)
    transport.run(module.ringback.client.close())
    transport.end()


def test_django(local):
    """In a process of its own: one process has one Django."""
    code = f"""
        import sys
        sys.path[:0] = {[str(EXAMPLES), str(Path(__file__).parent)]!r}
        import django_login, httpx2
        from django.core.handlers.wsgi import WSGIHandler
        from django.test import override_settings
        from ringback.testing import LocalRingCentral
        from test_examples import story
        with LocalRingCentral(rate_limits=False) as local, local.use_env():
            with override_settings(DEBUG=False, ALLOWED_HOSTS=["*"]):
                story(local, httpx2.WSGITransport(app=WSGIHandler()))
        print("told")
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=100
    )
    assert ran.stdout == "told\n", ran.stderr[-2000:]
