"""A PostgreSQL server of a run's own, on a port of the loopback address; nothing system-wide is touched."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
from pathlib import Path

from .service import Missing, Service, program

_USER = "ringback"
_PASSWORD = "a password of the tests"


class Postgres:
    """`url` is its database's. `durable`: with fsync, as a deployment has it; else as fast as it goes."""

    def __init__(self, *, durable: bool = False, connections: int = 100, host: str = "127.0.0.1") -> None:
        """Makes a cluster of databases and starts it. Missing where PostgreSQL is not installed."""
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        initdb, server = program("initdb", *folders), program("postgres", *folders)
        if initdb is None or server is None:
            raise Missing("PostgreSQL is not installed here. Run: tools/set-up services")
        self._server = server
        self._host = host
        self._connections = connections
        self._durable = durable
        self._standing: list[int] = []
        self._service = Service("postgres", _account())
        self.port = self._service.port
        try:
            self._make(initdb)
            self.start()
        except BaseException:
            self.remove()
            raise

    def _make(self, initdb: Path) -> None:
        folder = self._service.folder
        secret = folder / "password"
        secret.write_text(_PASSWORD)
        secret.chmod(0o644)
        self._service.run(
            initdb, "-D", folder / "data", "-U", _USER, f"--pwfile={secret}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        if self._host != "127.0.0.1":
            with open(folder / "data" / "pg_hba.conf", "a") as allowed:
                allowed.write("host all all 0.0.0.0/0 scram-sha-256\n")

    @property
    def url(self) -> str:
        """The vault URL of its database."""
        return self.url_at(self._host)

    def url_at(self, host: str, database: str = "postgres", password: str = _PASSWORD) -> str:
        """The vault URL by way of another address."""
        return f"postgresql://{_USER}:{password.replace(' ', '%20')}@{host}:{self.port}/{database}"

    def start(self) -> None:
        """Start it, at first or again."""
        folder = self._service.folder
        fast = [] if self._durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        command: list[str | Path] = [
            self._server, "-D", folder / "data", "-p", str(self.port), "-k", folder, "-h", self._host,
            "-c", f"max_connections={self._connections}", "-c", "shared_buffers=32MB", *fast,
        ]  # fmt: skip
        self._service.start(command, self._answers)

    def _answers(self) -> bool:
        import psycopg

        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def execute(self, *statements: str) -> None:
        """Run statements as the database's owner."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as db:
            for statement in statements:
                db.execute(statement)

    def kill(self) -> None:
        """The server dies at once, as at a crash; `start` lets it recover."""
        self._service.end(signal.SIGQUIT)

    def stop_answering(self) -> None:
        """The server stands still: its main process and those of its clients."""
        import psycopg

        with psycopg.connect(self.url) as db:
            asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> %s"
            self._standing = [pid for (pid,) in db.execute(asked, (db.info.backend_pid,))]
        self._service.send(signal.SIGSTOP)
        for pid in self._standing:
            os.kill(pid, signal.SIGSTOP)

    def answer_again(self) -> None:
        """And goes on."""
        self._service.send(signal.SIGCONT)
        for pid in self._standing:
            os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        """End it, and remove what it kept."""
        self._service.end(signal.SIGINT)
        self._service.remove()


def _account() -> str:
    """The user that runs it when we are root: PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return "daemon"
