"""Every page of the local platform, light and dark: axe finds no violation, and nothing is too wide."""

import re

import httpx2
import pytest

from headless import pkce_pair, redirect_query, sign_in_and_authorize, token_request

pytestmark = pytest.mark.browser

CONSOLE = (
    "/console",
    "/new-app",
    "/console/users",
    "/console/users?q=nobody-at-all",
    "/console/users/new",
    "/console/me",
    "/console/my-credentials",
    "/console/my-credentials/create",
    "/console/calls",
    "/console/requests",
    "/console/clock",
    "/console/readiness",
)
OF_AN_APP = (
    "",
    "/settings",
    "/keys",
    "/delete",
    "/analytics",
    "/readiness?profile=2019",
    "/readiness?profile=today",
)


@pytest.fixture
def look(axe, visitor):
    """look(what): the page as it is now has no violation, else the test fails at its end."""
    told = []
    yield lambda what: told.extend(visitor.seen(axe, what, wide_at=(320, 375, 1440)))
    assert told == [], "\n".join(told)


def create_app(visitor, name):
    """Create an app with the form; its client ID and secret."""
    page = visitor.page
    page.goto(f"{visitor.demo.platform}/new-app")
    page.get_by_label("App name").fill(name)
    page.get_by_label("Description").fill("Reads the company's call logs for axe.")
    page.get_by_label("OAuth redirect URIs").fill("http://localhost:5999/oauth2callback")
    page.locator("#p-ReadAccounts").check()
    page.locator("#p-ReadCallLog").check()
    page.get_by_role("button", name="Create", exact=True).click()
    return {
        "clientId": page.locator("#client-id").inner_text(),
        "clientSecret": page.locator("#client-secret").inner_text(),
    }


def log_in_with(demo, app):
    """A bearer token of the app for the demo's administrator, without a browser."""
    uri = "http://localhost:5999/oauth2callback"
    verifier, challenge = pkce_pair()
    asked = {
        "response_type": "code",
        "client_id": app["clientId"],
        "redirect_uri": uri,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    with httpx2.Client(base_url=demo.platform) as http:
        code = redirect_query(sign_in_and_authorize(http, demo.admin, asked))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri}
        return token_request(http, app, code_verifier=verifier, **form).json()["access_token"]


def refused_in_many_ways(demo, app, token):
    """Requests for the inspector: answered, refused, unknown, with two mismatches, struck by a fault."""
    bearer = {"Authorization": f"Bearer {token}"}
    mistaken = ("http://localhost:5998/oauth2callback/", "http://127.0.0.1:5999/Oauth?code=secret")
    with httpx2.Client(base_url=demo.platform) as http:
        for path in ("account/~/extension/~", "account/~/call-log", "account/~/call-log?dateFrom=nonsense"):
            http.get(f"/restapi/v1.0/{path}", headers=bearer)
        http.get(f"/restapi/v1.0/{'a-long-path/' * 20}", headers={"Authorization": "Bearer nonsense"})
        for uri in mistaken:
            asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": uri}
            http.get("/restapi/oauth/authorize", params=asked)
        token_request(http, {**app, "clientSecret": "wrong"}, grant_type="refresh_token", refresh_token="x")
        for fault in (
            {"path": "/restapi/v1.0/account/~/extension/{who}", "status": 503, "clientId": app["clientId"]},
            {"method": "POST", "path": "/restapi/oauth/token", "when": "after", "cut": "reset", "times": 5},
            {"path": "/nowhere/**", "body": "<p>", "delay": 1.5, "cut": "slow", "times": None},
        ):
            assert http.post("/_local/faults", json=fault).status_code == 201
        http.get("/restapi/v1.0/account/~/extension/~", headers=bearer)


def test_pages_for_strangers(look, visitor, demo):
    page = visitor.page
    page.goto(demo.platform)
    look("home")
    page.goto(f"{demo.platform}/console")
    page.get_by_text("New here? Sign up").click()
    look("console sign in")
    page.get_by_role("button", name="Sign up").click()
    look("console sign up with errors")
    page.goto(f"{demo.platform}/restapi/oauth/authorize?client_id=nobody")
    look("refused authorization")
    page.goto(f"{demo.platform}/nowhere")
    look("no such page")
    asked = {
        "response_type": "code",
        "client_id": demo.app["clientId"],
        "redirect_uri": demo.app["redirectUris"][0],
    }
    authorize = str(httpx2.URL(f"{demo.platform}/restapi/oauth/authorize", params=asked))
    page.goto(authorize)
    look("login")
    visitor.sign_in(demo.admin, "not the password")
    look("login refused")
    visitor.sign_in(demo.admin)
    page.goto(authorize + "&prompt=consent")
    look("consent")


def test_pages_of_the_console(look, visitor, demo):
    page = visitor.page
    page.goto(f"{demo.platform}/console")
    visitor.sign_in(demo.admin)
    look("no apps or some")
    app = create_app(visitor, "An app with a long name that goes on for quite a while indeed")
    look("app just created")
    token = log_in_with(demo, app)
    for path in ("account/~/extension/~", "account/~/call-log", "account/~/call-log?dateFrom=nonsense"):
        httpx2.get(f"{demo.platform}/restapi/v1.0/{path}", headers={"Authorization": f"Bearer {token}"})
    for path in OF_AN_APP:
        page.goto(f"{demo.platform}/console/apps/{app['clientId']}{path}")
        look(re.sub(r"\W+", "-", f"app{path}"))
    page.goto(f"{demo.platform}/console/apps/{app['clientId']}/analytics")
    for summary in page.get_by_text("Show as table").all():
        summary.click()
    look("analytics as tables")
    for path in CONSOLE:
        page.goto(demo.platform + path)
        look(re.sub(r"\W+", "-", path))
    refused_in_many_ways(demo, app, token)
    page.goto(f"{demo.platform}/console/requests?status=refused&app={app['clientId']}")
    look("requests refused")
    for summary in page.locator(".request > summary").all():
        summary.click()
    look("requests opened")
    page.goto(f"{demo.platform}/console/requests?path=no-such-path")
    look("requests none")
    page.goto(f"{demo.platform}/console/clock")
    page.locator("select[name='quirk.refresh-grace']").select_option("strict")
    page.get_by_role("button", name="Set the switches").click()
    look("clock and faults")
    page.get_by_label("Status", exact=True).fill("99")
    page.get_by_label("Path").fill("no slash")
    page.get_by_role("button", name="Order the fault").click()
    look("fault with errors")
    page.get_by_label("Ahead by seconds").fill("soon")
    page.get_by_role("button", name="Move", exact=True).click()
    look("clock not moved")
    page.locator("select[name='quirk.refresh-grace']").select_option("grace")
    page.get_by_role("button", name="Set the switches").click()
    page.get_by_role("button", name="Take all away").click()
    page.goto(f"{demo.platform}/new-app?type=Toaster&permissions=Fly&public=perhaps")
    page.get_by_role("button", name="Create", exact=True).click()
    look("app form with errors")
    page.goto(f"{demo.platform}/console/users")
    page.locator("td[data-label=Role]", has_text="User").first.locator("xpath=..").get_by_role("link").click()
    look("another user")
    page.goto(f"{demo.platform}/console/my-credentials/create?client_id={app['clientId']}")
    page.get_by_role("button", name="Create JWT").click()
    look("JWT form with errors")
    page.get_by_label("Label").fill("For axe")
    page.get_by_role("button", name="Create JWT").click()
    look("JWT shown once")
    page.goto(f"{demo.platform}/console/me")
    page.get_by_role("button", name="Change password").click()
    look("password refused")
