"""The door of the pages: under the platform's own names only, and not ahead of time."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.errors import ApiError
from ringback.platform.serving import refusals
from ringback.platform.serving.context import has_pages
from ringback.platform.serving.local_guard import LOOPBACK_NAMES, sent_host


class PageDoor:
    """Refuses requests for pages that no page should answer; answers to programs and static files pass.

    A Host allow-list against DNS rebinding: while `base_url` is a loopback address, pages answer under
    localhost, 127.0.0.1, [::1] and `base_url`'s own name, with any port; else 400. A `base_url` elsewhere is
    the operator's choice, with a proxy that knows its names. The API and the token endpoint stay open, since
    they hold nothing for browsers without credentials, and programs in containers use names of their own.

    Prefetch and prerender get 503, never cached: nobody has opened the page, so nothing may change.
    """

    def __init__(self, base_url: str) -> None:
        own = urlsplit(base_url).hostname or ""
        self._names = LOOPBACK_NAMES | {own} if _is_loopback(own) else None

    async def refusal(self, request: Request) -> Response | None:
        """The answer that turns the request away; None when it may pass."""
        path = request.scope["path"]
        if not has_pages(path) or path.startswith("/_static/"):
            return None
        refusal = self._refusal(request)
        return None if refusal is None else await refusals.api_error(request, refusal)

    def _refusal(self, request: Request) -> ApiError | None:
        if self._names is not None and sent_host(request) not in self._names:
            return ApiError(
                400,
                "RBK-400",
                "The Host header names another machine",
                why="pages answer under the platform's own address only",
            )
        if is_ahead_of_time(request):
            return ApiError(503, "RBK-503", "Pages are not loaded ahead of time", why="prefetch or prerender")
        return None


def refuse_head(request: Request) -> None:
    """Raise 405 for HEAD, where a GET may keep a login under way or issue a code: HEAD changes nothing."""
    if request.method == "HEAD":
        raise HTTPException(405, headers={"Allow": "GET, POST"})


def is_ahead_of_time(request: Request) -> bool:
    """Is this a prefetch, prerender or preview, which browsers make before anybody opens the page?"""
    purposes = [
        purpose.lower()
        for name in ("sec-purpose", "purpose", "x-moz", "x-purpose")
        for purpose in request.headers.getlist(name)
    ]
    return any(word in purpose for purpose in purposes for word in ("prefetch", "prerender", "preview"))


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
