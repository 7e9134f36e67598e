"""The way to a PostgreSQL server: a pool of connections in which nothing waits without end.

One `step` is one transaction. It is repeated when the server says that it has rolled it back (a deadlock, an
orderly shutdown), and never when its fate is unknown. Bounds: 5 s for a free connection, 5 s to connect, 3 s
for a lock, 5 s for a statement by the server's clock, 8 s for its answer by our own.
"""

from __future__ import annotations

import os
import select
import time
import weakref
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError

from ringback.oauth.errors import ConfigurationError

from .errors import VaultUnavailable

CONNECTIONS = 5
"""For each process; threads beyond that wait their turn."""
_POOL_SECONDS = 5.0
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 8.0
_SESSION = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "default_transaction_isolation": "read\\ committed",
    "default_transaction_read_only": "off",
    "timezone": "UTC",
}
_TCP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 8000}
_TRIES = 5
_TRY_AGAIN = ("40001", "40P01", "57P01")
"""serialization_failure, deadlock_detected, admin_shutdown: the server says that it has rolled back."""
_NOT_OURS = ("28", "3D", "3F", "42")  # authorization, catalog, schema, access rule or undefined object

T = TypeVar("T")


class _Bounded(psycopg.Connection[Any]):
    """A connection that does not wait for ever on a server that has stopped without closing it."""

    def wait(self, gen: Generator[Any, Any, Any], *more: Any, **named: Any) -> Any:
        return super().wait(self._bounded(gen, time.monotonic() + _ANSWER_SECONDS), *more, **named)

    def _bounded(self, gen: Generator[Any, Any, Any], until: float) -> Generator[Any, Any, Any]:
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {_ANSWER_SECONDS:.0f} s")
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value


class SqlLink:
    """Transactions on one PostgreSQL database, for all threads of a process; safe across a fork."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet. Raises ConfigurationError for a URL that libpq cannot read."""
        target = _conninfo(url)
        self._password = str(conninfo_to_dict(target).get("password") or "")
        self._closed = False
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: _Bounded.connect(target),
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=_POOL_SECONDS,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        self._singly = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine, "connect", _wait_for_the_disk)
        event.listen(self._engine, "checkout", _refuse_a_closed_one)
        _links.add(self)

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
                if _state(error) not in _TRY_AGAIN or tried + 1 == _TRIES:
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
        said = _said(error)
        if self._password:
            said = said.replace(self._password, "***")
        state = _state(error) or ""
        if state.startswith(_NOT_OURS) or "password" in said or _no_database(said):
            return _Refused(said)
        if ending and isinstance(error, DBAPIError) and error.connection_invalidated:
            return VaultUnavailable(
                f"The vault cannot be used now: {said}; whether the last step was carried out is not known",
                remedy="Try again; every step may be repeated.",
            )
        return VaultUnavailable(
            f"The vault cannot be used now: {said}", remedy="Try again; nothing was changed."
        )

    def begin_again(self) -> None:
        """In the child after a fork: connections of its own; the parent's are left to the parent."""
        _left_to_the_parent.append(self._engine.pool)
        self._engine.dispose(close=False)


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
        told = conninfo_to_dict(url)
        for port in str(told.get("port") or "0").split(","):
            int(port or "0")
    except (psycopg.Error, ValueError):
        raise ConfigurationError(
            "RINGBACK_VAULT_URL is not a URL that PostgreSQL's client can read",
            remedy="Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with % codes for special characters.",
        ) from None
    ours = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    bounds: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "ringback", **_TCP}
    options = f"{ours} {told.get('options') or ''}".strip()
    return make_conninfo(**{**bounds, **told, "options": options})


def _wait_for_the_disk(connection: Any, _: Any) -> None:
    """A commit that is acknowledged is on disk, also where the server's default is otherwise."""
    connection.autocommit = True
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.autocommit = False


def _refuse_a_closed_one(connection: Any, record: Any, proxy: Any) -> None:
    """An idle connection that has something to read was closed by the server: the pool takes another."""
    readable = select.poll()
    readable.register(connection.fileno(), select.POLLIN)
    if readable.poll(0):
        raise DisconnectionError


def _state(error: SQLAlchemyError) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _said(error: SQLAlchemyError) -> str:
    """The server's words in one line: never SQLAlchemy's, which tell the statement and its values."""
    if not isinstance(error, DBAPIError):
        return f"no connection was free within {_POOL_SECONDS:.0f} s"
    diagnosis = getattr(error.orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    lines = str(primary or error.orig).strip().splitlines()
    return lines[0][:200] if lines else type(error.orig).__name__


def _no_database(said: str) -> bool:
    """libpq gives no code for what goes wrong while connecting."""
    return "does not exist" in said and "FATAL" in said


_links: weakref.WeakSet[SqlLink] = weakref.WeakSet()
_left_to_the_parent: list[Any] = []
"""Never closed here: their sockets are shared with the parent, who uses them."""


def _after_fork_in_child() -> None:
    for link in list(_links):
        link.begin_again()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
