"""Enumeration: every schedule of two cores, and of three with few switches, with deaths, losses and delays.

A world is a set of programs, a server, and how much may go wrong. No login may be lost in any state of any.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from ringback.client import housekeeping, logins, session, user_steps
from ringback.client.context import Context
from ringback.client.effects import Steps
from ringback.client.messages import HttpRequest
from ringback.oauth.authorization import Transaction
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Vault

from .enumerated.explorer import Explorer, Findings
from .enumerated.model_server import Server, session_of
from .enumerated.model_vault import Tokens, put
from .enumerated.model_vault import Vault as ModelVault
from .enumerated.runs import Program, Runs
from .enumerated.values import KEY, OWNER
from .enumerated.world import START, World
from .results import Result

_APP = ClientCredentials("client", Secret("client-secret"))
_GET = HttpRequest("GET", "/restapi/v1.0/account/~/extension/~")
_SECONDS = 30.0


def _call() -> Steps[Any]:
    return session.api_call(OWNER, _GET, _APP, timeout=_SECONDS)


def _refresh() -> Steps[Any]:
    return session.refresh_now(OWNER, _APP, timeout=_SECONDS)


def _call_and_refresh() -> Steps[Any]:
    yield from _call()
    yield from _refresh()
    yield from _call()


def _logout() -> Steps[Any]:
    # Nothing is sealed on the way, so no vault is needed.
    context = Context(server=KEY.server, credentials=_APP, vault=cast(Vault, None), timeout=_SECONDS)
    return user_steps.logout(context, OWNER, "holder")


def _login() -> Steps[Any]:
    # A new login of the same user: another session, which replaces and revokes the one that is stored.
    transaction = Transaction(
        KEY.server, _APP.client_id, "http://localhost/cb", Secret("state"), Secret("v"), START
    )
    yield from logins.finish_login("?code=c&state=state", transaction, _APP, "holder", timeout=_SECONDS)
    yield from housekeeping.try_revocations(_APP)


def _tidy() -> Steps[Any]:
    return housekeeping.finish_interrupted(_APP)


PROGRAMS: dict[str, Program] = {
    "call": _call,
    "refresh": _refresh,
    "call and refresh": _call_and_refresh,
    "logout": _logout,
    "login": _login,
    "tidy": _tidy,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which programs run beside each other, and what may go wrong; `switches` None means any number."""

    programs: tuple[str, ...]
    strict: bool = False
    crashes: int = 0
    faults: int = 0
    ticks: int = 0
    switches: int | None = None

    def __str__(self) -> str:
        harm = f"{self.crashes} deaths, {self.faults} faults, {self.ticks} delays"
        switches = "" if self.switches is None else f", {self.switches} switches"
        return f"{' | '.join(self.programs)}{' (strict)' if self.strict else ''}: {harm}{switches}"

    def start(self, runs: Runs) -> World:
        """The world before anybody has done anything: an expired access token, a good refresh token."""
        server = Server(strict=self.strict)
        vault = put(ModelVault(), Tokens(0, 0, 0, START, session_of(0)), "first")
        return World(
            now=START,
            vault=vault,
            server=server,
            cores=tuple(runs.begin(program) for program in self.programs),
            seen=(None,) * len(self.programs),
            switches=self.switches,
            crashes=self.crashes,
            faults=self.faults,
            ticks=self.ticks,
        )


def explore(plan: Plan, *, most_states: int, programs: dict[str, Program] | None = None) -> Findings:
    """What came of one world."""
    runs = Runs(programs or PROGRAMS)
    only_calls = set(plan.programs) <= {"call", "tidy"}
    log = logging.getLogger("ringback.client")
    quiet, log.disabled = log.disabled, True
    try:
        return Explorer(runs, most_states=most_states, one_refresh=only_calls).explore(plan.start(runs))
    finally:
        log.disabled = quiet


def plans(*, short: bool) -> Iterator[Plan]:
    """The worlds of a campaign."""
    pairs = [
        ("call", "call"),
        ("call", "refresh"),
        ("call", "logout"),
        ("call", "login"),
        ("call", "tidy"),
        ("call", "call and refresh"),
    ]
    threes = [
        ("call",) * 3,
        ("call", "call", "logout"),
        ("call", "refresh", "tidy"),
        ("call", "call", "login"),
    ]
    for strict in (False, True):
        for pair in pairs:
            yield Plan(pair, strict)
            long_one = pair == pairs[-1]
            if short:
                yield Plan(pair, strict, crashes=1, ticks=0 if long_one else 1)
                yield Plan(pair, strict, faults=1, ticks=0 if long_one or strict else 1)
            else:
                yield Plan(pair, strict, crashes=1, ticks=1 if long_one else 2)
                yield Plan(pair, strict, faults=1, ticks=1 if long_one else 2)
                yield Plan(pair, strict, crashes=1, faults=1, ticks=0 if long_one else 1)
                yield Plan(pair, strict, faults=2, ticks=0 if long_one else 1)
        for three in threes:
            yield Plan(three, strict, switches=3)
            if not short:
                yield Plan(three, strict, crashes=1, faults=1, switches=3)
                yield Plan(three, strict, crashes=1, ticks=1, switches=2)
    for three in threes if short else ():
        yield Plan(three, crashes=1, switches=1)
        yield Plan(three, faults=1, switches=1)


def run(*, short: bool, told: Callable[[str], object] = lambda _: None) -> Result:
    """All worlds, one after the other."""
    result = Result("enumeration", "model")
    began = time.monotonic()
    states = steps = ends = worlds = 0
    for plan in plans(short=short):
        found = explore(plan, most_states=200_000 if short else 1_500_000)
        what = "a promise is broken" if found.violations else f"{found.ends} ends"
        told(f"  {plan}: {found.states} states, {found.steps} steps, {what}")
        worlds, states, steps, ends = (
            worlds + 1,
            states + found.states,
            steps + found.steps,
            ends + found.ends,
        )
        result.faults += [f"{plan}: {violation}" for violation in found.violations]
        if not found.complete:
            result.faults.append(f"{plan}: more states than {found.states}; not all were seen")
    result.figures = {
        "worlds": worlds,
        "states": states,
        "steps": steps,
        "ends": ends,
        "seconds": round(time.monotonic() - began, 1),
    }
    return result
