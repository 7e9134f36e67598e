"""A user who logs in without a browser, for the platform's tests: forms, redirects, token requests."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2

from ringback.platform.server import PlatformServer
from ringback.platform.settings import PlatformSettings

REDIRECT_URI = "http://localhost:5000/oauth2callback"
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Form:
    """One form of a page: method, action, and its fields with their values."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        elif tag == "input" and self.forms and "name" in values:
            self.forms[-1].fields[values["name"]] = values.get("value", "")


def first_post_form(html: str) -> Form:
    """The first POST form of a page, as programs without a browser find it."""
    parser = _Forms()
    parser.feed(html)
    return next(form for form in parser.forms if form.method == "post")


def new_server(**settings: Any) -> PlatformServer:
    """A platform of its own on a free port, not started; without rate limits unless asked for."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(128)
    settings.setdefault("base_url", f"http://localhost:{bound.getsockname()[1]}")
    settings.setdefault("start", START)
    settings.setdefault("rate_limits", False)
    return PlatformServer(PlatformSettings(**settings), [bound])


@dataclass
class Seed:
    """What /_local/seed says."""

    apps: list[dict[str, Any]]
    users: list[dict[str, Any]]

    @property
    def app(self) -> dict[str, Any]:
        return self.apps[0]

    @property
    def public_app(self) -> dict[str, Any]:
        return self.apps[1]

    @property
    def small_app(self) -> dict[str, Any]:
        return self.apps[2]

    @property
    def admin(self) -> dict[str, Any]:
        return next(user for user in self.users if user["admin"])

    @property
    def plain_user(self) -> dict[str, Any]:
        return next(user for user in self.users if not user["admin"])


def pkce_pair() -> tuple[str, str]:
    """A verifier and its S256 challenge."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def submit(http: httpx2.Client, page: httpx2.Response, **values: str) -> httpx2.Response:
    """Fill in and send the first POST form of a page; pages of the platform are followed to."""
    form = first_post_form(page.text)
    answer = http.post(urljoin(str(page.url), form.action), data={**form.fields, **values})
    return follow_pages(http, answer)


def follow_pages(http: httpx2.Client, answer: httpx2.Response) -> httpx2.Response:
    """Follow redirects as long as they stay on the platform."""
    while answer.is_redirect:
        target = urljoin(str(answer.url), answer.headers["location"])
        if urlsplit(target).netloc != urlsplit(str(http.base_url)).netloc:
            break
        answer = http.get(target)
    return answer


def redirect_query(answer: httpx2.Response) -> dict[str, str]:
    """The parameters that an answer sends to the app."""
    query = parse_qs(urlsplit(answer.headers["location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def sign_in_and_authorize(
    http: httpx2.Client, user: dict[str, Any], parameters: dict[str, str]
) -> httpx2.Response:
    """Log in and press Authorize where asked to; the redirect to the app."""
    page = follow_pages(http, http.get("/restapi/oauth/authorize", params=parameters))
    if page.status_code == 200 and re.search(r'name="password"', page.text):
        page = submit(http, page, username=user["username"], extension="", password=user["password"])
    if page.status_code == 200:
        page = submit(http, page, decision="authorize")
    return page


def token_request(
    http: httpx2.Client, app: dict[str, Any], path: str = "/restapi/oauth/token", **form: str
) -> httpx2.Response:
    """POST a form as this app: Basic with its secret, or its client_id alone."""
    if app["clientSecret"] is None:
        return http.post(path, data={"client_id": app["clientId"], **form})
    return http.post(path, data=form, auth=(app["clientId"], app["clientSecret"]))


class Visits:
    """A running platform and its users: codes and tokens without a browser."""

    def __init__(self, server: PlatformServer) -> None:
        self.server = server
        answer = httpx2.get(f"{server.base_url}/_local/seed").json()
        self.seed = Seed(answer["apps"], answer["users"])

    def browser(self) -> httpx2.Client:
        """A client with cookies of its own; redirects are not followed."""
        return httpx2.Client(base_url=self.server.base_url, timeout=20)

    def asked(self, app: dict[str, Any] | None = None, **parameters: str) -> dict[str, str]:
        """The parameters of an authorization request."""
        app = app or self.seed.app
        return {
            "response_type": "code",
            "client_id": app["clientId"],
            "redirect_uri": app["redirectUris"][0],
            "state": "a state",
            **parameters,
        }

    def log_in(
        self,
        user: dict[str, Any] | None = None,
        app: dict[str, Any] | None = None,
        http: httpx2.Client | None = None,
        **parameters: str,
    ) -> str:
        """An authorization code, from a new browser unless one is given."""
        asked = self.asked(app, **parameters)
        with self.browser() as browser:
            answer = sign_in_and_authorize(http or browser, user or self.seed.plain_user, asked)
        assert answer.status_code == 302, answer.text
        assert redirect_query(answer)["state"] == asked["state"]
        return redirect_query(answer)["code"]

    def tokens(
        self, user: dict[str, Any] | None = None, app: dict[str, Any] | None = None, **form: str
    ) -> dict[str, Any]:
        """The token answer of a new login; `form` is added to the request."""
        app = app or self.seed.app
        verifier, challenge = pkce_pair()
        code = self.log_in(user, app, code_challenge=challenge, code_challenge_method="S256")
        exchange = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        with self.browser() as http:
            answer = token_request(http, app, redirect_uri=app["redirectUris"][0], **exchange, **form)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def advance(self, seconds: float) -> None:
        answer = httpx2.post(f"{self.server.base_url}/_local/clock", json={"advance": seconds})
        assert answer.status_code == 200, answer.text

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = httpx2.get(f"{self.server.base_url}/_local/journal").json()["entries"]
        return entries


ME = "/restapi/v1.0/account/~/extension/~"


def code_of(answer: httpx2.Response) -> str | None:
    errors = answer.json().get("errors")
    return errors[0]["errorCode"] if errors else None


def exchange(http: httpx2.Client, app: dict[str, Any], code: str, **form: str) -> httpx2.Response:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, **form}
    return token_request(http, app, **fields)


def refresh(http: httpx2.Client, app: dict[str, Any], token: str, **form: str) -> httpx2.Response:
    return token_request(http, app, grant_type="refresh_token", refresh_token=token, **form)


def me(http: httpx2.Client, access_token: str) -> httpx2.Response:
    return http.get(ME, headers={"Authorization": f"bearer {access_token}"})
