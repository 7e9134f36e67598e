"""The way to a PostgreSQL server: a pool of connections in which nothing waits without end.

One `step` is one transaction. It is repeated when the server says that it has rolled it back (a deadlock, an
orderly shutdown), and never when its fate is unknown. Bounds: 5 s for a free connection, 5 s to connect, 3 s
for a lock, 5 s for a statement by the server's clock, 8 s for its answer by our own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ringback.oauth.errors import ConfigurationError

from .errors import VaultUnavailable
from .sql_connection import (
    Bounded,
    conninfo,
    pooled,
    said,
    state,
)

CONNECTIONS = 5
"""For each process; threads beyond that wait their turn."""
_POOL_SECONDS = 5.0
_ANSWER_SECONDS = 8.0
_SESSION = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "default_transaction_isolation": "read\\ committed",
    "default_transaction_read_only": "off",
    "timezone": "UTC",
}
_TRIES = 5
_TRY_AGAIN = ("40001", "40P01", "57P01")
"""serialization_failure, deadlock_detected, admin_shutdown: the server says that it has rolled back."""
_NOT_OURS = ("28", "3D", "3F", "42")  # authorization, catalog, schema, access rule or undefined object

T = TypeVar("T")


class _Bounded(Bounded):
    def longest(self) -> float:
        return _ANSWER_SECONDS


class SqlLink:
    """Transactions on one PostgreSQL database, for all threads of a process; safe across a fork."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet. Raises ConfigurationError for a URL that libpq cannot read."""
        target = _conninfo(url)
        self._password = str(conninfo_to_dict(target).get("password") or "")
        self._closed = False
        self._engine = pooled(
            lambda: _Bounded.connect(target), connections=CONNECTIONS, seconds=_POOL_SECONDS
        )
        self._singly = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Close the connections; the link may not be used afterwards."""
        self._closed = True
        self._engine.dispose()

    def step(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, in one transaction. Raises VaultUnavailable; then nothing was changed.

        Where the connection broke while the end of a transaction was being confirmed, the store cannot tell
        whether it was carried out; the message says so.
        """
        return self._carry_out(self._engine, work)

    def single(self, work: Callable[[Connection], T]) -> T:
        """A step of one statement, a transaction by itself: one round trip to the server, not three."""
        return self._carry_out(self._singly, work)

    def _carry_out(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise VaultUnavailable("The vault is closed", remedy="Open it again.")
        for tried in range(_TRIES):
            ending = False
            try:
                with engine.connect() as db, db.begin():
                    ending = engine is self._singly
                    result = work(db)
                    ending = True
                return result
            except SQLAlchemyError as error:
                if state(error) not in _TRY_AGAIN or tried + 1 == _TRIES:
                    raise self._unavailable(error, ending=ending) from None
        raise AssertionError("a step ends in its last try")

    def check(self, work: Callable[[Connection], T]) -> T:
        """A step at the start: what only the operator can mend is a ConfigurationError."""
        try:
            return self.step(work)
        except _Refused as refused:
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: PostgreSQL refuses: {refused.said}", remedy=refused.remedy
            ) from None

    def _unavailable(self, error: SQLAlchemyError, *, ending: bool) -> VaultUnavailable:
        told = said(error, otherwise=f"no connection was free within {_POOL_SECONDS:.0f} s")
        if self._password:
            told = told.replace(self._password, "***")
        code = state(error) or ""
        if code.startswith(_NOT_OURS) or "password" in told or _no_database(told):
            return _Refused(told)
        if ending and isinstance(error, DBAPIError) and error.connection_invalidated:
            return VaultUnavailable(
                f"The vault cannot be used now: {told}; whether the last step was carried out is not known",
                remedy="Try again; every step may be repeated.",
            )
        return VaultUnavailable(
            f"The vault cannot be used now: {told}", remedy="Try again; nothing was changed."
        )


class _Refused(VaultUnavailable):
    """The server does not take us as we come: trying again will not help."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            f"The vault cannot be used: PostgreSQL refuses: {said}",
            remedy="Check user, password and database in RINGBACK_VAULT_URL, and that the user may create"
            " tables there (or that its owner has opened the vault once and granted their use).",
        )


def _conninfo(url: str) -> str:
    """The URL with our bounds in it; what the operator set in it stays."""
    try:
        return conninfo(url, _SESSION)
    except ValueError as wrong:
        raise ConfigurationError(
            f"RINGBACK_VAULT_URL is {wrong}",
            remedy="Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with % codes for special characters.",
        ) from None


def _no_database(said: str) -> bool:
    """libpq gives no code for what goes wrong while connecting."""
    return "does not exist" in said and "FATAL" in said
