"""HTTP to the local platform with the standard library alone: no redirect is followed, no proxy is asked."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from .problems import LocalPlatformError

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `headers` by lower-case name, a repeated one as a list of its values."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(self.headers.get(name.lower(), ())), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        return json.loads(self.body)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    data: Any = None,
) -> Answer:
    """Send one request on a connection of its own; `form` goes as a form, `data` as JSON.

    Raises LocalPlatformError when no whole answer comes within 30 seconds.
    """
    parts = urlsplit(url)
    sent = dict(headers or {})
    body: bytes | None = None
    if form is not None:
        body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    elif data is not None:
        body, sent["Content-Type"] = json.dumps(data).encode(), "application/json"
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request(method, target, body, sent)
        answer = connection.getresponse()
        found: dict[str, tuple[str, ...]] = {}
        for name, value in answer.getheaders():
            found[name.lower()] = (*found.get(name.lower(), ()), value)
        return Answer(answer.status, found, answer.read())
    except (OSError, http.client.HTTPException) as fault:
        raise LocalPlatformError(
            f"{method} {parts.path} at the local platform got no answer ({type(fault).__name__});"
            " a fault you added may do that"
        ) from None
    finally:
        connection.close()


def control(method: str, base_url: str, path: str, data: Any = None) -> Any:
    """Ask one of a world's controls (`/_local/…`); its JSON, None where it has none.

    Raises ValueError with what the platform says of a value that it refuses.
    """
    answer = request(method, f"{base_url}/_local/{path}", data=data)
    if answer.status >= 400:
        raise ValueError(f"{method} /_local/{path}: {_said(answer)}")
    return answer.json() if answer.body else None


def _said(answer: Answer) -> str:
    """The message of a refusal in RingCentral's shape."""
    try:
        told = answer.json()
        return str(told.get("message") or told.get("error_description") or answer.status)
    except (ValueError, AttributeError):
        return f"status {answer.status}"
