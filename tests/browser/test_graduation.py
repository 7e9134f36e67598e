"""From an app that does not exist to one in production: with the keyboard alone."""

import httpx2
import pytest

from browser.keyboard import Keyboard
from ringback import RingCentral

pytestmark = pytest.mark.browser


def test_create_log_in_call_and_graduate(visitor, demo):
    page, keys = visitor.page, Keyboard(visitor.page)
    page.goto(f"{demo.platform}/console")
    keys.type_into_the_first(demo.admin["username"])
    keys.fill("Password", demo.admin["password"])
    keys.submit("Sign in")

    keys.press("Skip to the content")
    with page.expect_navigation():
        keys.press("Create app", kind="a")
    keys.fill("App name", "Made without a mouse")
    keys.fill("Description", "Reads the extension and the call log.")
    keys.fill("OAuth redirect URIs", "https://*.example/cb")
    told = page.locator("#redirect-told")
    told.get_by_text("wildcard").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type(f"{demo.web}/oauth2callback")
    told.get_by_text("1 address, fine.").wait_for()
    keys.press("ReadAccounts", "Space")
    keys.press("ReadCallLog", "Space")
    visitor.shot("form")
    keys.submit("Create")
    client_id = page.locator("#client-id").inner_text()
    secret = page.locator("#client-secret").inner_text()
    visitor.shot("created")

    with page.expect_navigation():
        keys.press("Readiness", kind="a")  # the first link of that name: the navigation's, to all apps
    with page.expect_navigation():
        keys.press("2 of 5 rules met", kind="a")
    assert "Not yet." in visitor.text()
    assert page.get_by_role("button", name="Apply for Production").is_disabled()
    visitor.shot("not-ready")

    report = page.context.new_page()
    report.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    report.goto(page.url)
    rc = RingCentral(client_id=client_id, client_secret=secret, server=demo.platform, vault="memory://")
    with rc:
        login = rc.begin_login(f"{demo.web}/oauth2callback")
        page.goto(login.url)
        keys.press("Authorize", kind="submit")
        page.wait_for_url(lambda url: "/oauth2callback?" in url)
        user = rc.finish_login(page.url, login.transaction)
        for _ in range(15):
            user.get("/restapi/v1.0/account/~/extension/~")
        for _ in range(5):
            user.get("/restapi/v1.0/account/~/extension/~/call-log")

        # The report that stayed open has followed the calls, without a reload.
        report.bring_to_front()
        report.get_by_text("All 5 rules are met.").wait_for(timeout=15_000)
        visitor.page = report
        visitor.shot("ready")
        keys = Keyboard(report)
        with report.expect_navigation():
            keys.press("Readiness report (today)", kind="a")
        assert "Tokens refreshed" in visitor.text()
        visitor.shot("report")
        with report.expect_navigation():
            keys.press("Graduation (2019 rules)", kind="a")
        keys.submit("Apply for Production")
        assert "Production credentials" in visitor.text()
        keys.submit("Show once")
        visitor.shot("in-production")
        production_id = report.locator("#production-client-id").inner_text()
        production_secret = report.locator("#production-client-secret").inner_text()
        assert user.get("/restapi/v1.0/account/~/extension/~").status == 200
        user.logout()
    assert production_id != client_id

    with report.expect_navigation():
        keys.press("Settings", kind="a")
    assert "frozen" in visitor.text()
    assert report.get_by_label("App name").is_disabled()
    assert report.get_by_role("button", name="Save").count() == 0
    visitor.shot("frozen")

    keys.submit("Sign out")
    production = RingCentral(
        client_id=production_id, client_secret=production_secret, server=demo.platform, vault="memory://"
    )
    with production:
        login = production.begin_login(f"{demo.web}/oauth2callback")
        report.goto(login.url)
        keys.type_into_the_first(demo.plain[0]["username"])
        keys.fill("Password", demo.plain[0]["password"])
        keys.submit("Sign in")
        keys.press("Authorize", kind="submit")
        report.wait_for_url(lambda url: "/oauth2callback?" in url)
        user = production.finish_login(report.url, login.transaction)
        assert user.extension().extension_number == demo.plain[0]["extensionNumber"]
        user.logout()
    what_was_asked(visitor, demo, production_id)
    callers = [one["clientId"] for one in demo.journal() if one["path"].endswith("/extension/~")]
    assert callers[-1] == production_id
    assert client_id in callers


def what_was_asked(visitor, demo, production_id):
    """The inspector shows that app's requests, and why one of them was refused."""
    page, keys = visitor.page, Keyboard(visitor.page)
    asked = {"response_type": "code", "client_id": production_id, "redirect_uri": f"{demo.web}/callback"}
    page.goto(str(httpx2.URL(f"{demo.platform}/restapi/oauth/authorize", params=asked)))
    with page.expect_navigation():
        keys.press("Console", kind="a")
    keys.submit("Sign out")  # whoever logged in to the app is signed in to the console too
    keys.type_into_the_first(demo.admin["username"])
    keys.fill("Password", demo.admin["password"])
    keys.submit("Sign in")
    with page.expect_navigation():
        keys.press("Requests", kind="a")
    keys.tab_to("App", "select")
    page.keyboard.type("Made without a mouse (production)")
    keys.submit("Filter")
    keys.tab_to("", "summary")
    page.keyboard.press("Enter")
    opened = page.locator(".request[open]")
    assert "OAU-109" in opened.inner_text()
    assert opened.locator("del, ins").count()
    apps = page.locator(".request-app").all_inner_texts()
    assert len(apps) > 5
    assert set(apps) == {"Made without a mouse (production)"}
    visitor.shot("requests")


def test_the_console_without_javascript(chromium, demo):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 375, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.platform}/new-app?grantType=PersonalJWT&name=Nightly")
    page.get_by_label("Email or phone number").fill(demo.admin["username"])
    page.locator("input[name=password]").fill(demo.admin["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Create", exact=True).click()
    client_id = page.locator("#client-id").inner_text()
    assert page.locator("[data-copy]:visible").count() == 0
    page.goto(f"{demo.platform}/new-app")
    page.get_by_label("App name").fill("By code")
    page.get_by_label("Description").fill("Reads the extension, without scripts.")
    page.get_by_label("OAuth redirect URIs").fill("https://*.example/")
    page.get_by_role("button", name="Create", exact=True).click()
    assert "wildcard" in page.locator("#redirectUris-error").inner_text()
    page.get_by_label("JWT: the app logs in as one user").check()
    page.get_by_label("OAuth redirect URIs").fill("")
    page.get_by_role("button", name="Create", exact=True).click()
    assert page.locator("#client-id").inner_text() != client_id
    page.goto(f"{demo.platform}/console/my-credentials/create?client_id={client_id}")
    page.get_by_label("Label").fill("Without scripts")
    page.get_by_role("button", name="Create JWT").click()
    assert page.locator("#jwt").inner_text().count(".") == 2
    page.locator("summary", has_text="Delete").first.click()
    page.get_by_role("button", name="Delete for good").first.click()
    assert page.locator("main").get_by_text("Without scripts").count() == 0
    page.goto(f"{demo.platform}/console/apps/{client_id}/readiness")
    assert "Not yet." in page.locator("main").inner_text()
    page.goto(f"{demo.platform}/console/apps/{client_id}/delete")
    page.get_by_label("Yes, delete this app").check()
    page.get_by_role("button", name="Delete").click()
    assert client_id not in page.content()
    context.close()
