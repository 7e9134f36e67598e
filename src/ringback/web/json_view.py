"""JSON as a tree that a page can fold: bounded in size, and data throughout (the template escapes it)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .formats import number
from .texts import gettext, ngettext
from .words import encodable

MOST_NODES = 6000
_MOST_DEPTH = 24
_MOST_TEXT = 2000
_OPEN_DEPTH = 2


@dataclass
class Node:
    """One value: its key, how to colour it, what to print; `children` is None for a leaf."""

    key: str
    kind: str
    text: str
    children: list[Node] | None = None
    open: bool = False
    preview: str = ""


@dataclass
class _Budget:
    left: int = MOST_NODES
    cut: bool = field(default=False)


def parse(content: bytes) -> Any:
    """The JSON value in `content`. Raises ValueError for anything that is not strict JSON (RFC 8259)."""
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def tree(value: Any) -> tuple[Node, bool]:
    """`value` as nodes, and whether something had to be left out."""
    budget = _Budget()
    node = _node(gettext("answer"), value, 0, budget)
    return node, budget.cut


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _node(key: str, value: Any, depth: int, budget: _Budget) -> Node:
    budget.left -= 1
    if isinstance(value, dict):
        pairs = [(str(name), inner) for name, inner in value.items()]
        node = _branch(key, pairs, _fields(len(pairs)), depth, budget)
        node.preview = _preview(value)
        return node
    if isinstance(value, list):
        pairs = [(str(place), inner) for place, inner in enumerate(value)]
        return _branch(key, pairs, _items(len(pairs)), depth, budget)
    if isinstance(value, str):
        text = encodable(value)
        if len(text) > _MOST_TEXT:
            text, budget.cut = text[:_MOST_TEXT] + "…", True
        return Node(key, "string", f'"{text}"')
    if value is None or isinstance(value, bool):
        return Node(key, "word", json.dumps(value))
    return Node(key, "number", _number(value))


def _branch(key: str, pairs: list[tuple[str, Any]], count: str, depth: int, budget: _Budget) -> Node:
    node = Node(key, "branch", count, [], open=depth < _OPEN_DEPTH and len(pairs) <= 30)
    children: list[Node] = []
    for name, inner in pairs:
        if budget.left <= 0 or depth >= _MOST_DEPTH:
            budget.cut = True
            break
        children.append(_node(encodable(name[:200]), inner, depth + 1, budget))
    node.children = children
    return node


def _fields(count: int) -> str:
    return ngettext("%(count)s field", "%(count)s fields", count, count=number(count))


def _items(count: int) -> str:
    return ngettext("%(count)s item", "%(count)s items", count, count=number(count))


def _preview(value: dict[str, Any]) -> str:
    """What tells one object of a list from the next: its name, or when and how a call went."""
    told = [value.get(name) for name in ("name", "extensionNumber", "startTime", "direction", "result")]
    return ", ".join(encodable(text[:60]) for text in told if isinstance(text, str))


def _number(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:  # more digits than Python prints
        return gettext("a number too long to print")
