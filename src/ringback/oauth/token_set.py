"""A token answer as a value (contract 5.3): the tokens, when they expire, and whose they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import UnusableAnswer
from .secret import Secret

_STALE_SECONDS = 60.0
_STALE_SHARE = 0.2
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_SCOPE = re.compile(r"[\x20-\x7e]{1,16384}")
_ID = re.compile(r"[\x21-\x7e]{1,256}")


@dataclass(frozen=True, slots=True)
class TokenSet:
    """One login's tokens. All times are seconds since the epoch, UTC; no secret shows in the repr.

    `issued_at` is when the first attempt at the answer was sent, so a slow answer never makes a token
    look younger than it is.
    """

    access_token: Secret
    refresh_token: Secret | None
    issued_at: float
    expires_at: float
    refresh_expires_at: float | None
    scope: tuple[str, ...]
    owner_id: str
    endpoint_id: str | None = None
    session_id: str | None = None
    token_type: str = "bearer"  # noqa: S105 - the name of a scheme, not a secret

    def is_stale(self, now: float) -> bool:
        """True when less than min(60 s, a fifth of its life) is left: refresh before use."""
        life = self.expires_at - self.issued_at
        return self.expires_at - now < min(_STALE_SECONDS, life * _STALE_SHARE)


def token_set_from_answer(body: bytes, *, now: float) -> TokenSet:
    """The TokenSet in a 200 answer of the token endpoint; `now` is when the request was first sent.

    Raises UnusableAnswer when the body is not a token answer. The message never quotes the body.
    """
    answer = _json_object(body)
    access = _text(answer, "access_token", _TOKEN)
    if access is None:
        raise _unusable("access_token is missing")
    if str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise _unusable("token_type is not bearer")
    expires_in = _seconds(answer, "expires_in")
    if expires_in is None:
        raise _unusable("expires_in is missing or not a number of seconds")
    refresh = _text(answer, "refresh_token", _TOKEN)
    refresh_in = _seconds(answer, "refresh_token_expires_in")
    owner_id = answer.get("owner_id")
    if isinstance(owner_id, int) and not isinstance(owner_id, bool):
        owner_id = str(owner_id)
    if not isinstance(owner_id, str) or not _ID.fullmatch(owner_id):
        raise _unusable("owner_id is missing")
    return TokenSet(
        access_token=Secret(access),
        refresh_token=Secret(refresh) if refresh else None,
        issued_at=now,
        expires_at=now + expires_in,
        refresh_expires_at=now + refresh_in if refresh and refresh_in is not None else None,
        scope=tuple((_text(answer, "scope", _SCOPE) or "").split()),
        owner_id=owner_id,
        endpoint_id=_text(answer, "endpoint_id", _ID),
        session_id=_text(answer, "session_id", _ID),
    )


def token_set_to_dict(tokens: TokenSet) -> dict[str, Any]:
    """A plain dict with the secrets in it, for sealing and nothing else."""
    return {
        "access_token": tokens.access_token.reveal(),
        "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else None,
        "issued_at": tokens.issued_at,
        "expires_at": tokens.expires_at,
        "refresh_expires_at": tokens.refresh_expires_at,
        "scope": list(tokens.scope),
        "owner_id": tokens.owner_id,
        "endpoint_id": tokens.endpoint_id,
        "session_id": tokens.session_id,
    }


def token_set_from_dict(stored: Mapping[str, Any]) -> TokenSet:
    """The opposite of `token_set_to_dict`."""
    refresh = stored["refresh_token"]
    return TokenSet(
        access_token=Secret(stored["access_token"]),
        refresh_token=Secret(refresh) if refresh else None,
        issued_at=stored["issued_at"],
        expires_at=stored["expires_at"],
        refresh_expires_at=stored["refresh_expires_at"],
        scope=tuple(stored["scope"]),
        owner_id=stored["owner_id"],
        endpoint_id=stored["endpoint_id"],
        session_id=stored["session_id"],
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise _unusable("it is not JSON") from None
    if not isinstance(answer, dict):
        raise _unusable("it is not a JSON object")
    return answer


def _text(answer: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    """A field of the answer; None when it is absent or empty."""
    value = answer.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _unusable(f"{name} is not a string of the usual form")
    return value


def _seconds(answer: Mapping[str, Any], name: str) -> float | None:
    value = answer.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e10:
        return None
    return float(value)


def _unusable(why: str) -> UnusableAnswer:
    return UnusableAnswer(
        f"The server's token answer cannot be used: {why}",
        remedy="Check that RC_SERVER_URL is RingCentral's server; if it is, try again.",
    )
