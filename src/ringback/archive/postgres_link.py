"""The way to an archive's schema in PostgreSQL: transactions, the one sync at a time, and errors in one line.

Bounds: 10 s for a free connection, 5 s to connect, 3 s for a lock, 5 minutes for a statement by the server's
clock and a little more by our own. A host that is gone loses the lock of its sync within half a minute.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ringback.vault.sql_connection import (
    Bounded,
    conninfo,
    pooled,
    said,
    state,
)

from .errors import ArchiveError, ArchiveInUse
from .places import PostgresPlace

CONNECTIONS = 5
"""For each process; threads beyond that wait their turn."""
_POOL_SECONDS = 10.0
_STATEMENT_SECONDS = 300
_SESSION = {
    "statement_timeout": f"{_STATEMENT_SECONDS}s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "0",
    "default_transaction_isolation": "read\\ committed",
    "default_transaction_read_only": "off",
    "timezone": "UTC",
    # Compiling a statement takes longer than most of ours run; sums over a year are hashed in memory.
    "jit": "off",
    "work_mem": "64MB",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_SYNCING = int.from_bytes(b"rbsy", "big")
"""With the schema's own number: the advisory lock that a sync holds."""
_LOCK = text("SELECT pg_advisory_lock(:ours, CAST(CAST(to_regnamespace(:schema) AS oid) AS integer))")
_UNLOCK = text("SELECT pg_advisory_unlock(:ours, CAST(CAST(to_regnamespace(:schema) AS oid) AS integer))")
_FORM = "Use postgresql://USER@HOST:PORT/DATABASE?schema=NAME, with % codes for special characters."


class _Bounded(Bounded):
    def longest(self) -> float:
        return _STATEMENT_SECONDS + 10.0


class PostgresLink:
    """Transactions in one schema, for all threads of a process; safe across a fork."""

    def __init__(self, place: PostgresPlace) -> None:
        """Nothing is connected yet. Raises ArchiveError for a URL that libpq cannot read."""
        self.schema = place.schema
        try:
            target = conninfo(place.url, _SESSION | {"search_path": place.schema})
        except ValueError as wrong:
            raise ArchiveError(f"The archive's URL is {wrong}", remedy=_FORM) from None
        told = conninfo_to_dict(target)
        self._password = str(told.get("password") or "")
        self.shown = _shown(told, place.schema)
        self._mine = threading.local()
        self._engine = pooled(
            lambda: _Bounded.connect(target), connections=CONNECTIONS, seconds=_POOL_SECONDS
        )
        event.listen(self._engine, "connect", _stay_idle)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def step(self) -> Iterator[Connection]:
        """A transaction. In a block of `alone` it runs on the connection that holds the lock."""
        held: Connection | None = getattr(self._mine, "connection", None)
        with self._told():
            if held is not None:
                with held.begin():
                    yield held
            else:
                with self._engine.connect() as db, db.begin():
                    yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing and sees one moment of the archive, however long it reads."""
        with self._told(), self._engine.connect() as db:
            db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with db.begin():
                yield db

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else is in such a block meanwhile. Raises ArchiveError when somebody is.

        If the connection breaks, the lock goes with it, and every later step of the block fails: nothing is
        written without it.
        """
        key = {"ours": _SYNCING, "schema": self.schema}
        with self._told():
            db = self._engine.connect()
        try:
            with self._told(), db.begin():
                db.execute(_LOCK, key)
            self._mine.connection = db
            try:
                yield
            finally:
                self._mine.connection = None
                try:
                    with db.begin():
                        db.execute(_UNLOCK, key)
                except SQLAlchemyError:
                    db.invalidate()  # the lock ends with the connection
        finally:
            with suppress(SQLAlchemyError):
                db.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self._trouble(error) from None

    def _trouble(self, error: SQLAlchemyError) -> ArchiveError:
        """What went wrong, as one line that says what to do."""
        told = said(error, otherwise=f"no connection was free within {_POOL_SECONDS:.0f} s")
        if self._password:
            told = told.replace(self._password, "***")
        code = state(error) or ""
        if code == "55P03":
            return ArchiveInUse(
                f"The archive {self.shown} is being synced by another process",
                remedy="Wait for it to end, or stop it: an archive is synced by one at a time.",
            )
        if code.startswith(("28", "3D", "3F", "42")) or _refused(told):
            return ArchiveError(
                f"The archive {self.shown} cannot be used: PostgreSQL refuses: {told}",
                remedy="Check user, password and database, and that the user may create and use that schema.",
            )
        if code.startswith("53"):
            return ArchiveError(
                f"The server of the archive {self.shown} has no room for more ({told})",
                remedy="Make room and start again: what was stored before is whole.",
            )
        if _is_lost(error, code):
            return ArchiveError(
                f"The connection to the archive {self.shown} failed ({told})",
                remedy="Start again when the server answers: what was stored before is whole.",
            )
        return ArchiveError(
            f"The archive {self.shown} cannot be used ({told})", remedy="Look at PostgreSQL's log."
        )


def _stay_idle(connection: Any, _: Any) -> None:
    """A sync that waits for the rate limit says nothing for minutes (a setting since version 14)."""
    connection.autocommit = True
    connection.execute(
        "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'idle_session_timeout'"
    )
    connection.autocommit = False


def _is_lost(error: SQLAlchemyError, code: str) -> bool:
    """Is it the connection, and not what was asked?"""
    if not isinstance(error, DBAPIError):
        return True
    return error.connection_invalidated or not code or code.startswith(("08", "57P"))


def _refused(told: str) -> bool:
    """libpq gives no code for what goes wrong while connecting."""
    return "FATAL" in told and ("does not exist" in told or "password" in told or "pg_hba" in told)


def _shown(told: dict[str, Any], schema: str) -> str:
    """The archive for people: where it is, without user and password."""
    host = told.get("host") or told.get("hostaddr") or ""
    port = f":{told['port']}" if told.get("port") else ""
    return f"postgresql://{host}{port}/{told.get('dbname') or ''}?schema={schema}"
