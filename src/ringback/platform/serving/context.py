"""What every handler reaches from its request: the world, the journal note, the browser and its cookie."""

from __future__ import annotations

import ipaddress
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization.browsers import Browser
from ringback.platform.journal import Note
from ringback.platform.serving.cookie_names import browser_cookie
from ringback.platform.world import World


def world_of(request: Request) -> World:
    return cast(World, request.scope["state"]["world"])


def note_of(request: Request) -> Note:
    """The request's journal note, to be filled in as things become known."""
    return cast(Note, request.scope["state"]["note"])


def known_browser(request: Request) -> Browser | None:
    """The browser of the request's cookie. Call it under the world's lock."""
    world = world_of(request)
    return world.browsers.find(request.cookies.get(browser_cookie(world.base_url)), world.clock.now())


def set_cookie(request: Request, response: Response, browser: Browser) -> None:
    """Send the browser its id when it has another one than it should."""
    base_url = world_of(request).base_url
    name = browser_cookie(base_url)
    if request.cookies.get(name) != browser.id:
        response.set_cookie(
            name,
            browser.id,
            max_age=browser.cookie_seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=base_url.startswith("https:"),
        )


def is_loopback_peer(request: Request) -> bool:
    """Does the connection come from this machine?"""
    if request.client is None:
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback


def has_pages(path: str) -> bool:
    """Are there pages for browsers under this path, rather than answers for programs?"""
    return path.startswith("/restapi/oauth/authorize") or not path.startswith(("/restapi", "/_local"))


def asks_for_html(request: Request) -> bool:
    """Does `Accept` ask for text/html, and not for JSON before it? `*/*` does not ask for HTML."""
    weights = {"text/html": 0.0, "application/json": 0.0}
    for part in request.headers.get("accept", "").split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind in weights:
            weights[kind] = max(weights[kind], _weight(parameters))
    return weights["text/html"] > 0 and weights["text/html"] >= weights["application/json"]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
