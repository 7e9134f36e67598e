"""Two redirect URIs compared character by character, for the journal and the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ringback.platform.redacted import shown_uri

_MOST_COMPARED = 500
# Between what both begin and end with, no more than this is matched: its time grows with the square.
_MOST_MATCHED = 120
_BY_CHANCE = 2


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
    """Both texts in pieces that are the same or not: their first 500 characters."""
    first, second = first[:_MOST_COMPARED], second[:_MOST_COMPARED]
    start = _prefix(first, second)
    rest = min(len(first), len(second)) - start
    end = _prefix(first[::-1][:rest], second[::-1][:rest])
    ours, theirs = [Piece(first[:start], True)], [Piece(second[:start], True)]
    for one, other, same in _matched(first[start : len(first) - end], second[start : len(second) - end]):
        ours.append(Piece(one, same))
        theirs.append(Piece(other, same))
    ours.append(Piece(first[len(first) - end :], True))
    theirs.append(Piece(second[len(second) - end :], True))
    return [piece for piece in ours if piece.text], [piece for piece in theirs if piece.text]


def _matched(first: str, second: str) -> list[tuple[str, str, bool]]:
    """Two texts side by side in pieces; long ones are one piece that differs."""
    if max(len(first), len(second)) > _MOST_MATCHED:
        return [(first, second, False)]
    found: list[tuple[str, str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        # One or two characters in common, amid others, are chance.
        same = kind == "equal" and j - i > _BY_CHANCE
        if found and not same and not found[-1][2]:
            found[-1] = (found[-1][0] + first[i:j], found[-1][1] + second[k:m], False)
        else:
            found.append((first[i:j], second[k:m], same))
    return found


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
