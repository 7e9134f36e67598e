"""Hypothesis strategies for requests that are wrong in some way, and now and then right."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from garbage_words import DEEP, FIELDS, FORM, HEADERS, MANY_FIELDS, METHODS, RIGHT, TAILS, WRONG
from hypothesis import strategies as st
from raw_requests import Raw

Headers = tuple[tuple[bytes, bytes], ...]
VALUES = st.sampled_from((*WRONG, *RIGHT)) | st.text(max_size=20)
NAMES = st.sampled_from(FIELDS)


@st.composite
def targets(draw: st.DrawFn, templates: list[str]) -> bytes:
    """A path, its variables and sometimes its segments replaced, and a query."""
    path = draw(st.sampled_from(templates))
    safe = draw(st.sampled_from(["", "/,~%"]))
    path = re.sub(r"\{[^}]*\}", lambda _: quote(draw(VALUES)[:2_000], safe=safe), path)
    mangled = draw(st.sampled_from(TAILS))
    pairs = draw(st.lists(st.tuples(NAMES | st.text(max_size=5), VALUES), max_size=4))
    joint = draw(st.sampled_from(["&", "&", "&", ";", "&&"]))
    query = joint.join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    text = (path + mangled + ("?" + query if query else "")).encode("ascii", "replace")
    return re.sub(rb"[\x00-\x20\x7f]", b"%20", text)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A body with the content type that it might pass for."""
    kind = draw(st.sampled_from(["form", "form", "json", "json", "bytes", "none", "deep", "many"]))
    fields = draw(st.dictionaries(NAMES, VALUES, max_size=6))
    if kind == "form":
        return "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode(), FORM
    if kind == "json":
        values = st.recursive(
            VALUES | st.integers() | st.floats() | st.booleans() | st.none() | st.just("\ud800"),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
            max_leaves=6,
        )
        made = draw(values | st.dictionaries(NAMES, values, max_size=3))
        return json.dumps(made).encode(), b"application/json"
    if kind == "bytes":
        return draw(st.binary(max_size=60)), draw(st.sampled_from([FORM, b"application/json"]))
    if kind == "deep":
        return draw(st.sampled_from(DEEP)), b"application/json"
    if kind == "many":
        return MANY_FIELDS, FORM
    return b"", b""


@st.composite
def garbage(draw: st.DrawFn, templates: list[str], identities: list[Headers]) -> Raw:
    """A request to one of these paths, now and then by somebody who may make it."""
    body, content_type = draw(bodies())
    headers = list(draw(st.sampled_from([(), *identities])))
    if content_type:
        headers.append((b"Content-Type", content_type))
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
    headers += [(name, draw(st.sampled_from(HEADERS[name]))) for name in names]
    return Raw(draw(st.sampled_from(METHODS)), draw(targets(templates)), tuple(headers), body)
