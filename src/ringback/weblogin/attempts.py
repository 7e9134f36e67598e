"""What is kept of a login that a browser has begun: its sealed transaction, and where to go on."""

from __future__ import annotations


def packed(transaction: str, to: str) -> str:
    """Both in one str; a transaction is base64url, so the blank ends it."""
    return f"{transaction} {to}"


def unpacked(kept: str) -> tuple[str, str]:
    """The transaction, and the path."""
    transaction, _, to = kept.partition(" ")
    return transaction, to or "/"
