"""GET /restapi and /restapi/v1.0: which API this is. No token is looked at (contract 2 and 10)."""

from __future__ import annotations

from typing import Any

from ringback.platform.world import World

from .answers import encoded
from .operation import open_operation


@open_operation("/restapi", summary="The versions of the API")
def versions(world: World) -> bytes:
    """The server, and the one version it has."""
    return encoded(
        {
            "uri": f"{world.base_url}/restapi",
            "apiVersions": [_version(world.base_url)],
            "serverVersion": "26.3.1.10210249",
            "serverRevision": "ringback",
        }
    )


@open_operation("/restapi/v1.0", summary="One version of the API")
def version(world: World) -> bytes:
    """Version 1.0."""
    return encoded(_version(world.base_url))


def _version(base: str) -> dict[str, Any]:
    return {
        "uri": f"{base}/restapi/v1.0",
        "versionString": "1.0.60",
        "releaseDate": "2026-08-13T00:00:00.000Z",
        "uriString": "v1.0",
    }
