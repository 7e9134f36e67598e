"""A request to the API and its answer as a page shows them: status, headers, rate limit; never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from ringback import Response
from ringback.client.requests import api_request
from ringback.client.transports.wire import Wire

from .texts import gettext
from .words import encodable

HIDDEN = "***"
_MOST_HEADERS, _LONGEST = 60, 300
_SECRET = frozenset({"authorization", "cookie", "set-cookie"})

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """What the answer says of the rate limit (contract 8): of a group, so many in a window of seconds."""

    group: str
    remaining: str
    limit: str
    window: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what came. `took` is in seconds, `size` in bytes, unpacked."""

    method: str
    target: str
    sent: Pairs
    status: int
    phrase: str
    received: Pairs
    took: float
    size: int
    rate: Rate | None
    request_id: str


def exchange_of(server: str, path: str, response: Response, took: float) -> Exchange:
    """The GET of `path` at `server` that `response` answers. The token is `***`, as is any cookie."""
    request = api_request(server, "GET", path)
    wire = Wire(server)
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in wire.headers(request, None)]
    return Exchange(
        method=request.method,
        target=wire.target(request).decode("ascii"),
        sent=_shown([*sent, ("authorization", f"Bearer {HIDDEN}")]),
        status=response.status,
        phrase=_phrase(response.status),
        received=_shown(sorted(response.headers.items())),
        took=took,
        size=len(response.content),
        rate=_rate(response),
        request_id=encodable(response.headers.get("RCRequestId", "")[:64]),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _shown(pairs: list[tuple[str, str]]) -> Pairs:
    shown = [(encodable(name[:100]), _value(name, value)) for name, value in pairs[:_MOST_HEADERS]]
    if len(pairs) > _MOST_HEADERS:
        shown.append(("…", gettext("%(count)s more", count=len(pairs) - _MOST_HEADERS)))
    return tuple(shown)


def _value(name: str, value: str) -> str:
    if name.lower() in _SECRET:
        return value if value.endswith(f" {HIDDEN}") else HIDDEN
    return encodable(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…")


def _rate(response: Response) -> Rate | None:
    told = [
        encodable(response.headers.get(f"X-Rate-Limit-{name}", "")[:20])
        for name in ("Group", "Remaining", "Limit", "Window")
    ]
    return Rate(told[0].lower(), *told[1:]) if all(told) else None
