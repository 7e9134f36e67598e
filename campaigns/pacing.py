"""Reading a company's call log at exactly the allowed speed: how many processes, how fast, and not one 429.

Several processes share one user's budget through one vault and read pages of one log. The local platform's
clock jumps when all of them wait, so an hour of limit takes seconds. What was allowed is 10 calls at once and
10 more with each minute (contract 8); what was reached is read off the platform's journal.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ringback import RingCentral
from ringback.testing import LocalRingCentral
from ringback.vault import new_key

from . import stores
from .results import Result

LOG = "/restapi/v1.0/account/~/call-log"
LIMIT, WINDOW = 10, 60.0
LEAST_SHARE = 0.98
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run. `seconds` are the clock's, from the first call to the last."""

    processes: int
    pages: int
    answered: int
    refused: int
    seconds: float

    @property
    def share(self) -> float:
        """The part of the allowed speed that was reached; 1 is all of it."""
        least = (math.ceil(self.pages / LIMIT) - 1) * WINDOW
        return least / self.seconds if self.seconds else 1.0

    @property
    def holds(self) -> bool:
        """Every page came, none was refused, and hardly any time was lost."""
        return self.refused == 0 and self.answered == self.pages and self.share >= LEAST_SHARE

    def __str__(self) -> str:
        return (
            f"{self.processes} processes, {self.pages} pages: {self.refused} x 429,"
            f" {self.seconds:.1f} s of the clock, {self.share:.1%} of the allowed speed"
        )


def run(store: str, *, short: bool) -> Result:
    """The campaign on one back end: 1, 2 and 8 processes read 100 pages, or 40 of them in two processes."""
    result = Result("pacing", store)
    sizes = [(2, 40)] if short else [(processes, 100) for processes in (1, 2, 8)]
    for driver in ("sync", "async"):
        for processes, pages in sizes:
            with stores.store(store) as place, LocalRingCentral() as local:
                outcome = read_log(local, place.url, processes=processes, pages=pages, driver=driver)
            result.figures[f"{driver}, {processes} processes"] = (
                f"{outcome.share:.1%}, {outcome.refused} x 429"
            )
            if not outcome.holds:
                result.faults.append(f"{driver}: {outcome}")
    return result


def read_log(
    local: LocalRingCentral, vault_url: str, *, processes: int, pages: int, driver: str = "sync"
) -> Outcome:
    """Let `processes` read `pages` pages together, each a part, as the admin of a new world with rate limits.

    `driver`: "sync" or "async".
    """
    environment = local.env | {
        "RINGBACK_VAULT_URL": vault_url,
        "RINGBACK_SECRET_KEYS": new_key(),
    }
    with local.use_env(**environment), RingCentral() as rc:
        login = rc.begin_login()
        user = rc.finish_login(local.authorize(login.url, local.admin), login.transaction)
        readers = [
            _Reader(environment, user.id, list(range(1 + number, pages + 1, processes)), driver)
            for number in range(processes)
        ]
        try:
            local.clock.auto(processes)
            for reader in readers:
                reader.go()
            for left in range(processes - 1, -1, -1):
                _one_is_done(readers)
                if left:
                    local.clock.auto(left)
        finally:
            for reader in readers:
                reader.end()
    calls = local.journal.find(path=LOG)
    times = [entry.time for entry in calls]
    return Outcome(
        processes=processes,
        pages=pages,
        answered=sum(entry.status == 200 for entry in calls),
        refused=sum(entry.status == 429 for entry in calls),
        seconds=(max(times) - min(times)).total_seconds(),
    )


class _Reader:
    """One process that reads its pages when it is told to go."""

    def __init__(self, environment: dict[str, str], user_id: str, pages: list[int], driver: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
            env=os.environ | environment,
        )
        self._say({"user": user_id, "pages": pages, "driver": driver})
        self._hear("ready")
        self.done = False

    def go(self) -> None:
        """Begin."""
        self._say("go")

    def end(self) -> None:
        """End the process, done or not."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def finished(self) -> None:
        """It said that it is done."""
        self._hear("done")
        self.done = True

    def _say(self, what: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def _hear(self, word: str) -> None:
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        if said != word:
            raise RuntimeError(f"a reader said {said!r} instead of {word!r}")


def _one_is_done(readers: Sequence[_Reader]) -> None:
    """Wait for the first of them to be done."""
    import selectors

    with selectors.DefaultSelector() as selector:
        for reader in readers:
            if not reader.done and reader.process.stdout is not None:
                selector.register(reader.process.stdout, selectors.EVENT_READ, reader)
        ready = selector.select()
    ready[0][0].data.finished()


def _read_part() -> None:
    """A reader's own program."""
    orders = json.loads(sys.stdin.readline())
    if orders["driver"] == "async":
        import asyncio

        asyncio.run(_read_async(orders))
        return
    with RingCentral() as rc:
        user = rc.user(orders["user"])
        user.session()  # the vault is open
        _wait_for_go()
        for page in orders["pages"]:
            user.get(LOG, params={"page": page, "perPage": 1}, timeout=_PATIENCE)
    print("done", flush=True)


async def _read_async(orders: dict[str, object]) -> None:
    from ringback import AsyncRingCentral

    async with AsyncRingCentral() as rc:
        user = rc.user(str(orders["user"]))
        await user.session()
        _wait_for_go()
        pages = orders["pages"]
        assert isinstance(pages, list)
        for page in pages:
            await user.get(LOG, params={"page": page, "perPage": 1}, timeout=_PATIENCE)
    print("done", flush=True)


def _wait_for_go() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    _read_part()
