"""Kills: a worker dies at every step of a refresh, and no user has to log in again.

One round refreshes every login once, each in a worker that is killed. Then up to 59 minutes pass, leases have
run out, and one process of the deployment runs again (`tidy`); after that every user must still be logged in.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter

from .dying import Death, DyingDriver, kill_one, refresh
from .ground import Ground, still_logged_in
from .platform import running_platform
from .results import Result
from .stores import store

MINUTES = 59.0
"""Of the 60 in which an old refresh token may be presented again (contract 6.2)."""
_ANSWER_HELD = 0.4


def run(name: str, *, kills: int, users: int, minutes: tuple[float, float] = (0.0, MINUTES)) -> Result:
    """`kills` kills on the back end of this name, spread over the steps.

    `minutes`: how long nothing runs after a round, at least and at most; beyond 60, logins must be lost.
    """
    result = Result("kills", name)
    chance = random.Random(1)
    with store(name) as place, running_platform(max(users, 20)) as platform:
        ground = Ground(platform, place)
        rc = ground.client()
        user_ids = ground.log_in(rc, users)
        deaths, seconds = _deaths(rc, user_ids[0])
        plan = itertools.islice(itertools.cycle(deaths), kills)
        killed, finished, rounds, steps = 0, 0, 0, Counter()
        started = time.monotonic()
        while batch := list(itertools.islice(plan, users)):
            for user_id, death in zip(user_ids, batch, strict=False):
                after = chance.uniform(0.0, 1.3 * seconds) if death.when == "any" else 0.05
                if death.when == "in flight":
                    fault = {
                        "path": "/restapi/oauth/token",
                        "when": "after",
                        "delay": _ANSWER_HELD,
                        "times": 1,
                    }
                    platform.ask("POST", "faults", fault)
                if kill_one(rc, user_id, death, after):
                    killed += 1
                    steps[death.when] += 1
                else:
                    finished += 1
            rounds += 1
            platform.forget()
            platform.advance(chance.uniform(*minutes) * 60)
            place.let_leases_run_out()
            rc.tidy()
            left = rc.vault.interrupted()
            if left:
                result.faults.append(f"round {rounds}: {len(left)} interrupted refreshes were not finished")
            for what, found in still_logged_in(rc, user_ids).items():
                result.faults += [f"round {rounds}: {what}: {who}" for who in found]
        result.figures = {
            "kills": killed,
            "finished before their kill": finished,
            **{f"{when}": count for when, count in sorted(steps.items())},
            "steps": len(deaths),
            "users": users,
            "rounds": rounds,
            "logins lost": sum("must log in" in fault for fault in result.faults),
            "seconds": round(time.monotonic() - started, 1),
        }
        rc.close()
    return result


def _deaths(rc, user_id: str) -> tuple[list[Death], float]:
    """Every place to die at, from the effects of one whole refresh; and how long it takes."""
    driver = DyingDriver(rc, None)
    started = time.monotonic()
    refresh(driver, rc, user_id)
    seconds = time.monotonic() - started
    places = [Death(number, when) for number in range(len(driver.names)) for when in ("before", "after")]
    by_the_parent = [Death(0, "in flight")] * 2 + [Death(0, "any")] * (len(places) // 2)
    return places + by_the_parent, seconds
