"""The main job in a real browser: log in, authorize, the three calls, log out."""

import json
from itertools import product

import pytest

pytestmark = pytest.mark.browser

LINKS = {
    "extension": "Read Extension Info",
    "extension-call-log": "Read Extension Call Log",
    "account-call-log": "Read Account Call Log",
}


def read(visitor, api):
    """Follow one of the three links of the test page and read the raw answer."""
    page = visitor.page
    page.goto(f"{visitor.demo.web}/test")
    with page.expect_response(f"**/test?api={api}") as response:
        page.get_by_role("link", name=LINKS[api]).first.click()
    visitor.shot(api)
    return response.value.status, json.loads(response.value.body())


def test_log_in_three_calls_log_out(visitor, demo):
    page = visitor.page
    page.goto(demo.web)
    assert visitor.heading()
    assert page.get_by_role("link", name="Create User Login App").is_visible()
    visitor.shot("login-page")
    page.get_by_role("link", name="Login RingCentral Account").click()
    assert "not RingCentral" in page.content()
    assert "Ringback Demo" in page.content()
    visitor.shot("platform-login")
    visitor.sign_in(demo.admin)
    for words in ("Authorize", "Cancel"):
        assert page.get_by_role("button", name=words).is_visible()
    visitor.shot("consent")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{demo.web}/test")
    visitor.shot("test-page")

    status, extensions = read(visitor, "extension")
    emails = [one["contact"].get("email") for one in extensions["records"]]
    assert (status, emails[0]) == (200, demo.admin["username"])
    status, own = read(visitor, "extension-call-log")
    assert (status, len(own["records"]) > 0) == (200, True)
    status, company = read(visitor, "account-call-log")
    assert (status, len(company["records"]) > len(own["records"])) == (200, True)

    page.goto(f"{demo.web}/test")
    page.get_by_role("link", name="Logout").click()
    page.wait_for_url(lambda url: "/test" not in url and "/logout" not in url)
    assert page.get_by_role("link", name="Login RingCentral Account").is_visible()
    visitor.shot("logged-out")
    page.goto(f"{demo.web}/test")
    assert page.url.rstrip("/").startswith(demo.web)
    assert page.get_by_role("link", name="Login RingCentral Account").is_visible()
    assert [entry["status"] for entry in demo.journal() if entry["path"] == "/restapi/oauth/revoke"] == [200]


def test_the_browser_never_holds_a_token(visitor, demo):
    visitor.log_in(demo.plain[0])
    (cookie,) = [one for one in visitor.context.cookies(demo.web) if "platform" not in one["name"]]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert len(cookie["value"]) == 43
    stored = visitor.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert "token" not in stored


def test_a_plain_user_is_told_which_permission_is_missing(visitor, demo):
    visitor.log_in(demo.plain[1])
    status, answer = read(visitor, "account-call-log")
    assert (status, answer["errors"][0]["errorCode"]) == (403, "CMN-408")


def test_two_users_in_two_browsers(visitors, demo):
    first, second = visitors(), visitors()
    users = demo.plain[2:4]
    first.log_in(users[0])
    second.log_in(users[1])
    for _ in range(3):
        for visitor, user in ((first, users[0]), (second, users[1])):
            status, own = read(visitor, "extension-call-log")
            assert status == 200
            assert f"/extension/{user['extensionId']}/call-log" in own["uri"]
        demo.advance(3600)


def test_several_tabs_log_in_at_once(visitor, demo):
    first, second = visitor.page, visitor.context.new_page()
    for page in (first, second):
        page.goto(demo.web)
        page.get_by_role("link", name="Login RingCentral Account").click()
    visitor.page = second
    visitor.sign_in(demo.plain[4])
    second.get_by_role("button", name="Authorize").click()
    second.wait_for_url(f"{demo.web}/test")
    visitor.page = first
    first.reload()  # the platform knows this browser by now
    if first.locator("input[name=password]").count():
        visitor.sign_in(demo.plain[4])
    if first.get_by_role("button", name="Authorize").count():
        first.get_by_role("button", name="Authorize").click()
    first.wait_for_url(f"{demo.web}/test")


def test_every_page_of_the_web_app_at_any_width_and_in_the_dark(visitor, demo):
    visitor.log_in(demo.admin)
    for path in ("/", "/test", "/calls", "/calls?scope=account", "/session", "/nowhere"):
        visitor.page.goto(demo.web + path)
        assert visitor.page.locator("h1").count() == 1
        name = path.strip("/").replace("?", "-").replace("=", "-") or "home"
        for scheme, width in product(("light", "dark"), (375, 1280)):
            visitor.page.emulate_media(color_scheme=scheme)
            visitor.page.set_viewport_size({"width": width, "height": 900})
            wide = visitor.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} px wide on {width} px"
            visitor.shot(f"{name}-{scheme}-{width}")
