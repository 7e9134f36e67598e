"""A month of syncs of a call log that grows, killed every day: the archive is the log, without gap or double.

Eight syncs a day, with the live stream of calls one every half hour. Each day records are amended and
deleted, and a process is killed while it waits for the rate limit, while it writes, anywhere, and while it
exports. On some days nobody syncs, so that RingCentral gives the whole stretch anew. The platform's clock
jumps over all waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from ringback import RingCentral
from ringback.testing import LocalRingCentral
from ringback.vault import new_key

from . import stores
from .archive_worker import Worker
from .results import Result

STORES = ("duckdb", "postgres")
ROOT = Path(__file__).parents[1]
_HISTORY = datetime(2024, 1, 1, tzinfo=UTC)
_DAY = 86_400.0
_STATEMENTS = 14
"""What a step has at most, so that a death may come before each of them."""
_CHANGES = """
title = "Two records appear; before the sync after the next one is amended, the other deleted"
[[call]]
kind = "incoming"
people = ["user-1"]
name = "kept"
at = -90
lasts = [50]
[[call]]
kind = "outgoing"
people = ["user-1"]
name = "deleted"
at = -200
lasts = [70]
[[amend]]
call = "kept"
at = 900
recording = "OnDemand"
[[delete]]
call = "deleted"
at = 1000
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How long it goes. `history`: days of calls before it. `idle`: the days on which nobody syncs."""

    days: int = 30
    syncs: int = 8
    idle: frozenset[int] = frozenset({4, 12, 20})
    history: int = 60
    calls_per_day: int = 190
    live: bool = False


LIVE = Size(days=3, syncs=48, idle=frozenset({2}), live=True)
"""With the live stream: about 7,000 calls a day, around the clock."""
SHORT = Size(days=1, syncs=5, idle=frozenset(), history=31, calls_per_day=30)


def run(store: str, size: Size, told: Callable[[str], None] = lambda line: None) -> Result:
    """The campaign on one back end of the archive: duckdb or postgres. `told`: a line every few days."""
    result, began = Result("archive-live" if size.live else "archive", store), time.monotonic()
    with (
        _place(store) as place,
        tempfile.TemporaryDirectory(prefix="ringback-campaign-") as folder,
        LocalRingCentral(calls_per_day=size.calls_per_day, days=size.history, live=size.live) as local,
    ):
        month = _Month(local, place, Path(folder), size, result)
        try:
            month.pass_by(told)
            month.judge()
        finally:
            month.end()
    result.figures["seconds"] = round(time.monotonic() - began)
    return result


@contextmanager
def _place(store: str) -> Iterator[str]:
    if store == "postgres":
        with stores.store("postgres") as found:
            yield f"{found.url}?schema=month"
        return
    with tempfile.TemporaryDirectory(prefix="ringback-campaign-") as folder:
        yield str(Path(folder) / "calls.duckdb")


@dataclass
class _Month:
    """The platform, the archive, and the process that syncs it."""

    local: LocalRingCentral
    place: str
    folder: Path
    size: Size
    result: Result
    dice: Random = field(default_factory=lambda: Random(11))
    kills: Counter[str] = field(default_factory=Counter)
    deleted: set[str] = field(default_factory=set)
    amended: set[str] = field(default_factory=set)
    finished: int = 0
    syncs: int = 0
    worker: Worker | None = None

    def __post_init__(self) -> None:
        self.environment = self.local.env | {
            "RINGBACK_VAULT_URL": f"sqlite:///{self.folder / 'vault.db'}",
            "RINGBACK_SECRET_KEYS": new_key(),
            "XDG_DATA_HOME": str(self.folder / "data"),
        }
        with self.local.use_env(**self.environment):
            self.client = RingCentral()
        login = self.client.begin_login()
        callback = self.local.authorize(login.url, self.local.admin)
        self.user = self.client.finish_login(callback, login.transaction)
        self.local.clock.auto(1)

    def pass_by(self, told: Callable[[str], None]) -> None:
        """The month: days of syncs, changes and kills."""
        for day in range(1, self.size.days + 1):
            whole = self.size.syncs
            if day in self.size.idle:
                self.local.clock.advance(_DAY)
                continue
            if day % 5 == 0:
                told(f"    archive, day {day}: {self.syncs} syncs, {sum(self.kills.values())} kills so far")
            ways = ["writing", "waiting", "anywhere", "exporting"]
            planned = dict(zip(self.dice.sample(range(whole), len(ways)), ways, strict=True))
            for number in range(whole):
                self._change(number)
                way = planned.get(number)
                if way is not None and way != "exporting":
                    self._killed(way)
                self._done(do="sync")
                self.syncs += 1
                if way == "exporting":
                    self._killed(way)
                self.local.clock.advance(_DAY / whole)

    def _change(self, number: int) -> None:
        """Two records that the next sync sees; later one is amended, and the other deleted."""
        if number % 4 == 0:
            played = self.local.play(_CHANGES)
            self.amended.add(played.call("kept").record_id)
            self.deleted.add(played.call("deleted").record_id)

    def _killed(self, way: str) -> None:
        """Let a process begin, and kill it in this way."""
        worker = self._at_work()
        if way == "exporting":
            worker.ask(do="export", folder=str(self.folder / "months"))
        else:
            worker.ask(do="sync", die=way, at=self.dice.randint(1, _STATEMENTS))
        if way in ("anywhere", "exporting"):
            # Not to wait for something: where in its work it is killed is what the dice decide.
            time.sleep(self.dice.uniform(0, 0.3))
            worker.kill()
        if worker.answer() is None:
            self.kills[way] += 1
            self.worker = None
        else:
            self.finished += 1  # before its death came
            self._end_worker()
        if way == "exporting":
            self._export_is_readable(self._done(do="export", folder=str(self.folder / "months"))["records"])
        # What a killed process had taken of the rate limit, and never gave back, lapses.
        self.local.clock.advance(40)

    def _done(self, **asked: Any) -> dict[str, Any]:
        """What a process that is left alone comes to."""
        worker = self._at_work()
        worker.ask(**asked)
        answered = worker.answer()
        if answered is None:
            self.worker = None
            raise RuntimeError(f"the worker failed: {worker.last_words()}")
        return answered

    def _at_work(self) -> Worker:
        if self.worker is None:
            self.worker = Worker(self.place, self.user.id, self.environment)
        return self.worker

    def _export_is_readable(self, records: int) -> None:
        import duckdb

        pattern = str(self.folder / "months" / "records" / "*" / "*.parquet")
        with duckdb.connect() as database:
            asked = "SELECT count(*), count(DISTINCT id) FROM read_parquet(?, hive_partitioning = true)"
            found = database.execute(asked, [pattern]).fetchone()
        if found != (records, records):
            self.result.faults.append(f"the export has {found} records of {records}")

    def judge(self) -> None:
        """Compare all of the archive with all of the log, and let `calls verify` say so."""
        from ringback.archive import open_archive
        from ringback.archive.values import Query

        self._done(do="sync")
        self._end_worker()
        log = {one.id: _plain(one.original) for one in self._log()}
        with open_archive(self.place) as archive:
            held = list(archive.records(Query(deleted=True)))
            totals = archive.totals()
        live = {one.id: _plain(one.json) for one in held if one.deleted_at is None}
        gone = {one.id for one in held if one.deleted_at is not None}
        verified = self._verified()
        self.result.figures |= {
            "days": self.size.days,
            "syncs": self.syncs,
            "kills": sum(self.kills.values()),
            **{
                f"kills while {way}" if way != "anywhere" else "kills anywhere": n
                for way, n in sorted(self.kills.items())
            },
            "finished before their kill": self.finished,
            "records in the log": len(log),
            "in the archive": len(live),
            "missing": len(log.keys() - live.keys()),
            "extra": len(live.keys() - log.keys()),
            "different": sum(live[key] != log[key] for key in live.keys() & log.keys()),
            "duplicates": len(held) - len(live) - len(gone) + totals.calls - totals.records,
            "amended": len(self.amended),
            "deleted": len(gone),
            "verify": "complete" if verified["right"] else "NOT complete",
            "verify counted": verified["held"],
        }
        figures = self.result.figures
        wrong = [name for name in ("missing", "extra", "different", "duplicates") if figures[name]]
        self.result.faults += [f"{figures[name]} {name}" for name in wrong]
        if gone != self.deleted:
            self.result.faults.append(f"deleted: {len(gone)} marked, {len(self.deleted)} were")
        # While verify waits for the rate limit the clock goes on: calls are amended, and with the live stream
        # new ones come. Those are told apart as newer than the last sync.
        within = verified["records"] - verified["newer"] <= len(log) <= verified["records"]
        if not (verified["right"] and within and figures["verify counted"] == len(log)):
            self.result.faults.append(f"verify: {verified}")
        late = [key for key in self.amended if '"OnDemand"' not in json.dumps(live.get(key))]
        self.result.faults += [f"not amended: {key}" for key in late]

    def _log(self) -> Any:
        return self.user.calls("account", date_from=_HISTORY, view="Detailed", original=True)

    def _verified(self) -> dict[str, Any]:
        """The last word of `ringback calls verify`, as a user runs it."""
        from ringback.cli.profile import Profile, app_name

        profile = Profile(self.folder / "data" / "ringback")
        profile.remember(app_name(self.client), self.user.id)
        done = subprocess.run(
            [sys.executable, "-m", "ringback", "calls", "verify", "--scope", "account", "--json", "--quiet",
             "--archive", self.place],
            env=os.environ | self.environment, cwd=self.folder, capture_output=True, text=True,
        )  # fmt: skip
        if not done.stdout:
            raise RuntimeError(f"verify failed: {done.stderr}")
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["summary"]
        return told

    def _end_worker(self) -> None:
        if self.worker is not None:
            self.worker.kill()
            self.worker.answer()
            self.worker = None

    def end(self) -> None:
        """End what was started."""
        self._end_worker()
        self.client.close()


def _plain(text: bytes | None) -> Any:
    """A record's JSON without its address, which depends on how it was asked for."""
    told = json.loads(text or b"{}")
    told.pop("uri", None)
    return told
