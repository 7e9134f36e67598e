"""The shared back ends that a campaign runs on, each new and empty, by name."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .postgres import Postgres
from .redis_server import RedisServer

STORES = ("sqlite", "postgres", "redis")


class Place:
    """A vault's URL, and a way to let leases run out without waiting for them."""

    def __init__(self, name: str, url: str, server: Postgres | RedisServer | None = None) -> None:
        self.name = name
        self.url = url
        self.server = server

    def let_leases_run_out(self) -> None:
        """Write into the store that every lease which runs has just ended."""
        if self.server is None:
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as db, db:
                db.execute(
                    "UPDATE logins SET lease_until = ? WHERE lease_id IS NOT NULL", (time.time() - 0.001,)
                )
        elif isinstance(self.server, Postgres):
            self.server.execute(
                "UPDATE ringback_logins SET lease_until = extract(epoch from clock_timestamp()) - 0.001"
                " WHERE lease_id IS NOT NULL"
            )
        else:
            with self.server.client() as client:
                seconds, microseconds = client.time()
                for key in client.scan_iter("{ringback}:login:*"):
                    if client.hexists(key, "lease_id"):
                        client.hset(key, "lease_until", seconds + microseconds / 1e6 - 0.001)


@contextmanager
def store(name: str, *, durable: bool = True, host: str = "127.0.0.1") -> Iterator[Place]:
    """A new back end of this kind, which ends with the block. Missing where it is not installed."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="ringback-campaign-") as folder:
            yield Place(name, f"sqlite:///{Path(folder) / 'vault.db'}")
        return
    server = (
        Postgres(durable=durable, connections=200, host=host)
        if name == "postgres"
        else RedisServer(durable=durable, host=host)
    )
    try:
        yield Place(name, server.url, server)
    finally:
        server.remove()
