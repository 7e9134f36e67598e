"""What an operation answers: JSON, nothing, several parts, or a stream; and how it is put on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import msgspec
from starlette.types import Send

JSON = "application/json;charset=UTF-8"
# As seen on live answers (contract 2): where the request was served, and the language of its messages.
EVERYWHERE = {"RoutingKey": "LOC01P01PAS01", "Content-Language": "en-US"}

_encoder = msgspec.json.Encoder()


def encoded(answer: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _encoder.encode(answer)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers. `stream` of `length` bytes stands in for the body where it is given."""

    body: bytes = b""
    status: int = 200
    media_type: str | None = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    length: int = 0


NO_CONTENT = Answer(status=204, media_type=None)


async def put_on_wire(answer: Answer, also: Mapping[str, str], send: Send, *, head: bool) -> None:
    """Send an answer with these headers too; `head`: all but its body."""
    raw = [(b"routingkey", b"LOC01P01PAS01"), (b"content-language", b"en-US")]
    if answer.media_type is not None:
        raw.append((b"content-type", answer.media_type.encode()))
    if answer.status != 204:
        length = len(answer.body) if answer.stream is None else answer.length
        raw.append((b"content-length", b"%d" % length))
    for headers in (also, answer.headers):
        if headers:
            raw += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if answer.stream is not None and not head:
        async for chunk in answer.stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    body = b"" if head or answer.stream is not None else answer.body
    await send({"type": "http.response.body", "body": body})
