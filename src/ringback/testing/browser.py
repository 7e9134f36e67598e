"""A user's browser without a screen: cookies, forms and redirects of the platform's own pages, over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

from .people import User
from .problems import LocalPlatformError
from .talk import Answer, request

_PAGES_AT_MOST = 12
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(slots=True)
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _FirstPostForm(HTMLParser):
    """Finds the first POST form of a page with the fields that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.form: _Form | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None and values.get("method", "get").lower() == "post":
            self.form, self._inside = _Form(values.get("action", "")), True
        elif tag == "input" and self._inside and self.form is not None and "name" in values:
            ticked = values.get("type") not in {"checkbox", "radio"} or "checked" in values
            if ticked and values.get("type") != "submit":
                self.form.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Browser:
    """One browser with cookies of its own: a second login in it finds the user signed in already."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._cookies: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        return f"<Browser at {self._base_url}, {len(self._cookies)} cookies>"

    def authorize(self, url: str, user: User, decision: str = "authorize") -> str:
        """Open an authorization URL, log in as `user` where asked to, and decide where asked to.

        Returns the callback URL, with code or error, to which the platform sends the browser; it is not
        requested. `decision`: authorize or cancel. Raises LocalPlatformError when the pages do not lead
        there, with what the platform says.
        """
        if decision not in ("authorize", "cancel"):
            raise ValueError(f"a user decides to authorize or cancel, not {decision!r}")
        if not url.startswith(f"{self._base_url}/"):
            raise LocalPlatformError(
                f"this authorization URL leads to {_origin(url)}, not to this test's {self._base_url};"
                " give the code under test ringcentral.server_url (ringcentral.use_env() does)"
            )
        signed_in = False
        answer = self._request("GET", url)
        for _ in range(_PAGES_AT_MOST):
            location = answer.header("Location")
            if answer.status in _REDIRECTS and location is not None:
                url = urljoin(url, location)
                if not url.startswith(f"{self._base_url}/"):
                    return url
                answer = self._request("GET", url)
                continue
            form = _form_of(answer) if answer.status == 200 or signed_in else None
            if form is None:
                raise LocalPlatformError(_refusal(answer, url))
            if "password" in form.fields:
                if signed_in:
                    raise LocalPlatformError(f"the platform did not let {user.username} in: {_alert(answer)}")
                signed_in = True
                form.fields |= {"username": user.username, "extension": "", "password": user.password}
            else:
                form.fields["decision"] = decision
            url = urljoin(url, form.action)
            answer = self._request("POST", url, form.fields)
        raise LocalPlatformError(f"no way back to the app after {_PAGES_AT_MOST} pages")

    def _request(self, method: str, url: str, form: dict[str, str] | None = None) -> Answer:
        path = urlsplit(url).path
        headers = {"Accept": "text/html"}
        sent = [f"{name}={value}" for (name, at), value in self._cookies.items() if _under(path, at)]
        if sent:
            headers["Cookie"] = "; ".join(sent)
        if method == "POST":
            headers["Origin"] = _origin(url)
        answer = request(method, url, headers=headers, form=form)
        for line in answer.headers.get("set-cookie", ()):
            self._keep(line)
        return answer

    def _keep(self, line: str) -> None:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(line)
        except CookieError:
            return
        for name, cookie in cookies.items():
            key = (name, cookie["path"] or "/")
            if cookie["max-age"] == "0" or not cookie.value:
                self._cookies.pop(key, None)
            else:
                self._cookies[key] = cookie.value


def _under(path: str, at: str) -> bool:
    """Does a cookie with this path go with a request for `path` (RFC 6265 5.1.4)?"""
    return path == at or path.startswith(at if at.endswith("/") else f"{at}/")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _form_of(answer: Answer) -> _Form | None:
    parser = _FirstPostForm()
    parser.feed(answer.text)
    return parser.form


def _alert(answer: Answer) -> str:
    """What a page says went wrong."""
    found = re.search(r'role="alert"[^>]*>([^<]*)', answer.text)
    return found.group(1).strip() if found else f"its page answered {answer.status}"


def _refusal(answer: Answer, url: str) -> str:
    """A refusal in one line; the page's address without its query."""
    said = ""
    heading = re.search(r"<h1[^>]*>([^<]*)", answer.text)
    if heading:
        said = f" ({heading.group(1).strip()})"
    where: Any = urlsplit(url).path
    return f"{where} answered {answer.status}{said}; ringcentral.journal.refused() says why"
