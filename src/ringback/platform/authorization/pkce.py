"""PKCE as the server sees it: is a challenge well formed, does a verifier answer it (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

METHODS = ("plain", "S256")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def well_formed(value: str) -> bool:
    """43 to 128 unreserved characters: the form of verifiers and of challenges (RFC 7636 4.1 and 4.2)."""
    return _UNRESERVED.fullmatch(value) is not None


def answers(verifier: str, challenge: str, method: str) -> bool:
    """Does the verifier answer the challenge? Compared in constant time (RFC 7636 4.6)."""
    if not well_formed(verifier):
        return False
    if method == "S256":
        digest = hashlib.sha256(verifier.encode("ascii")).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return hmac.compare_digest(verifier.encode("ascii"), challenge.encode("ascii"))
