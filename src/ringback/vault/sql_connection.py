"""Connections to PostgreSQL that do not wait for ever, and what the server says, in one line.

For the vault's back end and the archive's.
"""

from __future__ import annotations

import os
import select
import time
import weakref
from collections.abc import Callable, Generator, Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError

CONNECT_SECONDS = 5
_TCP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 8000}


class Bounded(psycopg.Connection[Any]):
    """A connection that does not wait for ever on a server that has stopped without closing it."""

    def longest(self) -> float:
        """The seconds that an answer may take."""
        raise NotImplementedError

    def wait(self, gen: Generator[Any, Any, Any], *more: Any, **named: Any) -> Any:
        return super().wait(self._bounded(gen, time.monotonic() + self.longest()), *more, **named)

    def _bounded(self, gen: Generator[Any, Any, Any], until: float) -> Generator[Any, Any, Any]:
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.longest():.0f} s")
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value


def conninfo(url: str, session: Mapping[str, str]) -> str:
    """The URL with settings of the session and our bounds in it; what the operator set in it stays.

    ValueError for a URL that libpq cannot read; its text does not quote the URL.
    """
    try:
        told = conninfo_to_dict(url)
        for port in str(told.get("port") or "0").split(","):
            int(port or "0")
    except (psycopg.Error, ValueError):
        raise ValueError("not a URL that PostgreSQL's client can read") from None
    ours = " ".join(f"-c {name}={value}" for name, value in session.items())
    bounds: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "ringback", **_TCP}
    options = f"{ours} {told.get('options') or ''}".strip()
    return make_conninfo(**{**bounds, **told, "options": options})


def pooled(connect: Callable[[], Bounded], *, connections: int, seconds: float) -> Engine:
    """An engine over so many connections, safe across a fork; a thread waits `seconds` for a free one."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=seconds,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _wait_for_the_disk)
    event.listen(engine, "checkout", _refuse_a_closed_one)
    _apart_after_a_fork(engine)
    return engine


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


def state(error: SQLAlchemyError) -> str | None:
    """The server's own code (SQLSTATE); None where there is none, as for a connection that broke."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def said(error: SQLAlchemyError, *, otherwise: str) -> str:
    """The server's words in one line: never SQLAlchemy's, which tell the statement and its values.

    `otherwise`: what to say when it was not the server, but the pool that had no connection.
    """
    if not isinstance(error, DBAPIError):
        return otherwise
    diagnosis = getattr(error.orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    lines = str(primary or error.orig).strip().splitlines()
    return lines[0][:200] if lines else type(error.orig).__name__


def _apart_after_a_fork(engine: Engine) -> None:
    """In a child after a fork the engine has connections of its own; the parent's are left to the parent."""
    _engines.add(engine)


_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
_left_to_the_parent: list[Any] = []
"""Never closed here: their sockets are shared with the parent, who uses them."""


def _after_fork_in_child() -> None:
    for engine in list(_engines):
        _left_to_the_parent.append(engine.pool)
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
