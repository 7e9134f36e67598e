"""Clients of a platform that is killed: each notes what was acknowledged, and looks for it afterwards."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from headless import ME, first_post_form, follow_pages, submit, token_request

URI = "http://localhost:5999/oauth2callback"
LOG = "/restapi/v1.0/account/~/extension/~/call-log"
_APP = {
    "name": "An app of its own",
    "desc": "Deletes calls while the platform is killed",
    "public": "false",
    "auth": "code",
    "type": "ServerWeb",
    "redirectUris": URI,
    "refreshTokens": "yes",
    **{f"permission.{name}": "yes" for name in ("ReadAccounts", "ReadCallLog", "EditCallLog")},
}
_SESSIONS = 3  # of its own at once; RingCentral ends the oldest of more than five


@dataclass
class Login:
    """The tokens of one login as last acknowledged; `asked` is what was asked for without an answer."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    asked: str = ""
    revoked: bool = False


@dataclass
class Client:
    """One user with an app of their own. `acknowledged` is called after each answer that must not be lost."""

    base_url: str
    user: dict[str, Any] = field(repr=False)
    rng: random.Random
    acknowledged: Callable[[], None]
    app: dict[str, Any] | None = field(default=None, repr=False)
    codes: list[str] = field(default_factory=list, repr=False)
    exchanging: str = field(default="", repr=False)
    logins: list[Login] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.base_url, timeout=30)

    def live(self) -> None:
        """Log in, exchange, refresh, delete and revoke until the platform is killed."""
        try:
            # Nothing is to run out while the platform is down.
            assert self.http.post("/_local/clock", json={"mode": "frozen"}).status_code == 200
            self._create_app()
            while True:
                self._log_in()
                self._exchange()
                for _ in range(self.rng.randrange(3)):
                    self._refresh(self.rng.choice(self._open()))
                if self.user["admin"]:  # nobody else may
                    self._delete()
                while len(self._open()) > self.rng.randrange(1, _SESSIONS + 1):
                    self._revoke(self.rng.choice(self._open()))
        except httpx2.TransportError:
            return
        finally:
            self.http.close()

    def check(self) -> None:
        """Everything that was acknowledged is there. Tells what is not by AssertionError."""
        if self.app is None:
            return
        with httpx2.Client(base_url=self.base_url, timeout=30, cookies=self.http.cookies) as http:
            page = http.get(f"/console/apps/{self.app['clientId']}")
            assert page.status_code == 200, "an app, or who was signed in, is gone"
            for login in self.logins:
                self._check_login(http, login)
            for code in (*self.codes, self.exchanging):
                self._check_code(http, code)

    def _check_login(self, http: httpx2.Client, login: Login) -> None:
        bearer = {"Authorization": f"Bearer {login.access}"}
        status = http.get(ME, headers=bearer).status_code
        again = self._token(http, grant_type="refresh_token", refresh_token=login.refresh)
        if login.revoked:
            assert (status, again.status_code) == (401, 400), "a login that was ended is back"
            return
        if login.asked == "revoke":
            assert (status, again.status_code) in {(401, 400), (200, 200)}, "a login was ended by half"
            return
        assert again.status_code == 200, "a refresh token is lost"
        assert status == 200 or login.asked == "refresh", "an access token is lost"
        bearer = {"Authorization": f"Bearer {again.json()['access_token']}"}
        for record in self.deleted:
            assert http.get(f"{LOG}/{record}", headers=bearer).status_code == 404, "a deleted call is back"

    def _check_code(self, http: httpx2.Client, code: str) -> None:
        if code:
            answer = self._token(http, grant_type="authorization_code", code=code, redirect_uri=URI)
            wanted = {200, 400} if code == self.exchanging else {200}
            assert answer.status_code in wanted, "a code is lost"

    def _create_app(self) -> None:
        submit(
            self.http,
            self.http.get("/console"),
            username=self.user["username"],
            password=self.user["password"],
        )
        csrf = first_post_form(self.http.get("/console").text).fields["csrf"]
        page = follow_pages(self.http, self.http.post("/new-app", data={"csrf": csrf, **_APP}))
        found = {
            name: re.search(rf'id="{name}"[^>]*>([^<]+)<', page.text)
            for name in ("client-id", "client-secret")
        }
        client_id, secret = found["client-id"], found["client-secret"]
        assert client_id is not None
        assert secret is not None
        self.app = {"clientId": client_id.group(1), "clientSecret": secret.group(1)}
        self.acknowledged()

    def _log_in(self) -> None:
        assert self.app is not None
        asked = {"response_type": "code", "client_id": self.app["clientId"], "redirect_uri": URI}
        done = self.http.post(
            "/_local/login", json={"url": urlencode(asked), "username": self.user["username"]}
        )
        assert done.status_code == 200, done.status_code
        self.codes.append(parse_qs(urlsplit(done.json()["location"]).query)["code"][0])
        self.acknowledged()

    def _exchange(self) -> None:
        self.exchanging = self.codes.pop()
        answer = self._token(
            self.http, grant_type="authorization_code", code=self.exchanging, redirect_uri=URI
        )
        self.exchanging = ""
        assert answer.status_code == 200, answer.status_code
        self.logins.append(Login(answer.json()["access_token"], answer.json()["refresh_token"]))
        self.acknowledged()

    def _refresh(self, login: Login) -> None:
        login.asked = "refresh"
        answer = self._token(self.http, grant_type="refresh_token", refresh_token=login.refresh)
        assert answer.status_code == 200, answer.status_code
        login.access, login.refresh, login.asked = (
            answer.json()["access_token"],
            answer.json()["refresh_token"],
            "",
        )
        self.acknowledged()

    def _delete(self) -> None:
        bearer = {"Authorization": f"Bearer {self._open()[-1].access}"}
        asked = {"dateFrom": "2026-01-01", "perPage": "20"}
        records = self.http.get(LOG, params=asked, headers=bearer).json()["records"]
        record = self.rng.choice(records)["id"]
        answer = self.http.delete(f"{LOG}/{record}", headers=bearer)
        assert answer.status_code in {204, 404}, answer.text  # 404: another client was faster
        self.deleted.append(record)
        self.acknowledged()

    def _revoke(self, login: Login) -> None:
        assert self.app is not None
        login.asked = "revoke"
        answer = token_request(self.http, self.app, "/restapi/oauth/revoke", token=login.refresh)
        assert answer.status_code == 200, answer.status_code
        login.asked, login.revoked = "", True
        self.acknowledged()

    def _open(self) -> list[Login]:
        return [login for login in self.logins if not login.revoked]

    def _token(self, http: httpx2.Client, **form: str) -> httpx2.Response:
        assert self.app is not None
        return token_request(http, self.app, **form)
