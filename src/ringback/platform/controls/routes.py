"""The addresses of the controls, the same in every world."""

from __future__ import annotations

from starlette.routing import Route

from . import clock, faults, journal, login, scenarios, seed, snapshots, switches, worlds


def control_routes() -> list[Route]:
    """Everything under /_local."""
    return [
        Route("/_local/seed", seed.seed, methods=["GET"]),
        Route("/_local/clock", clock.clock, methods=["GET", "POST"]),
        Route("/_local/clock/wait", clock.wait, methods=["GET"]),
        Route("/_local/faults", faults.faults, methods=["GET", "POST", "DELETE"]),
        Route("/_local/faults/{fault_id}", faults.one_fault, methods=["DELETE"]),
        Route("/_local/journal", journal.journal, methods=["GET", "DELETE"]),
        Route("/_local/snapshot", snapshots.snapshot, methods=["GET", "PUT"]),
        Route("/_local/reset", snapshots.reset, methods=["POST"]),
        Route("/_local/worlds", worlds.worlds, methods=["GET", "POST"]),
        Route("/_local/worlds/{world_id}", worlds.one_world, methods=["GET", "DELETE"]),
        Route("/_local/quirks", switches.quirks, methods=["GET", "PUT"]),
        Route("/_local/limits", switches.limits, methods=["GET", "PUT", "DELETE"]),
        Route("/_local/scenarios", scenarios.scenarios, methods=["GET", "POST"]),
        Route("/_local/login", login.login, methods=["POST"]),
    ]
