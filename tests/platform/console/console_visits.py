"""A developer at the console over HTTP, for the tests of the room: signed in, with apps and calls."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx2

from headless import (
    Visits,
    first_post_form,
    follow_pages,
    pkce_pair,
    redirect_query,
    sign_in_and_authorize,
    submit,
    token_request,
)
from ringback.platform.app_values import App

URI = "http://localhost:5999/oauth2callback"
FORM = {
    "name": "My app",
    "desc": "Reads call logs of the company",
    "public": "false",
    "auth": "code",
    "type": "ServerWeb",
    "redirectUris": URI,
    "refreshTokens": "yes",
    "permission.ReadAccounts": "yes",
}
ME = "/restapi/v1.0/account/~/extension/~"
MY_CALLS = "/restapi/v1.0/account/~/extension/~/call-log"


class Developer:
    """Somebody signed in at the console of a world (`root`: its path, "" for the home world)."""

    def __init__(self, visits: Visits, user: dict[str, Any], root: str = "") -> None:
        self.visits, self.user, self.root = visits, user, root
        self.http = visits.browser()
        page = submit(self.http, self.get("/console"), username=user["username"], password=user["password"])
        assert page.status_code == 200

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.get(self.root + path, **options)

    @property
    def csrf(self) -> str:
        return first_post_form(self.get("/console").text).fields["csrf"]

    def post(self, path: str, /, **fields: str) -> httpx2.Response:
        """Send a form with this browser's CSRF value; not followed."""
        return self.http.post(self.root + path, data={"csrf": self.csrf, **fields})

    def send(self, path: str, /, **fields: str) -> httpx2.Response:
        """The same, followed to the page that comes after."""
        return follow_pages(self.http, self.post(path, **fields))

    def create(self, **changes: str) -> dict[str, Any]:
        """A new app, with its secret."""
        fields = {name: value for name, value in {**FORM, **changes}.items() if value}
        page = self.send("/new-app", **fields)
        assert page.status_code == 200, page.text
        secret = re.search(r'id="client-secret"[^>]*>(.*?)<', page.text)
        return {
            "clientId": text_of(page, "client-id"),
            "clientSecret": secret and html.unescape(secret.group(1)),
            "redirectUris": [URI],
        }

    def app(self, app: dict[str, Any], path: str = "") -> httpx2.Response:
        """A page of an app."""
        return self.get(f"/console/apps/{app['clientId']}{path}")

    def log_in(
        self, app: dict[str, Any], user: dict[str, Any] | None = None, pkce: bool = True
    ) -> dict[str, Any]:
        """The token answer of a new login with the app."""
        asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": URI}
        verifier, challenge = pkce_pair()
        if pkce:
            asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        form = {"grant_type": "authorization_code", "redirect_uri": URI}
        if pkce:
            form["code_verifier"] = verifier
        with self.visits.browser() as browser:
            code = redirect_query(sign_in_and_authorize(browser, user or self.user, asked))["code"]
            answer = token_request(browser, app, code=code, **form)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def call(self, token: str, path: str, times: int = 1) -> list[int]:
        """The statuses of so many API calls."""
        headers = {"Authorization": f"Bearer {token}"}
        with self.visits.browser() as program:
            return [program.get(path, headers=headers).status_code for _ in range(times)]

    def registered(self, app: dict[str, Any]) -> App:
        """The app as the platform has it."""
        found = self.visits.server.world.apps.find(app["clientId"])
        assert found is not None
        return found

    def report(self, app: dict[str, Any], profile: str = "2019") -> dict[str, Any]:
        answer: dict[str, Any] = self.app(app, f"/readiness.json?profile={profile}").json()
        return answer


def text_of(page: httpx2.Response, element: str) -> str:
    """The text of the element with this id."""
    found = re.search(rf'id="{element}"[^>]*>(.*?)<', page.text, re.DOTALL)
    assert found is not None, page.text
    return html.unescape(found.group(1))


def checks(report: dict[str, Any]) -> dict[str, bool]:
    """Which rules a report finds met."""
    return {check["id"]: check["met"] for check in report["checks"]}
