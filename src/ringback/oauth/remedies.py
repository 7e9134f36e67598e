"""RingCentral's codes and what to do about each: the catalogue of `oauth_codes.py` and `api_codes.py`."""

from __future__ import annotations

from .api_codes import API_CODES
from .known_code import KnownCode
from .oauth_codes import OAUTH_CODES

CATALOGUE: dict[str, KnownCode] = OAUTH_CODES | API_CODES


def remedy_for(code: str | None) -> str:
    """What to do about `code`; '' when there is nothing to say beyond the server's own message."""
    known = CATALOGUE.get(code or "")
    return known.remedy if known else ""


def cause_of(code: str | None) -> str:
    """What RingCentral means by `code`, in our words; '' for a code that is not in the catalogue."""
    known = CATALOGUE.get(code or "")
    return known.cause if known else ""
