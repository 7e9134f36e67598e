"""Refusals of the token and revoke endpoints: their status by quirk, and the headers of the rate limit."""

from __future__ import annotations

from collections.abc import Mapping

from ringback.platform.errors import OAuthError

# Column "table" of contract 3.4, where it is not 400.
TABLE_STATUS = {
    **dict.fromkeys(("OAU-106", "OAU-108", "OAU-109", "OAU-110", "OAU-112", "OAU-113"), 403),
    **dict.fromkeys(("OAU-123", "OAU-140", "OAU-141", "OAU-146"), 401),
}


def finished(refusal: OAuthError, table: bool, headers: Mapping[str, str]) -> OAuthError:
    """The refusal as it goes out: 400, or by RingCentral's table of codes (contract 16)."""
    if table and refusal.status == 400:
        refusal.status = TABLE_STATUS.get(refusal.code or "", 400)
    refusal.headers = {**headers, **refusal.headers}
    return refusal
