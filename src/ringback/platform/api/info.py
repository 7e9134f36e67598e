"""GET /restapi and /restapi/v1.0: which API this is. No token is looked at (contract 2 and 10)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.serving.context import world_of

_JSON = "application/json;charset=UTF-8"


async def versions(request: Request) -> Response:
    base = world_of(request).base_url
    answer = {
        "uri": f"{base}/restapi",
        "apiVersions": [_version(base)],
        "serverVersion": "26.3.1.10210249",
        "serverRevision": "ringback",
    }
    return JSONResponse(answer, media_type=_JSON)


async def version(request: Request) -> Response:
    return JSONResponse(_version(world_of(request).base_url), media_type=_JSON)


def _version(base: str) -> dict[str, Any]:
    return {
        "uri": f"{base}/restapi/v1.0",
        "versionString": "1.0.60",
        "releaseDate": "2026-08-13T00:00:00.000Z",
        "uriString": "v1.0",
    }
