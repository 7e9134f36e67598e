"""What `scope` asks for: permissions of the app, and the scopes of OpenID Connect (contract 4 and 7.1)."""

from __future__ import annotations

from ringback.platform.permissions import scope_text, with_included

OPENID = "openid"
# Scopes of OpenID Connect name no permission of the app (contract 7.1).
OPENID_SCOPES = (OPENID, "email", "profile")


def narrowed(sent: str | None, held: frozenset[str]) -> frozenset[str] | None:
    """The permissions held of those asked for; all when no permission is named; None when none is left.

    Holding a permission means holding those it includes (contract 9): ReadCallLog may be asked for, and is
    all that is granted then, where ReadCallRecording is held.
    """
    if sent is None:
        return held
    asked = frozenset(sent.split()).difference(OPENID_SCOPES)
    if not asked:
        return held
    return (with_included(held) & asked) or None


def openid_scopes(sent: str | None) -> frozenset[str]:
    """The scopes of OpenID Connect asked for: none unless `openid` is one (OIDC Core 3.1.2.1, inferred)."""
    asked = frozenset((sent or "").split()).intersection(OPENID_SCOPES)
    return asked if OPENID in asked else frozenset()


def granted_text(permissions: frozenset[str], openid: frozenset[str]) -> str:
    """The `scope` of a token answer: permission ids, then what OpenID Connect granted (RFC 6749 5.1)."""
    text = scope_text(permissions)
    if not openid:
        return text
    return " ".join(filter(None, (text, *(scope for scope in OPENID_SCOPES if scope in openid))))
