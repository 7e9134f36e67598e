"""Two redirect URIs compared character by character, for the journal and the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ringback.platform.redacted import shown_uri

_MOST_COMPARED = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text; `same` when the other text has them at that place too."""

    text: str
    same: bool


def mismatch(sent: str, registered: Sequence[str]) -> dict[str, str]:
    """What the journal keeps of a redirect URI that is not registered: both texts, and where they part.

    `registered` must not be empty; the one with most characters in common counts. Positions begin at 1.
    """
    nearest = max(registered, key=lambda uri: _shared(sent, uri))
    ours, theirs = shown_uri(nearest), shown_uri(sent)
    return {
        "redirectUriSent": theirs,
        "redirectUriRegistered": ours,
        "redirectUriDiffersAt": str(_prefix(theirs, ours) + 1),
    }


def pieces(first: str, second: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces that are the same or not."""
    first, second = first[:_MOST_COMPARED], second[:_MOST_COMPARED]
    ours: list[Piece] = []
    theirs: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        same = kind == "equal"
        if j > i:
            ours.append(Piece(first[i:j], same))
        if m > k:
            theirs.append(Piece(second[k:m], same))
    return ours, theirs


def _shared(first: str, second: str) -> int:
    """Characters in common at the beginning and at the end."""
    prefix = _prefix(first, second)
    rest = min(len(first), len(second)) - prefix
    suffix = _prefix(first[::-1][:rest], second[::-1][:rest])
    return prefix + suffix


def _prefix(first: str, second: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
