"""What a PostgreSQL vault promises: the settings that decide whether an acknowledged login can be lost."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, text

from .store import StoreReport

_ASKED = ("fsync", "synchronous_commit", "full_page_writes", "synchronous_standby_names")


def describe(db: Connection) -> StoreReport:
    """The report on this connection's server."""
    told = {name: db.scalar(select(func.current_setting(name))) or "" for name in _ASKED}
    encrypted = bool(db.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")))
    told["tls"] = "on" if encrypted else "off"
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
    if not encrypted and not _is_near(db):
        warnings.append(
            "The connection to PostgreSQL is not encrypted: add ?sslmode=verify-full to RINGBACK_VAULT_URL."
        )
    return StoreReport(
        kind=f"PostgreSQL {number // 10_000}.{number % 10_000}",
        shared=True,
        survives_store=told["fsync"] == "on",
        facts=tuple((name, value) for name, value in told.items() if value),
        warnings=tuple(warnings),
    )


def _is_near(db: Connection) -> bool:
    """Is the server on this machine: a Unix socket, or a loopback address?"""
    address = db.scalar(text("SELECT host(inet_server_addr())"))
    return address is None or address == "::1" or str(address).startswith("127.")
