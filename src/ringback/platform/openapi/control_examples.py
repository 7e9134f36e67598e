"""Examples of what is published to programs and of the controls, by the platform's own functions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ringback.platform.authorization import discovery, openid_endpoints
from ringback.platform.authorization.id_tokens import about_user
from ringback.platform.authorization.scopes import OPENID_SCOPES
from ringback.platform.clock import Mode, iso
from ringback.platform.company.scenario_file import load
from ringback.platform.controls.clock import clock_answer
from ringback.platform.controls.faults import fault_json, order
from ringback.platform.controls.scenarios import played
from ringback.platform.controls.seed import seed_answer
from ringback.platform.world import World

from .examples import BASE, NOW, sample_world, shortened

_FAULT = {"path": "/restapi/oauth/token", "when": "after", "cut": "reset"}


def examples_of_controls() -> dict[str, Any]:
    """Answers by operationId."""
    world = sample_world()
    user = world.company.extensions[0]
    claims = about_user(user.account_id, user, frozenset(OPENID_SCOPES))
    fault = {**fault_json(order(world, _FAULT)), "id": "1"}
    return {
        "openid_configuration": openid_endpoints.metadata(BASE),
        "entry_points": discovery.initial_answer(BASE),
        "user_entry_points": discovery.external_answer(BASE),
        "userinfo": {"sub": str(user.id), **claims},
        "seed": _seed(world),
        "clock": {**clock_answer(world), "now": iso(NOW)},
        "order_fault": fault,
        "faults": {"faults": [fault]},
        "quirks": world.quirks.all(),
        "play_scenario": _played(world),
    }


def _played(world: World) -> dict[str, Any]:
    """A scenario, at a time that is the same whenever the document is made."""
    world.clock.switch(Mode.FROZEN, 0)
    world.clock.set_to(NOW + timedelta(hours=1))
    return played(world, "name", load("deleted-between-syncs"))


def _seed(world: World) -> dict[str, Any]:
    """The seed's apps and users, without their secrets."""
    answer: dict[str, Any] = shortened(seed_answer(world))
    for app in answer["apps"]:
        if app["clientSecret"] is not None:
            app["clientSecret"] = "the client secret"
    return {**answer, "users": [{**user, "password": "their password"} for user in answer["users"]]}
