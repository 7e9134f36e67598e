"""Is the server there, is it RingCentral's, and do its clock and ours agree?"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ringback.client.context import Context
from ringback.client.effects import Elapsed, Now, Send, Steps
from ringback.client.errors import transport_error
from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer
from ringback.client.server_url import PRODUCTION, is_local
from ringback.oauth.error_body import json_object

from .findings import Finding

API_INFO = "/restapi/v1.0"
SECONDS = 10.0
_RINGCENTRALS = ("ringcentral.com", "ringcentral.biz")
_SANDBOX = "devtest.ringcentral.com"
_A_LITTLE, _TOO_MUCH = 30.0, 300.0


def ask(request: HttpRequest) -> Generator[Any, Any, HttpAnswer | NoAnswer]:
    """The answer to one request of the doctor's, or why there is none."""
    started: float = yield Elapsed()
    answer: HttpAnswer | NoAnswer = yield Send(request, started + SECONDS)
    return answer


def check_server(context: Context) -> Steps[tuple[Finding, HttpAnswer | None]]:
    """Whether the configured server answers as RingCentral's API does, and its answer."""
    server = context.server
    answer = yield from ask(HttpRequest("GET", API_INFO))
    if isinstance(answer, NoAnswer):
        error = transport_error(answer)
        return Finding("server", "problem", error.message, change=error.remedy, where="RC_SERVER_URL"), None
    if answer.status == 429:
        return Finding("server", "warning", f"{server} answers, but asks for a pause (429)"), answer
    if answer.status != 200 or "versionString" not in json_object(answer.body):
        what = f"{server} answers {API_INFO} with {answer.status}, and not as RingCentral's API does"
        change = f"For RingCentral set RC_SERVER_URL to {PRODUCTION}."
        return Finding("server", "problem", what, change=change, where="RC_SERVER_URL"), answer
    return _whose(server), answer


def _whose(server: str) -> Finding:
    host = urlsplit(server).hostname or ""
    if is_local(server):
        return Finding("server", "ok", f"{server} answers; it is a platform on this machine")
    if host.endswith(_SANDBOX):
        return Finding(
            "server",
            "problem",
            f"{server} is RingCentral's sandbox",
            "the sandbox has ended",
            f"Set RC_SERVER_URL to {PRODUCTION}, with the app's own credentials; to try things out, run "
            "`ringback demo`.",
            "RC_SERVER_URL",
        )
    if any(host == name or host.endswith(f".{name}") for name in _RINGCENTRALS):
        return Finding("server", "ok", f"{server} answers")
    return Finding(
        "server",
        "warning",
        f"{server} answers, but its name is none of RingCentral's",
        change=f"Unless that is meant, set RC_SERVER_URL to {PRODUCTION}.",
        where="RC_SERVER_URL",
    )


def check_clock(context: Context, answer: HttpAnswer) -> Steps[Finding]:
    """How far the clock that tokens live by is from the server's."""
    ours: float = yield Now()
    theirs = _date_of(answer)
    if is_local(context.server):
        told = yield from ask(HttpRequest("GET", "/_local/clock"))
        theirs = _local_time(told) or theirs
    if theirs is None:
        return Finding("clock", "warning", "The server does not tell its time, so it was not compared")
    apart = ours - theirs
    told_apart = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} the server's"
    if abs(apart) < _A_LITTLE:
        return Finding("clock", "ok", f"Our clock and the server's agree ({abs(apart):.0f} s apart)")
    local = is_local(context.server)
    return Finding(
        "clock",
        "problem" if abs(apart) >= _TOO_MUCH and not local else "warning",
        f"Our clock is {told_apart}",
        "tokens may be refreshed too late or too often, and dates in queries mean another time",
        f"Set RINGBACK_CLOCK_URL to {context.server}, to follow the platform's clock."
        if local
        else "Let the system set this machine's clock (NTP).",
        "RINGBACK_CLOCK_URL" if local else "this machine",
    )


def _date_of(answer: HttpAnswer) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (ValueError, TypeError):
        return None


def _local_time(answer: HttpAnswer | NoAnswer) -> float | None:
    if not isinstance(answer, HttpAnswer) or answer.status != 200:
        return None
    try:
        return datetime.fromisoformat(json_object(answer.body)["now"]).timestamp()
    except (ValueError, KeyError, TypeError):
        return None
