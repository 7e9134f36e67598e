"""Logouts: a worker dies at every step of a logout, and no session outlives its login, or comes back.

Afterwards a process runs again (`tidy`). A login that is gone here must be dead at the server too; one that
is still here must work: the user was not logged out, and can do it again.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter

from ringback.client import user_steps
from ringback.client.driver import Driver
from ringback.client.messages import HttpAnswer
from ringback.client.requests import api_request, with_bearer

from .dying import Death, DyingDriver, kill_one
from .ground import EXTENSION, Ground, still_logged_in
from .platform import running_platform
from .results import Result
from .stores import store

_LONGER_THAN_A_CLAIM = 120.0


def run(name: str, *, kills: int, users: int) -> Result:
    """`kills` kills on the back end of this name, spread over the steps of a logout."""
    result = Result("logouts", name)
    gone = Counter()
    started = time.monotonic()
    with store(name) as place, running_platform(max(users, 20)) as platform:
        ground = Ground(platform, place)
        with ground.client() as rc:
            deaths = _deaths(ground, rc)
            plan = itertools.islice(itertools.cycle(deaths), kills)
            killed = 0
            while batch := list(itertools.islice(plan, users)):
                user_ids = ground.log_in(rc, users)
                tokens = {one: rc.vault.load(one).tokens.access_token for one in user_ids}
                for user_id, death in zip(user_ids, batch, strict=False):
                    killed += kill_one(rc, user_id, death, 0.05, what=_logout)
                platform.advance(_LONGER_THAN_A_CLAIM)
                rc.tidy()
                there = [one for one in user_ids if rc.vault.load(one) is not None]
                gone.update(["gone"] * (len(user_ids) - len(there)) + ["still there"] * len(there))
                for what, found in still_logged_in(rc, there).items():
                    result.faults += [f"still there, but {what}: {who}" for who in found]
                result.faults += [
                    f"logged out here, alive at the server: {one}"
                    for one in user_ids
                    if one not in there and _is_alive(rc, tokens[one])
                ]
    result.figures = {
        "kills": killed,
        "steps": len(deaths),
        "logged out": gone["gone"],
        "still logged in": gone["still there"],
        "sessions left behind": sum("alive at the server" in fault for fault in result.faults),
        "seconds": round(time.monotonic() - started, 1),
    }
    return result


def _logout(driver: Driver, rc, user_id: str) -> None:
    driver.run(user_steps.logout(rc._context, user_id, rc.user(user_id).holder))


def _deaths(ground: Ground, rc) -> list[Death]:
    """Every place to die at, from the effects of one whole logout."""
    (user_id,) = ground.log_in(rc, 1)
    driver = DyingDriver(rc, None)
    _logout(driver, rc, user_id)
    places = [Death(number, when) for number in range(len(driver.names)) for when in ("before", "after")]
    return [*places, Death(0, "in flight")]


def _is_alive(rc, access_token) -> bool:
    """Does the server still take this token?"""
    request = with_bearer(api_request(rc.server, "GET", EXTENSION), access_token)
    answer = rc._transport.send(request, seconds=10.0)
    return not isinstance(answer, HttpAnswer) or answer.status != 401
