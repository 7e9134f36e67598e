"""`ringback platform readiness`: asks a running local platform whether an app is ready, for CI jobs too."""

from __future__ import annotations

import http.client
import json
import os
import re
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from .failures import Failure

MET = 0
NOT_MET = 1
CANNOT_TELL = 2
"""The exit codes: all rules are met; not all; no platform, no such app, or no sense in its answer."""

PROFILES = ("2019", "today")
FORMATS = ("text", "json", "junit")
DEFAULT_SERVER = "http://localhost:8000"
_SECONDS = 10.0
_MOST_BYTES = 4_194_304
_FAILURES = re.compile(rb'<testsuites [^>]*failures="([0-9]+)"')


def run_readiness(
    client_id: str, *, profile: str = "2019", form: str = "text", server: str | None = None
) -> tuple[int, str]:
    """Ask for an app's report; the exit code, and the text to print.

    `server` is the platform's base URL, also one of a world (…/_w/ID); left out, RC_SERVER_URL or
    http://localhost:8000. Raises Failure with code CANNOT_TELL, and one line that says why.
    """
    base = (server or os.environ.get("RC_SERVER_URL") or DEFAULT_SERVER).rstrip("/")
    asked = {"clientId": client_id, "profile": profile, "format": "junit" if form == "junit" else "json"}
    body = _get(base, f"{base}/_local/readiness?{urlencode(asked)}")
    if form == "junit":
        failures = _FAILURES.search(body)
        if failures is None:
            raise _no_platform(base)
        return (MET if failures[1] == b"0" else NOT_MET), body.decode("utf-8")
    try:
        report = json.loads(body)
        met, text = bool(report["met"]), body.decode("utf-8") if form == "json" else _told(report)
    except (ValueError, KeyError, TypeError):
        raise _no_platform(base) from None
    return (MET if met else NOT_MET), text


def _told(report: dict[str, Any]) -> str:
    """The report for people: a line for each rule, and the verdict."""
    checks = report["checks"]
    width = max(len(check["title"]) for check in checks)
    lines = [
        f"{'met    ' if check['met'] else 'NOT MET'}  {check['title']:{width}}  "
        f"{check['found']} (wanted: {check['wanted']})"
        for check in checks
    ]
    count = sum(check["met"] for check in checks)
    verdict = "ready" if report["met"] else "not ready"
    window = f"{report['window']['since']} to {report['window']['until']} UTC"
    last = f"{_plain(report['name'])}: {verdict}, {count} of {len(checks)} rules met ({window})"
    return "\n".join([*map(_plain, lines), last])


def _plain(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


class _NoRedirects(HTTPRedirectHandler):
    """The platform never redirects this: whatever does is not the platform."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _get(base: str, url: str) -> bytes:
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Failure(f"--server is not an http address: {base}", CANNOT_TELL)
    # A platform on this machine is reached directly, whatever proxies are set.
    opener = build_opener(ProxyHandler({}), _NoRedirects())
    try:
        with opener.open(Request(url), timeout=_SECONDS) as answer:  # noqa: S310
            body: bytes = answer.read(_MOST_BYTES + 1)
    except HTTPError as refusal:
        raise _refused(base, refusal) from None
    except (URLError, OSError, http.client.HTTPException) as fault:
        reason = getattr(fault, "reason", None) or fault
        raise Failure(f"no local platform answers at {base}: {reason}", CANNOT_TELL) from None
    if len(body) > _MOST_BYTES:
        raise _no_platform(base)
    return body


def _refused(base: str, refusal: HTTPError) -> Failure:
    try:
        answer = json.loads(refusal.read(_MOST_BYTES))
        code, message = str(answer["errorCode"]), str(answer["message"])
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        return _no_platform(base)
    if code == "CMN-102":
        return Failure(f"no app at {base} has this client ID", CANNOT_TELL)
    return Failure(
        f"the platform at {base} refuses: {_plain(message)[:200]} ({_plain(code)[:20]})", CANNOT_TELL
    )


def _no_platform(base: str) -> Failure:
    return Failure(f"what answers at {base} is no local platform of Ringback", CANNOT_TELL)
