"""GET /_local/seed: what the seed made."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.permissions import in_order
from ringback.platform.world import World

from .answers import local_world, told


async def seed(request: Request) -> Response:
    """The seed's apps and users, with their secrets; ids as strings."""
    return told(seed_answer(local_world(request)))


def seed_answer(world: World) -> dict[str, Any]:
    """The answer of /_local/seed (design.md, "What stays put")."""
    return {
        "apps": [
            {
                "name": app.name,
                "clientId": app.client_id,
                "clientSecret": secret,
                "redirectUris": list(app.redirect_uris),
                "permissions": [permission.id for permission in in_order(app.permissions)],
            }
            for app, secret in world.apps.seeded()
        ],
        "users": [
            {
                "username": extension.email,
                "password": password,
                "extensionNumber": extension.number,
                "extensionId": str(extension.id),
                "accountId": str(extension.account_id),
                "admin": extension.admin,
            }
            for extension, password in world.users()
        ],
    }
