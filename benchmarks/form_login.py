"""A login over HTTP forms with the standard library alone, for the workers of every virtual environment."""

from __future__ import annotations

import http.client
import ssl
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

_PAGES_AT_MOST = 10
_SECONDS = 20


class _FirstPostForm(HTMLParser):
    """Action and fields of a page's first POST form, with its first submit button pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and self.action is None and (values.get("method") or "").lower() == "post":
            self.action, self._inside = values.get("action") or "", True
        elif self._inside and (tag == "input" or (tag == "button" and values.get("type") != "button")):
            name = values.get("name")
            if name:
                self.fields.setdefault(name, values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def log_in(authorize_url: str, user: dict[str, Any], tls: ssl.SSLContext | None) -> str:
    """Log in and authorize in a browser of its own; the callback URL. RuntimeError when it goes elsewhere."""
    back_to = parse_qs(urlsplit(authorize_url).query)["redirect_uri"][0]
    browser = build_opener(HTTPSHandler(context=tls), HTTPCookieProcessor(CookieJar()), _NoRedirects())
    request = Request(authorize_url)
    for _ in range(_PAGES_AT_MOST):
        status, location, page = _answer(browser.open, request)
        if location is not None:
            target = urljoin(request.full_url, location)
            if target.startswith(f"{back_to}?"):
                return target
            request = Request(target)
        elif status == 200:
            form = _FirstPostForm(page)
            if form.action is None:
                break
            if "password" in form.fields:
                form.fields |= {"username": user["username"], "extension": "", "password": user["password"]}
            request = Request(urljoin(request.full_url, form.action), urlencode(form.fields).encode())
        else:
            break
    raise RuntimeError("the login pages do not lead to the redirect URI")


def authorize_url(given: dict[str, Any]) -> str:
    """An authorization URL built by hand; `given` is what `running_platform` yields."""
    query = {
        "response_type": "code",
        "client_id": given["app"]["clientId"],
        "redirect_uri": given["app"]["redirectUris"][0],
        "state": "benchmark",
    }
    return f"{given['server']}/restapi/oauth/authorize?{urlencode(query)}"


def code_of(callback_url: str) -> str:
    """The authorization code in a callback URL."""
    return parse_qs(urlsplit(callback_url).query)["code"][0]


def _answer(send: Any, request: Request) -> tuple[int, str | None, str]:
    """Status, Location and body; a redirect or refusal is an answer like any other."""
    try:
        answer: http.client.HTTPResponse | HTTPError = send(request, timeout=_SECONDS)
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers.get("Location"), answer.read().decode()
