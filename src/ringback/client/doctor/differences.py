"""Two texts shown so that the characters in which they differ can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_MOST = 500


def marked(text: str, other: str) -> str:
    """Carets under the characters of `text` that `other` does not have there; under a gap, one caret."""
    text, other = text[:_MOST], other[:_MOST]
    line = [" "] * (len(text) + 1)
    for kind, first, last, _, _ in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if kind != "equal":
            line[first : max(last, first + 1)] = "^" * max(last - first, 1)
    return "".join(line).rstrip()


def shown(configured: str, registered: str) -> tuple[str, ...]:
    """Both texts, each with carets under what the other does not have."""
    lines = []
    for name, text, other in (
        ("configured", configured, registered),
        ("registered", registered, configured),
    ):
        lines += [f"{name}  {text[:_MOST]}", f"{'':{len(name)}}  {marked(text, other)}"]
    return tuple(lines)


def nearest(text: str, others: Iterable[str]) -> str | None:
    """The one of `others` most like `text`; None when there is none."""
    return max(
        others, key=lambda other: SequenceMatcher(None, text, other, autojunk=False).ratio(), default=None
    )
