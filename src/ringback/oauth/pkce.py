"""Proof Key for Code Exchange (RFC 7636): the code verifier and its S256 challenge."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from .secret import Secret

RandomBytes = Callable[[int], bytes]

CHALLENGE_METHOD = "S256"


def base64url(data: bytes) -> str:
    """base64url without padding (RFC 7636 appendix A)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def new_code_verifier(random_bytes: RandomBytes) -> Secret:
    """A fresh verifier: 32 random bytes, 43 characters (RFC 7636 4.1)."""
    return Secret(base64url(random_bytes(32)))


def code_challenge(verifier: Secret) -> str:
    """The S256 challenge of a verifier: base64url(SHA-256(verifier)), unpadded (RFC 7636 4.2)."""
    return base64url(hashlib.sha256(verifier.reveal().encode("ascii")).digest())
