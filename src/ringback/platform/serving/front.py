"""The outermost layer: finds a request's world, guards it, finishes its answer: headers, journal, state."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.platform.controls import fault_door
from ringback.platform.errors import ApiError
from ringback.platform.faults import may_be_struck
from ringback.platform.journal import Note, is_written
from ringback.platform.serving import guards, refusals
from ringback.platform.serving.cors import Cors, covered
from ringback.platform.serving.local_guard import refuse_strangers
from ringback.platform.serving.page_door import PageDoor
from ringback.platform.state import StateFileError
from ringback.platform.world import World
from ringback.platform.worlds import PREFIX, Worlds


class Front:
    """Gives every request its world and note, in `request.state`, and its answer what all answers have.

    Nothing is acknowledged before it is kept: the world's changes are committed before an answer begins.
    Where the state file cannot be written, the answer is 503; what changed is kept as soon as it can be.
    """

    def __init__(self, app: ASGIApp, worlds: Worlds) -> None:
        self._app = app
        self._worlds = worlds
        self._door = PageDoor(worlds.settings.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = Note(query=scope["query_string"])
        world, path = self._worlds.home, scope["path"]
        stray: ApiError | None = None
        if path.startswith(PREFIX):
            world, path, stray = self._other_world(scope)
        state = {"world": world, "note": note, "worlds": self._worlds, "front": self}
        scope = {**scope, "path": path, "state": state, "app": self._app}
        cors = Cors(scope) if covered(path) else None
        began, keeps = False, True

        async def finish(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                guards.add_headers(headers, path)
                if cors is not None:
                    cors.add_to(headers)
                message["headers"] = headers
                if keeps:
                    _keep(world, scope, message["status"], note)
                began = True
            await send(message)

        try:
            await self._guarded(scope, receive, finish, cors, stray)
        except ClientDisconnect:
            return
        except StateFileError as fault:
            guards.log_unkept(fault)
            if began:
                raise ConnectionError("the answer broke off") from None
            keeps = False
            await guards.answer(finish, 503, "CMN-201", "Service Temporary Unavailable")
        except Exception as fault:
            guards.log_fault(scope, fault)
            if began:
                raise ConnectionError("the answer broke off") from None
            note.error_code = "CMN-203"
            await guards.answer(finish, 500, "CMN-203", "Internal server error")

    async def _guarded(
        self, scope: Scope, receive: Receive, send: Send, cors: Cors | None, stray: ApiError | None
    ) -> None:
        too_large = guards.oversized(scope)
        if too_large is not None:
            await guards.answer(send, *too_large)
            return
        if cors is not None and cors.is_preflight(scope):
            await cors.answer_preflight(scope, send)
            return
        if stray is not None:
            response = await refusals.api_error(Request(scope, receive), stray)
            await response(scope, receive, send)
            return
        if cors is None:
            refusal = await self._door.refusal(Request(scope, receive))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        if scope["state"]["world"].faults.armed and may_be_struck(scope["path"]):
            await fault_door.pass_through(self._app, scope, receive, send, _keep)
            return
        await self._app(scope, receive, send)

    def _other_world(self, scope: Scope) -> tuple[World, str, ApiError | None]:
        """World and path of a request under /_w/ID; the first one from this machine creates the world."""
        world_id, slash, rest = scope["path"][len(PREFIX) :].partition("/")
        try:
            world = self._worlds.find(world_id)
            if world is None:
                refuse_strangers(Request(scope))
                world = self._worlds.create(world_id)
        except ApiError as refusal:
            return self._worlds.home, scope["path"], refusal
        except ValueError as fault:
            why = str(fault)
            return self._worlds.home, scope["path"], ApiError(404, "RBK-404", f"No such world: {why}")
        except StateFileError as fault:
            guards.log_unkept(fault)
            unavailable = ApiError(503, "CMN-201", "Service Temporary Unavailable", why=str(fault))
            return self._worlds.home, scope["path"], unavailable
        return world, slash + rest or "/", None


def _keep(world: World, scope: Scope, status: int, note: Note) -> None:
    """Write the journal and commit the world's state, before the answer goes out."""
    path = scope["path"]
    with world.lock:
        if is_written(path):
            now = world.clock.now()
            world.journal.write(now, scope["method"], path, status, note)
            if note.operation is not None and note.client_id is not None:
                world.usage.record(
                    now,
                    note.client_id,
                    scope["method"],
                    note.operation,
                    note.permission,
                    status,
                    note.error_code,
                )
        world.state.commit()
