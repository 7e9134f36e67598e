"""The examples of the integrations do what they say, end to end on the local platform."""

import importlib.util
from pathlib import Path

import httpx2
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
