"""A Redis (or Valkey) server of a run's own, on a port of the loopback address."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

from .service import Missing, Service, program, wait_until

_PASSWORD = "redis-password-of-the-tests"


class RedisServer:
    """`url` is its first database's. `durable`: appendfsync always; else nothing is kept."""

    def __init__(self, *, durable: bool = False, cluster: bool = False, host: str = "127.0.0.1") -> None:
        """Starts it. Missing where neither Redis nor Valkey is installed."""
        server = program("redis-server") or program("valkey-server")
        if server is None:
            raise Missing("Redis is not installed here. Run: tools/set-up services")
        self._server = server
        self._host = host
        self._durable = durable
        self._cluster = cluster
        self._service = Service("redis", "nobody")
        self.port = self._service.port
        try:
            self.start()
            if cluster:
                self.client().execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
                wait_until(lambda: self.client().execute_command("CLUSTER INFO")["cluster_state"] == "ok")
        except BaseException:
            self.remove()
            raise

    @property
    def url(self) -> str:
        """The vault URL of its database."""
        return self.url_at(self._host)

    def url_at(self, host: str, password: str = _PASSWORD) -> str:
        """The vault URL by way of another address."""
        return f"redis://:{password}@{host}:{self.port}/0"

    def start(self) -> None:
        """Start it, at first or again."""
        kept = ["--appendonly", "yes", "--appendfsync", "always"] if self._durable else ["--appendonly", "no"]
        command: list[str | Path] = [
            self._server, "--port", str(self.port), "--bind", self._host, "--dir", self._service.folder,
            "--requirepass", _PASSWORD, "--save", "", "--daemonize", "no", *kept,
            *(["--cluster-enabled", "yes"] if self._cluster else []),
        ]  # fmt: skip
        self._service.start(command, self._answers)

    def client(self):
        """A client of its own, for what a test looks at or changes."""
        import redis

        return redis.Redis.from_url(self.url)

    def _answers(self) -> bool:
        import redis

        with contextlib.suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        """The server dies at once; `start` lets it read what it has kept."""
        self._service.end(signal.SIGKILL)

    def stop_answering(self) -> None:
        """The server stands still."""
        self._service.send(signal.SIGSTOP)

    def answer_again(self) -> None:
        """And goes on."""
        self._service.send(signal.SIGCONT)

    def remove(self) -> None:
        """End it, and remove what it kept."""
        self._service.remove()
