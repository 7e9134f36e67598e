"""The platform's start page: what this is and where to go."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.render import page
from ringback.platform.sign_in import users_to_try


async def home(request: Request) -> Response:
    return page(request, "home.html", users=users_to_try(request))
