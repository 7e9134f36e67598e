"""One browser of the web app, with its cookie: logs in as a user of the platform, opens pages, logs out."""

from __future__ import annotations

import html
import re
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx2

from .platform import Platform

# Read once: each client of httpx2 would read all certificates anew, also for http://.
_CERTIFICATES = ssl.create_default_context()
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>\s*Login RingCentral Account')
_WHO = re.compile(r'class="who-name"[^>]*>([^<]*)<')


class Wrong(Exception):
    """An answer that is not what this browser must get."""


class Visitor:
    """Blocking; checks every answer and raises Wrong, which says the page and what was wrong with it.

    `address` is whom a trusted proxy would name.
    """

    def __init__(self, port: int, platform: Platform, username: str, address: str = "") -> None:
        self._platform = platform
        self._username = username
        headers = {"Host": f"localhost:{port}", "Accept": "text/html"}
        self._http = httpx2.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers=headers | ({"X-Forwarded-For": address} if address else {}),
            timeout=60,
            trust_env=False,
            verify=_CERTIFICATES,
        )
        self.user_id, self.name = platform.people[username]
        self.seconds: list[tuple[str, float]] = []

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    @property
    def cookie(self) -> str:
        """The Cookie header it sends."""
        return "; ".join(f"{one.name}={one.value}" for one in self._http.cookies.jar)

    def get(self, path: str, status: int | None = 200, **headers: str) -> httpx2.Response:
        """A page that must have this status; None: any."""
        answer = self._http.get(path, headers={key.replace("_", "-"): one for key, one in headers.items()})
        route = urlsplit(path).path + ("?api" if "api=" in path else "")
        self.seconds.append((route, answer.elapsed.total_seconds()))
        if status is not None and answer.status_code != status:
            raise Wrong(f"{route} answered {answer.status_code} instead of {status}")
        return answer

    def log_in(self) -> None:
        """The whole login, up to who it is that has logged in."""
        link = _LINK.search(self.get("/").text)
        if link is None:
            raise Wrong("the login page has no link")
        callback = urlsplit(self._platform.callback(html.unescape(link[1]), self._username))
        answer = self.get(f"{callback.path}?{callback.query}", 303)
        if answer.headers["Location"] != "/test":
            raise Wrong("the callback did not lead to /test")
        self._is_mine("/session")

    def api(self, name: str) -> Any:
        """What `/test?api=` answers."""
        return self.get(f"/test?api={name}").json()

    def look_around(self) -> None:
        """Every page, each of which must be this user's."""
        if "/logout" not in self.get("/test").text:
            raise Wrong("/test has no logout link")
        if not any(str(one["id"]) == self.user_id for one in self.api("extension")["records"]):
            raise Wrong("/test?api=extension does not know this user")
        for record in self.api("extension-call-log")["records"]:
            if f"/extension/{self.user_id}/" not in record["uri"]:
                raise Wrong("/test?api=extension-call-log has a record of another extension")
        self._is_mine("/calls?scope=extension")
        told = self.get("/session", Accept="application/json").json()
        if (told["userId"], told["name"]) != (self.user_id, self.name):
            raise Wrong("/session is of another user")
        self._is_mine("/session")

    def log_out(self) -> None:
        """Log this browser out; then it is nobody's."""
        self.get("/logout", 303, Sec_Fetch_Site="same-origin")
        self.get("/session", 303)

    def _is_mine(self, path: str) -> None:
        who = _WHO.search(self.get(path).text)
        if who is None or html.unescape(who[1]).strip() != self.name:
            raise Wrong(f"{urlsplit(path).path} shows another user, or none")
