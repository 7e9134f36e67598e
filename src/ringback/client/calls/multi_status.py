"""Answers about several resources at once: 207 Multi-Status in RingCentral's two forms (contract 12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ringback.client.records.decoding import NOT_THAT, unusable

if TYPE_CHECKING:
    from ringback.client.response import Response

_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """The outcome for one resource, in the order asked for: status and body (JSON, or nothing)."""

    status: int
    body: bytes


class _Entry(msgspec.Struct):
    status: int
    body: msgspec.Raw = msgspec.Raw(b"")


class _Status(msgspec.Struct):
    status: int


class _Summary(msgspec.Struct):
    response: list[_Status]


def pieces_of(response: Response) -> list[Piece]:
    """The outcomes in a 207 answer. Raises UnusableAnswer when it is neither of the two forms."""
    kind = response.headers.get("content-type", "")
    try:
        found = _from_parts(response.content, kind) if "multipart/mixed" in kind.lower() else None
        return _from_json(response.content) if found is None else found
    except NOT_THAT:
        raise unusable("list of records") from None


def _from_json(body: bytes) -> list[Piece]:
    return [Piece(one.status, bytes(one.body)) for one in msgspec.json.decode(body, type=list[_Entry])]


def _from_parts(body: bytes, kind: str) -> list[Piece]:
    """The first part tells each status, the others are the bodies. ValueError where they do not fit."""
    parts = _parts(body, kind)
    if not parts:
        raise ValueError("no parts")
    told = msgspec.json.decode(parts[0], type=_Summary, strict=False).response
    bodies = parts[1:]
    if len(told) != len(bodies):
        raise ValueError("as many parts as statuses")
    return [Piece(one.status, part) for one, part in zip(told, bodies, strict=True)]


def _parts(body: bytes, kind: str) -> list[bytes]:
    """The bodies of the parts, without their headers (RFC 2046 5.1.1; lines may end in LF alone)."""
    found = _BOUNDARY.search(kind)
    if found is None:
        raise ValueError("no boundary")
    mark = re.escape((found[1] or found[2]).encode("latin-1"))
    sections = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(?:--)?[ \t]*(?=\r?\n|\Z)", body)
    bodies = []
    for section in sections[1:]:
        head = _BLANK_LINE.search(section)
        if head is not None:
            bodies.append(section[head.end() :])
    return bodies
