"""Where an archive is: a DuckDB file, or a schema of a PostgreSQL database (pure)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from .errors import ArchiveError

SCHEMA = "ringback_archive"
"""The schema where a URL names none."""
_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SERVERS = ("postgresql", "postgres")
_FILE = "duckdb:///"


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A schema of a database. `url` is the database's, as libpq takes it; it may hold a password."""

    url: str = field(repr=False)
    schema: str = SCHEMA


Place = Path | PostgresPlace


def place_of(text: str | os.PathLike[str]) -> Place:
    """The place that a path, `duckdb:///FILE`, or a URL `postgresql://…?schema=NAME` names.

    Raises ArchiveError for another kind of URL, and for a schema's name that needs quotes in SQL. The message
    never quotes the URL: it may hold a password.
    """
    if isinstance(text, str) and text.lower().startswith(_FILE):
        return Path(text[len(_FILE) :])
    found = _SCHEME.match(text) if isinstance(text, str) else None
    if not isinstance(text, str) or found is None:
        return Path(text)
    if found[1].lower() not in _SERVERS:
        raise ArchiveError(
            f"There is no archive behind {found[1][:20]}://",
            remedy="Name a file, or postgresql://USER@HOST/DATABASE?schema=NAME.",
        )
    base, _, query = text.partition("?")
    terms = [term for term in query.split("&") if term]
    others = [term for term in terms if not term.startswith("schema=")]
    named = [unquote(term.removeprefix("schema=")) for term in terms if term.startswith("schema=")]
    schema = named[-1] if named else SCHEMA
    if not _NAME.fullmatch(schema) or len(named) > 1:
        raise ArchiveError(
            "The schema in the archive's URL must be one name of small letters, digits and _, and not pg_…",
            remedy="End it with ?schema=NAME, or leave that out for the schema " + SCHEMA + ".",
        )
    return PostgresPlace(base + ("?" + "&".join(others) if others else ""), schema)
