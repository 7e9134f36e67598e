"""The PostgreSQL and Redis servers of a test run: each started once, when a test first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from campaigns.service import Missing

_started: dict[str, Any] = {}


def service(name: str, start: Callable[[], Any]) -> Any:
    """The service of this name, in this process; the test is skipped where it is not installed."""
    if name not in _started:
        try:
            _started[name] = start()
        except Missing as missing:
            _started[name] = missing
    found = _started[name]
    if isinstance(found, Missing):
        pytest.skip(str(found))
    return found


def postgres() -> Any:
    """This process's PostgreSQL server, without fsync."""
    from campaigns.postgres import Postgres

    return service("postgres", Postgres)


def redis() -> Any:
    """This process's Redis server, which keeps nothing."""
    from campaigns.redis_server import RedisServer

    return service("redis", RedisServer)


def stop() -> None:
    """End what was started."""
    for found in _started.values():
        if not isinstance(found, Missing):
            found.remove()
    _started.clear()
