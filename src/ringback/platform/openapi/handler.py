"""GET /_local/openapi.json: the document, made at the first request and kept."""

from __future__ import annotations

import json

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.serving.context import world_of
from ringback.platform.serving.local_guard import refuse_strangers

_kept: list[bytes] = []


async def openapi(request: Request) -> Response:
    """The document, with the addresses of the world that is asked."""
    refuse_strangers(request)
    if not _kept:
        _kept.append(await to_thread.run_sync(anyio.run, _made))
    from .examples import BASE

    base_url = json.dumps(world_of(request).base_url)[1:-1]
    body = _kept[0].replace(BASE.encode(), base_url.encode())
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _made() -> bytes:
    """The document for an address that is none. Imported here, so that no start waits for it."""
    from ringback.platform.api import OPERATIONS

    from .control_examples import examples_of_controls
    from .document import document
    from .examples import BASE, examples_of

    examples = {**await examples_of(OPERATIONS), **examples_of_controls()}
    made = document(OPERATIONS, BASE, examples)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
