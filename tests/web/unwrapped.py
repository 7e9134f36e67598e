"""Finds what a page says outside the brackets of a made-up language, and outside what is marked as data."""

from __future__ import annotations

import re
from html.parser import HTMLParser

OPEN, CLOSE = "⟦", "⟧"
_DATA = {"code", "time", "data", "script", "style"}
_SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label")
_EMPTY = {"meta", "link", "img", "input", "br", "hr", "wbr"}
_WORD = re.compile(r"[^\W\d_]+")


def unwrapped(page: str, names: set[str]) -> list[str]:
    """The words and phrases of `page` that no catalogue gave; `names` are let through."""
    finder = _Finder()
    finder.feed(page)
    told = []
    for text in finder.found:
        text = text.replace("· Ringback", "").strip()
        if set(_WORD.findall(text)) - names:
            told.append(text)
    return told


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        is_data = tag in _DATA or values.get("translate") == "no"
        hidden = is_data or (self._hidden and values.get("translate") != "yes")
        if not hidden:
            self.found += [outside(values[name], 0)[0] for name in _SPOKEN if name in values]
        if tag not in _EMPTY:
            self._open.append((tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        left, self._depth = outside(data, self._depth)
        if left.strip() and not self._hidden:
            self.found.append(left.strip())

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def outside(text: str, depth: int) -> tuple[str, int]:
    """What of `text` stands in no bracket, and how many are open after it."""
    kept = []
    for character in text:
        depth += (character == OPEN) - (character == CLOSE)
        if depth == 0 and character != CLOSE:
            kept.append(character)
    return "".join(kept), depth
