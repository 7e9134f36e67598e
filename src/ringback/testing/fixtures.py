"""The `ringcentral` fixture: one platform server per process, one world per test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .local import LocalRingCentral
    from .server import LocalServer

_ENTRIES_SHOWN = 30


@pytest.fixture(scope="session")
def _ringback_server() -> Iterator[LocalServer]:
    """The server of this process; under pytest-xdist each worker is one, with its own."""
    from .problems import LocalPlatformError
    from .server import LocalServer

    try:
        server = LocalServer()
    except LocalPlatformError as error:
        pytest.fail(f"ringcentral: {error}", pytrace=False)
    yield server
    server.stop()


@pytest.fixture
def ringcentral(request: pytest.FixtureRequest, _ringback_server: LocalServer) -> Iterator[LocalRingCentral]:
    """RingCentral's side for this test alone: `server_url`, `client_id`, `login()`, `clock`, `faults` …"""
    from .local import LocalRingCentral

    try:
        world = LocalRingCentral(server=_ringback_server, name=request.node.name, **_choices(request))
    except (TypeError, ValueError) as error:
        pytest.fail(f"ringcentral: {error}", pytrace=False)
    with world:
        yield world


def _choices(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What configuration and markers say; the marker nearest to the test wins."""
    config = request.config
    chosen: dict[str, Any] = {
        "seed": _seed(config.getini("ringback_seed")),
        "rate_limits": config.getini("ringback_rate_limits"),
    }
    if config.getini("ringback_start"):
        chosen["start"] = _start(config.getini("ringback_start"))
    for marker in reversed(list(request.node.iter_markers("ringcentral"))):
        if marker.args:
            raise TypeError('the marker takes keywords only, as in @pytest.mark.ringcentral(start="now")')
        chosen |= marker.kwargs
    return chosen


def _seed(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(f"ringback_seed is a number, not {text!r}")
    return int(text)


def _start(text: str) -> datetime | str:
    if text == "now":
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'ringback_start is an ISO 8601 time or "now", not {text!r}') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a test that failed, show what its world was asked: mostly it says why."""
    report = yield
    world: Any = getattr(item, "funcargs", {}).get("ringcentral")
    if report.when == "call" and report.failed and hasattr(world, "journal"):
        lines = _last_entries(world)
        if lines:
            report.sections.append(("ringcentral journal", "\n".join(lines)))
    return report


def _last_entries(world: LocalRingCentral) -> list[str]:
    from .problems import LocalPlatformError

    try:
        return [str(entry) for entry in world.journal.entries[-_ENTRIES_SHOWN:]]
    except (LocalPlatformError, ValueError):
        return []
