"""The pytest plugin's entry point. It loads nothing of the platform: a test that asks for it does.

Left out with `-p no:ringback`, or `ringback_plugin = false` in pytest's configuration.
"""

from __future__ import annotations

import pytest

MARKER = (
    "ringcentral(seed, rate_limits, start, redirect_uri, employees, calls_per_day, days, live, quirks): "
    "what the world of the `ringcentral` fixture is like"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's settings in pytest's configuration; the marker wins over them."""
    parser.addini("ringback_plugin", "provide the ringcentral fixture", type="bool", default=True)
    parser.addini("ringback_seed", "seed of the made-up company and its calls", default="1")
    parser.addini("ringback_rate_limits", "enforce RingCentral's rate limits", type="bool", default=True)
    parser.addini("ringback_start", 'where the clock stands (ISO 8601), or "now": real time', default="")


def pytest_configure(config: pytest.Config) -> None:
    """Offer the fixture, unless the configuration says not to."""
    config.addinivalue_line("markers", MARKER)
    if config.getini("ringback_plugin"):
        from . import fixtures

        config.pluginmanager.register(fixtures, "ringback-fixtures")
