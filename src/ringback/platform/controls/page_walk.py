"""A browser in a few lines: asks this very application for pages, keeps cookies, sends their forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from starlette.types import ASGIApp, Message, Scope

_FORM = b"application/x-www-form-urlencoded"


@dataclass(slots=True)
class Form:
    """One form of a page: where it is sent, and its fields with their values."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Visited:
    """An answer: where it came from, its status, where it leads ("" for nowhere), and what the page says."""

    url: str
    status: int
    location: str
    forms: list[Form]
    said: dict[str, str]

    @property
    def post_form(self) -> Form | None:
        """The page's first POST form, as programs without a browser find it."""
        return next((form for form in self.forms if form.method == "post"), None)


class PageWalk:
    """One browser with no cookies, on this machine. `scope` is the request's that asks for it."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self._app = app
        self._asked = scope
        self._cookies: dict[str, str] = {}

    async def get(self, url: str) -> Visited:
        """GET an absolute URL of the platform."""
        return await self._ask("GET", url, b"")

    async def send(self, page: Visited, form: Form, values: dict[str, str]) -> Visited:
        """Send a form of a page with these values in its fields."""
        body = urlencode({**form.fields, **values}).encode("ascii")
        return await self._ask("POST", urljoin(page.url, form.action), body)

    async def _ask(self, method: str, url: str, body: bytes) -> Visited:
        parts = urlsplit(url)
        start: Message = {"status": 500, "headers": []}
        received = bytearray()
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return sent.pop() if sent else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                received.extend(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": self._asked.get("asgi", {"version": "3.0"}),
            "http_version": "1.1",
            "method": method,
            "scheme": self._asked["scheme"],
            "path": unquote(parts.path),
            "raw_path": parts.path.encode("ascii"),
            "query_string": parts.query.encode("ascii"),
            "root_path": "",
            "headers": self._headers(method, body),
            "client": self._asked["client"],
            "server": self._asked["server"],
        }
        await self._app(scope, receive, send)
        self._keep_cookies(start["headers"])
        location = next((value for name, value in start["headers"] if name == b"location"), b"")
        reader = _Reader()
        reader.feed(received.decode("utf-8", "replace"))
        return Visited(url, start["status"], location.decode("latin-1"), reader.forms, reader.said)

    def _headers(self, method: str, body: bytes) -> list[tuple[bytes, bytes]]:
        host = next((value for name, value in self._asked["headers"] if name == b"host"), b"localhost")
        headers = [(b"host", host), (b"accept", b"text/html"), (b"user-agent", b"ringback-headless-login")]
        if self._cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            headers.append((b"cookie", pairs.encode("latin-1")))
        if method == "POST":
            headers.append((b"content-type", _FORM))
            headers.append((b"content-length", str(len(body)).encode("ascii")))
        return headers

    def _keep_cookies(self, headers: list[tuple[bytes, bytes]]) -> None:
        for name, value in headers:
            if name == b"set-cookie":
                try:
                    cookies = SimpleCookie(value.decode("latin-1"))
                except CookieError:
                    continue
                self._cookies.update((key, morsel.value) for key, morsel in cookies.items())


class _Reader(HTMLParser):
    """The forms of a page, and what its heading and its refusals say."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.said: dict[str, str] = {}
        self._open: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        elif tag == "input" and self.forms and "name" in values and values.get("type") != "checkbox":
            self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif self._open is None:
            name = "heading" if tag == "h1" else values.get("id", "")
            name = "why" if values.get("class") == "why" else name
            if name in {"heading", "why", "sign-in-error", "error-code"}:
                self._open = tag, name

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            name = self._open[1]
            self.said[name] = " ".join(f"{self.said.get(name, '')} {data}".split())

    def handle_endtag(self, tag: str) -> None:
        if self._open is not None and self._open[0] == tag:
            self._open = None
