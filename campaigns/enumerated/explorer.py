"""Every state that a world can reach, once, and the promises in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ringback.client.effects import Elapsed, Limits, Now, Send

from . import model_server, model_vault
from .model_vault import Tokens
from .runs import Outcome, Runs
from .world import (
    CANCELLED,
    CANCELLED_LATE,
    DEAD,
    START,
    Violation,
    World,
    arrived,
    is_waiting,
    performed,
)

TICKS = (6, 11)
"""Seconds that may pass at once: enough for a lease to run out, and for the grace of a refresh token too."""
FAULTS = ("refused", "lost before", "lost after", "timed out", "late", "failed after")
HALF_AN_HOUR_AND_MORE = 3000


@dataclass(slots=True)
class Findings:
    """What came of one world. `complete`: every state within its bounds was seen."""

    states: int = 0
    steps: int = 0
    ends: int = 0
    complete: bool = True
    violations: list[str] = field(default_factory=list)


class Explorer:
    """Walks through all schedules of one world, depth first, never through the same state twice."""

    def __init__(self, runs: Runs, *, most_states: int, one_refresh: bool = False) -> None:
        """`one_refresh`: while nothing goes wrong, one expired token means one request to refresh it."""
        self._runs = runs
        self._most = most_states
        self._one_refresh = one_refresh
        self._came_from: dict[World, tuple[World, str] | None] = {}
        self._later: dict[tuple[object, ...], str | None] = {}
        self.findings = Findings()

    def explore(self, start: World) -> Findings:
        """All states from `start` on; a violation ends the walk."""
        found = self.findings
        todo: list[World] = []
        try:
            for world in self._read_clocks(start):
                self._meet(world, None, "", todo)
            while todo:
                world = todo.pop()
                self._expand(world, todo)
                if len(self._came_from) >= self._most:
                    found.complete = False
                    break
        except _Found as violation:
            found.violations.append(str(violation))
        found.states = len(self._came_from)
        return found

    def _meet(self, world: World, before: World | None, step: str, todo: list[World]) -> None:
        self.findings.steps += 1
        if world not in self._came_from:
            self._came_from[world] = None if before is None else (before, step)
            todo.append(world)

    def _expand(self, world: World, todo: list[World]) -> None:
        step = ""
        try:
            moved = False
            for step, make in self._moves(world):
                moved = True
                for after in make:
                    self._meet(after, world, step, todo)
            if not moved:
                self.findings.ends += 1
                step = "afterwards"
                self._check_end(world)
        except Violation as violation:
            raise _Found(self._story(world, step, violation)) from None

    # What can happen next

    def _moves(self, world: World) -> Iterator[tuple[str, Iterator[World]]]:
        able = [core for core in range(len(world.cores)) if self._can_go_on(world, core)]
        for core in able:
            switched = world.last is not None and world.last != core and world.last in able
            if switched and world.switches == 0:
                continue
            if world.switches is not None:
                left = world.switches - switched
                world_for_it = world._replace(last=core, switches=left)
            else:
                world_for_it = world
            yield self._name(world, core), self._steps(world_for_it, core, "")
            if world.faults and isinstance(self._runs[world.cores[core]].ahead, Send):
                harmed = world_for_it._replace(faults=world.faults - 1, harmed=True)
                for fault in FAULTS:
                    yield f"{self._name(world, core)} [{fault}]", self._steps(harmed, core, fault)
        running = [core for core, past in enumerate(world.cores) if past != DEAD and not self._is_over(past)]
        if world.crashes:
            for core in running:
                yield f"core {core} dies", iter([self._dead(world, core)])
                harmed = world._replace(crashes=world.crashes - 1, harmed=True)
                yield f"core {core} is cancelled", self._steps(harmed, core, CANCELLED)
                if isinstance(self._runs[world.cores[core]].ahead, Send):
                    yield f"core {core} is cancelled, sent", self._steps(harmed, core, CANCELLED_LATE)
        if world.late:
            yield "a late request arrives", iter([arrived(world)])
        if world.ticks and running:
            for seconds in TICKS:
                yield f"{seconds} s pass", iter([self._tick(world, seconds)])
        elif running and not able:
            # All wait for a lease whose holder is dead.
            yield "time passes", iter([world._replace(now=world.now + TICKS[0])])

    def _can_go_on(self, world: World, core: int) -> bool:
        past = world.cores[core]
        return past != DEAD and not self._is_over(past) and not is_waiting(world, self._runs, core)

    def _is_over(self, past: int) -> bool:
        return isinstance(self._runs[past].ahead, Outcome)

    def _dead(self, world: World, core: int) -> World:
        cores = (*world.cores[:core], DEAD, *world.cores[core + 1 :])
        seen = (*world.seen[:core], None, *world.seen[core + 1 :])
        return world._replace(cores=cores, seen=seen, crashes=world.crashes - 1, harmed=True)

    def _tick(self, world: World, seconds: int) -> World:
        return world._replace(now=world.now + seconds, ticks=world.ticks - 1, harmed=True)

    def _steps(self, world: World, core: int, fault: str) -> Iterator[World]:
        after = performed(world, self._runs, core, fault)
        if self._one_refresh and not after.harmed and after.refreshes > 1:
            raise Violation("one expired token was refreshed more than once")
        yield from self._read_clock(after, core)

    def _read_clocks(self, world: World) -> Iterator[World]:
        worlds = [world]
        for core in range(len(world.cores)):
            worlds = [after for one in worlds for after in self._read_clock(one, core)]
        yield from worlds

    def _read_clock(self, world: World, core: int) -> Iterator[World]:
        """Reading a clock concerns nobody else, so it follows at once; but time may pass before it."""
        if not isinstance(self._runs[world.cores[core]].ahead, Now | Elapsed | Limits):
            yield world
            return
        yield from self._read_clock(performed(world, self._runs, core), core)
        if world.ticks and not isinstance(self._runs[world.cores[core]].ahead, Limits):
            for seconds in TICKS:
                yield from self._read_clock(self._tick(world, seconds), core)

    # The end of a schedule: nobody is left who could do anything

    def _check_end(self, world: World) -> None:
        ends = {self._runs[past].program: self._runs[past].ahead for past in world.cores if past != DEAD}
        record = world.vault.record
        if ends.get("login") == Outcome("done") and not world.harmed:
            newest = model_server.session_of(world.server.sessions[-1].first)
            if record is None or record.tokens.session != newest:
                raise Violation("a new login was written over or taken away")
        key = (world.now, world.vault, world.server, world.ended, world.harmed)
        if key not in self._later:
            self._later[key] = self._what_is_lost(world)
        lost = self._later[key]
        if lost is not None:
            raise Violation(lost)

    def _what_is_lost(self, world: World) -> str | None:
        if world.ended:
            if world.vault.record is not None:
                return "a login that was ended came back"
            return self._left_alive(world)
        left = self._left_alive(world)
        if left is not None:
            return left
        soon = self._alone(world._replace(now=world.now + TICKS[0]), "call")
        tidied = self._alone(world._replace(now=world.now + HALF_AN_HOUR_AND_MORE), "tidy")
        late = self._alone(tidied._replace(now=tidied.now + HALF_AN_HOUR_AND_MORE), "call")
        for after, when in ((soon, "at once"), (late, "an hour later, tidied once meanwhile")):
            outcome = self._runs[after.cores[0]].ahead
            assert isinstance(outcome, Outcome)
            if outcome.name == "done":
                continue
            if outcome.name != "LoginRequired" or not (world.server.strict and world.harmed):
                return f"the login is lost: a call {when} raised {outcome.name}"
            if not self._works_after_a_login(after):
                return "a new login does not help"
        return None

    def _left_alive(self, world: World) -> str | None:
        """A session that nobody holds must be on its way to be revoked, unless its tokens were lost."""
        if world.harmed:
            return None
        mine = world.vault.record.tokens.session if world.vault.record is not None else ""
        kept = {mine, *(tokens.session for tokens, _ in world.vault.outbox)}
        live = {model_server.session_of(session.first) for session in world.server.sessions if session.alive}
        return None if live <= kept else "a session lives on that nobody holds, and nothing revokes it"

    def _works_after_a_login(self, world: World) -> bool:
        server, (_, number, life) = model_server.exchange(world.server, world.now)
        new = int(number)
        tokens = Tokens(new, new, world.now, world.now + int(life), model_server.session_of(new))
        vault = model_vault.put(world.vault, tokens, "again")
        after = self._alone(world._replace(server=server, vault=vault), "call")
        return self._runs[after.cores[0]].ahead == Outcome("done")

    def _alone(self, world: World, program: str) -> World:
        """The world after a process of its own has run `program`, while nobody else does anything."""
        world = world._replace(
            cores=(self._runs.begin(program),), seen=(None,), late=(), harmed=True, switches=None
        )
        while not self._is_over(world.cores[0]):
            if is_waiting(world, self._runs, 0):
                world = world._replace(now=world.now + 1)
            try:
                world = performed(world, self._runs, 0)
            except Violation as violation:
                raise Violation(f"a process of its own, afterwards: {violation}") from None
        return world

    # Telling it

    def _name(self, world: World, core: int) -> str:
        past = self._runs[world.cores[core]]
        return f"{world.now - START:4} s: core {core} ({past.program}): {type(past.ahead).__name__}"

    def _story(self, world: World, step: str, violation: Violation) -> str:
        steps = [step]
        before = self._came_from.get(world)
        while before is not None:
            world, one = before
            steps.append(one)
            before = self._came_from.get(world)
        return "\n      ".join([str(violation), *reversed(steps)])


class _Found(Exception):
    """A violation with the schedule that led to it."""
