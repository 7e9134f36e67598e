"""Several resources in one request: 207 Multi-Status in RingCentral's two forms (contract 12)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from starlette.requests import Request

from ringback.platform.errors import ApiError

from .answers import Answer, encoded

AS_JSON = "application/vnd.ringcentral.multipart+json"
AS_PARTS = "multipart/mixed"
MOST = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """The outcome for one id: its address, status, and body as JSON (b"" for none)."""

    id: str
    href: str
    status: int
    body: bytes = b""


def ids_of(text: str) -> list[str]:
    """The ids of a path segment, separated by commas. ApiError CMN-106 past fifty, CMN-101 without any."""
    ids = [part.strip() for part in text.split(",") if part.strip()]
    if not ids:
        raise ApiError(
            400, "CMN-101", "Parameter [callRecordId] value is invalid", parameterName="callRecordId"
        )
    if len(ids) > MOST:
        raise ApiError(
            400, "CMN-106", f"Batch operation is limited to {MOST} entries", parameterName="callRecordId"
        )
    return ids


def refused(id_: str, href: str, refusal: ApiError) -> Piece:
    """The outcome where an id was refused."""
    return Piece(id_, href, refusal.status, encoded(refusal.body()))


def multi_status(
    request: Request, pieces: Sequence[Piece], boundary: Callable[[], str] = lambda: secrets.token_hex(12)
) -> Answer:
    """All outcomes, in the order of the ids: as MIME parts, or as a JSON array where Accept asks for that."""
    if AS_JSON in request.headers.get("accept", "").lower():
        entries = [
            {"resourceId": piece.id, "status": piece.status}
            | ({"body": msgspec.Raw(piece.body)} if piece.body else {})
            for piece in pieces
        ]
        return Answer(encoded(entries), status=207, media_type=AS_JSON)
    mark = f"Boundary_{boundary()}"
    summary = {
        "response": [
            {
                "href": piece.href,
                "status": piece.status,
                "responseDescription": HTTPStatus(piece.status).phrase,
            }
            for piece in pieces
        ]
    }
    parts = [encoded(summary), *(piece.body for piece in pieces)]
    lines = [
        f"--{mark}\r\nContent-Type: application/json\r\n\r\n".encode() + part + b"\r\n" for part in parts
    ]
    body = b"".join(lines) + f"--{mark}--\r\n".encode()
    return Answer(body, status=207, media_type=f"{AS_PARTS}; boundary={mark}")
