"""Compact JSON Web Signatures: taken apart strictly, put together, times read (RFC 7515 3.1, RFC 7519 2)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_LENGTH = 8192
_PART = re.compile(r"[A-Za-z0-9_-]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 9999-12-31T23:59:59Z: the last moment that a datetime of ours can be.
LAST_SECOND = 253_402_300_799


class JwsError(ValueError):
    """The text is no JWT that may be looked at; the message says why and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWT taken apart; nothing of it is trusted until its signature was checked."""

    algorithm: str
    key_id: str | None
    claims: dict[str, Any] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parse(text: str) -> Jws:
    """Take a compact JWS apart. Raises JwsError for anything else, unknown `crit` extensions included."""
    if len(text) > MAX_LENGTH:
        raise JwsError(f"it is longer than {MAX_LENGTH} characters")
    parts = text.split(".")
    if len(parts) != 3:
        raise JwsError("it does not have three parts")
    header, claims = _json_object(parts[0], "header"), _json_object(parts[1], "claims")
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not algorithm:
        raise JwsError("its header names no algorithm")
    if key_id is not None and not isinstance(key_id, str):
        raise JwsError("its header's kid is not a text")
    if "crit" in header:
        raise JwsError("its header demands extensions that are not known here")
    # An empty signature is that of alg "none"; whoever checks the algorithm refuses it.
    signature = _decoded(parts[2], "signature") if parts[2] else b""
    return Jws(algorithm, key_id, claims, f"{parts[0]}.{parts[1]}".encode("ascii"), signature)


def put_together(header: Mapping[str, str], claims: Mapping[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS of these claims."""
    signed = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{encoded(sign(signed.encode('ascii')))}"


def encoded(raw: bytes) -> str:
    """base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate claim (RFC 7519 2) in UTC; None when it is absent. Raises JwsError for another value."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_SECOND:
        raise JwsError(f"its {name} is not a time in seconds")
    return _EPOCH + timedelta(seconds=value)


def seconds(moment_: datetime) -> int:
    """A time as NumericDate, in whole seconds."""
    return int(moment_.timestamp())


def audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The `aud` claim: one text or a list of them (RFC 7519 4.1.3). Raises JwsError for another value."""
    value = claims.get("aud")
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise JwsError("its aud is neither a text nor a list of texts")
    return tuple(several)


def _decoded(part: str, what: str) -> bytes:
    if not _PART.fullmatch(part):
        raise JwsError(f"its {what} is not base64url without padding")
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise JwsError(f"its {what} is not base64url without padding") from None


def _json_object(part: str, what: str) -> dict[str, Any]:
    raw = _decoded(part, what)
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise JwsError(f"its {what} is not a JSON object with each name once") from None
    if not isinstance(value, dict):
        raise JwsError(f"its {what} is not a JSON object")
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
