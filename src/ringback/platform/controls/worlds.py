"""GET|POST /_local/worlds and GET|DELETE /_local/worlds/ID: isolated worlds for tests."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.clock import iso
from ringback.platform.errors import ApiError
from ringback.platform.world import World
from ringback.platform.worlds import WorldOptions, Worlds

from .answers import local_world, read_object, told, wrong
from .seed import seed_answer

_FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(WorldOptions)) | {"id"}


async def worlds(request: Request) -> Response:
    """GET the ids of all worlds; POST options of a new one ({} for none), answered with its base URL.

    With ?seed=1 the answer to a POST has the new world's apps and users too.
    """
    local_world(request)
    all_worlds: Worlds = request.state.worlds
    if request.method == "GET":
        return told({"worlds": [{"id": world_id} for world_id in all_worlds.ids()]})
    body = await read_object(request, _FIELDS)
    world_id = body.pop("id", None)
    if world_id is not None and not isinstance(world_id, str):
        raise wrong("id", "it must be text")
    with all_worlds.home.lock:
        if world_id is not None and world_id in all_worlds.ids():
            raise ApiError(409, "RBK-409", f"There is a world {world_id} already")
        try:
            world = all_worlds.create(world_id, msgspec.convert(body, WorldOptions))
        except (ValueError, msgspec.ValidationError) as fault:
            raise wrong("options", str(fault)[:300]) from None
    answer = world_answer(world)
    if request.query_params.get("seed") == "1":
        answer.update(seed_answer(world))
    return told(answer, 201)


async def one_world(request: Request) -> Response:
    """GET where a world is and what its clock says; DELETE ends it, and all that was kept of it."""
    local_world(request)
    all_worlds: Worlds = request.state.worlds
    world_id: str = request.path_params["world_id"]
    with all_worlds.home.lock:
        if request.method == "DELETE":
            if not all_worlds.drop(world_id):
                raise _no_such_world()
            return Response(status_code=204)
        world = all_worlds.find(world_id)
    if world is None:
        raise _no_such_world()
    return told(world_answer(world))


def world_answer(world: World) -> dict[str, Any]:
    """Where a world is."""
    return {"id": world.id, "baseUrl": world.base_url, "now": iso(world.clock.now())}


def _no_such_world() -> ApiError:
    return ApiError(404, "RBK-404", "There is no such world")
