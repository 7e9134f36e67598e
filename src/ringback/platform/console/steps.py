"""The four steps of an app's life as a progress line: create, develop, apply, production (contract 13.4)."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.platform.app_values import App
from ringback.platform.console.readiness_facts import readiness
from ringback.platform.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """One step: done, the one that comes now, or one for later; and a sentence about it."""

    title: str
    state: str
    sentence: str


def steps_of(world: World, app: App) -> tuple[Step, ...]:
    """Where this app stands."""
    if app.frozen:
        return (
            Step("Create", "done", "The app is registered."),
            Step("Develop", "done", "The rules were met."),
            Step("Apply", "done", "The application was approved."),
            Step("Production", "now", "The app has production credentials."),
        )
    report = readiness(world, app, "2019")
    met = sum(check.met for check in report.checks)
    told = f"{met} of {len(report.checks)} rules are met."
    return (
        Step("Create", "done", "The app is registered."),
        Step("Develop", "done" if report.met else "now", told),
        Step("Apply", "now" if report.met else "later", "Apply for production."),
        Step("Production", "later", "A second pair of credentials."),
    )
