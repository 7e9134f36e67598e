"""What a PostgreSQL vault promises: the settings that decide whether an acknowledged login can be lost."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, text

from .store import StoreReport

_ASKED = ("fsync", "synchronous_commit", "full_page_writes", "synchronous_standby_names")


def describe(db: Connection) -> StoreReport:
    """The report on this connection's server."""
    told = {name: db.scalar(select(func.current_setting(name))) or "" for name in _ASKED}
    number = int(db.scalar(text("SHOW server_version_num")) or 0)
    warnings = []
    if told["fsync"] == "off" or told["full_page_writes"] == "off":
        warnings.append(
            "PostgreSQL runs without fsync or full_page_writes: a power failure can lose logins, or the"
            " database; set both to on."
        )
    if told["synchronous_commit"] == "local":
        warnings.append(
            "synchronous_commit is local: a login that was acknowledged may be missing on the standby that"
            " takes over; set it to on."
        )
    return StoreReport(
        kind=f"PostgreSQL {number // 10_000}.{number % 10_000}",
        shared=True,
        survives_store=told["fsync"] == "on",
        facts=tuple((name, value) for name, value in told.items() if value),
        warnings=tuple(warnings),
    )
