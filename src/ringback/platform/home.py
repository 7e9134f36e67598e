"""The platform's start page: what this is and where to go."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization.sign_in import users_to_try
from ringback.platform.serving.render import page


async def home(request: Request) -> Response:
    return page(request, "home.html", users=users_to_try(request))
