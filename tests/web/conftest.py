"""Fixtures: a real local platform on a free port, and the web app over it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from flask import Flask
from web_helpers import REDIRECT_URI, Browser, FaultyTransport, Platform, client_of, listening

from ringback import RingCentral
from ringback.client.transports.transport import HttpTransport
from ringback.platform.server import PlatformServer
from ringback.platform.settings import PlatformSettings
from ringback.web import WebSettings, create_app


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """One local platform for the whole session; tests do not share logins on it."""
    bound, port = listening()
    base_url = f"http://localhost:{port}"
    with PlatformServer(PlatformSettings(base_url=base_url, rate_limits=False), [bound]) as server:
        yield Platform(base_url, server, httpx2.get(f"{base_url}/_local/seed").json())


@pytest.fixture
def transport(platform: Platform) -> FaultyTransport:
    """The transport of `rc`: real, until a test gives it a fault."""
    return FaultyTransport(HttpTransport(platform.base_url))


@pytest.fixture
def rc(platform: Platform, transport: FaultyTransport) -> Iterator[RingCentral]:
    """A client of the platform's first app, with a vault of its own."""
    with client_of(platform, transport) as client:
        yield client


@pytest.fixture
def app(rc: RingCentral) -> Flask:
    """The web app over that client."""
    return create_app(rc, settings=WebSettings(REDIRECT_URI))


@pytest.fixture
def browser(app: Flask, platform: Platform) -> Browser:
    """A browser that is not logged in."""
    return Browser(app, platform)


@pytest.fixture
def other_browser(app: Flask, platform: Platform) -> Browser:
    """Another one."""
    return Browser(app, platform)
