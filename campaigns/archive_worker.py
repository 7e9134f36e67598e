"""A process that syncs and exports an archive as it is told, and can die in the middle: PLACE USER_ID.

It prints `ready`, then reads lines of JSON, `{"do": "sync" or "export", "folder": …, "die": null or how,
"at": N}`, and prints what came of each. `die`: "writing" (before statement N of a transaction, by kill -9),
"waiting" (as it begins to wait for the rate limit, which it has used up before). `Worker` is its parent's
side.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ringback import RingCentral
from ringback.archive import Source, open_archive
from ringback.client.calls.call_log import log_path
from ringback.client.events import Event, LimitWaitBegins

ROOT = Path(__file__).parents[1]
_MORE_THAN_A_MINUTES = 20
_CHANGES_NOTHING = ("SELECT", "SHOW", "SET")


class Worker:
    """A process of `campaigns.archive_worker`."""

    def __init__(self, place: str, user_id: str, environment: dict[str, str]) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (it lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "campaigns.archive_worker", place, user_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=os.environ | environment,
        )
        if self.answer_line() != "ready\n":
            raise RuntimeError(f"the worker did not start: {self.last_words()}")

    def ask(self, *, do: str, folder: str | None = None, die: str | None = None, at: int = 0) -> None:
        """Tell it what to do."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "folder": folder, "die": die, "at": at}) + "\n")
        self._process.stdin.flush()

    def answer_line(self) -> str:
        """A line of its own; empty when it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def answer(self) -> dict[str, Any] | None:
        """What came of it; None when it died."""
        line = self.answer_line()
        if not line:
            self._process.communicate()
            return None
        told: dict[str, Any] = json.loads(line)
        return told

    def kill(self) -> None:
        """By kill -9."""
        self._process.kill()

    def last_words(self) -> str:
        """What it has said on standard error."""
        self._errors.seek(0)
        return self._errors.read()[-2000:]


def main() -> None:
    """Serve until standard input ends."""
    place, user_id = sys.argv[1:]
    client = RingCentral()
    user = client.user(user_id)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["die"] == "waiting":
            client.add_hook(_dies_waiting)
            for _ in range(_MORE_THAN_A_MINUTES):
                user.get(log_path("account", None), perPage=1)
        with open_archive(place) as archive:
            if asked["die"] == "writing":
                _dies_writing(asked["at"])
            if asked["do"] == "export":
                archive.export(asked["folder"])
            else:
                archive.sync(Source(client, user))
            totals = archive.totals()
        print(json.dumps({"records": totals.records, "deleted": totals.deleted}), flush=True)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dies_waiting(event: Event) -> None:
    if isinstance(event, LimitWaitBegins):
        _die()


def _dies_writing(at: int) -> None:
    """Count the statements that change something, and the end of transactions; die before number `at`."""
    count = itertools.count(1)

    def counted(statement: str) -> None:
        if not statement.lstrip().upper().startswith(_CHANGES_NOTHING) and next(count) == at:
            _die()

    import duckdb
    from sqlalchemy import Engine, event

    connect = duckdb.connect
    duckdb.connect = lambda *how, **more: _Counting(connect(*how, **more), counted)
    event.listen(Engine, "before_cursor_execute", lambda db, cursor, statement, *_: counted(statement))
    event.listen(Engine, "commit", lambda db: counted("COMMIT"))


class _Counting:
    """A DuckDB connection that tells each statement before it carries it out."""

    def __init__(self, database: Any, told: Any) -> None:
        self._database = database
        self._told = told

    def execute(self, statement: str, *more: Any) -> Any:
        self._told(statement)
        return self._database.execute(statement, *more)

    def __enter__(self) -> _Counting:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


if __name__ == "__main__":
    main()
