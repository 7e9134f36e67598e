"""The door where ordered faults strike: before the server does anything, or after it has done and kept it."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.platform.clock import LATEST
from ringback.platform.faults import Cut, Fault, When
from ringback.platform.journal import Note
from ringback.platform.serving.connection import TRANSPORT
from ringback.platform.world import World

from .fault_answers import FaultAnswer, answer_for
from .fault_caller import find_caller

_PIECES = 20
Keep = Callable[[World, Scope, int, Note], None]


async def pass_through(app: ASGIApp, scope: Scope, receive: Receive, send: Send, keep: Keep) -> None:
    """Serve a request, or let the first fault that hits it strike.

    `keep` writes the journal and commits what has changed: for answers that are never sent.
    """
    world: World = scope["state"]["world"]
    method, path = scope["method"], scope["path"]
    near, by_client = world.faults.concerns(method, path)
    client_id = None
    if near and by_client:
        client_id, receive = await find_caller(scope, receive)
    fault = world.faults.strike(method, path, client_id) if near else None
    if fault is None:
        await app(scope, receive, send)
        return
    struck = _Struck(fault, world, scope, receive, send, keep)
    if client_id is not None:
        struck.note.client_id = client_id
    await (struck.before(app) if fault.when is When.BEFORE else struck.after(app))


@dataclass(slots=True)
class _Own:
    """The server's own answer, held back."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


@dataclass(slots=True)
class _Struck:
    """One fault at work on one request."""

    fault: Fault
    world: World
    scope: Scope
    receive: Receive
    send: Send
    keep: Keep

    @property
    def note(self) -> Note:
        note: Note = self.scope["state"]["note"]
        return note

    async def before(self, app: ASGIApp) -> None:
        """Nothing happens on the server, unless the fault is no more than a delay."""
        fault = self.fault
        await self._pause(0.0 if fault.cut is Cut.SLOW else fault.delay)
        if fault.cut is Cut.RESET:
            self._note("the server did nothing, and the connection was closed without an answer", None)
            self.keep(self.world, self.scope, 0, self.note)
            await self._close(reset=True)
        elif fault.replaces:
            self._note("the server did nothing", None)
            await self._answer(answer_for(fault, self.scope["path"], None))
        else:
            self._note(f"the server began {fault.delay:g} s late", None)
            await app(self.scope, self.receive, self.send)

    async def after(self, app: ASGIApp) -> None:
        """The server does and keeps what was asked; then its answer fails."""
        fault, own = self.fault, _Own()
        await app(self.scope, self.receive, own.take)
        with self.world.lock:
            self.world.state.commit()
        await self._pause(0.0 if fault.cut is Cut.SLOW else fault.delay)
        if fault.cut is Cut.RESET:
            self._note(f"the server answered {own.status}, which was never sent", None)
            self.keep(self.world, self.scope, own.status, self.note)
            await self._close(reset=True)
            return
        if fault.replaces:
            answer = answer_for(fault, self.scope["path"], own.status)
            self._note(f"the server answered {own.status}, and another answer was sent", answer.code)
        else:
            length = (b"content-length", str(len(own.body)).encode())
            headers = [
                pair for pair in own.headers if pair[0] not in {b"content-length", b"transfer-encoding"}
            ]
            answer = FaultAnswer(own.status, (*headers, length), bytes(own.body), self.note.error_code)
            self._note("the answer is the server's own", answer.code)
        await self._answer(answer)

    def _note(self, what: str, code: str | None) -> None:
        fault, note = self.fault, self.note
        said = f", cut: {fault.cut.value}" if fault.cut is not None else ""
        note.details["fault"] = f"fault {fault.id} ({fault.when.value}{said}): {what}"
        if fault.replaces or fault.cut is Cut.RESET:
            note.error_code, note.why = code, f"fault {fault.id} of /_local/faults"

    async def _answer(self, answer: FaultAnswer) -> None:
        if self.fault.replaces:
            self.note.error_code = answer.code
        headers = list(answer.headers)
        if self.fault.cut is Cut.TRUNCATED and not answer.body:
            headers.append((b"connection", b"close"))  # nothing to cut: a whole answer, and then the end
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        await self.send(start)
        if self.fault.cut is Cut.TRUNCATED:
            await self._send(answer.body[: len(answer.body) // 2], more=True)
            await self._close(reset=False)
        elif self.fault.cut is Cut.SLOW and answer.body:
            await self._slowly(answer.body)
        else:
            await self._send(answer.body, more=False)

    async def _slowly(self, body: bytes) -> None:
        size = max(1, -(-len(body) // _PIECES))
        pieces = [body[place : place + size] for place in range(0, len(body), size)]
        for piece in pieces:
            await self._pause(self.fault.delay / len(pieces))
            await self._send(piece, more=True)
        await self._send(b"", more=False)

    async def _send(self, body: bytes, *, more: bool) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def _pause(self, seconds: float) -> None:
        """Seconds of real time; less where the virtual clock is moved on by as much."""
        if seconds > 0:
            until = min(self.world.clock.now() + timedelta(seconds=seconds), LATEST)
            await self.world.clock_waits.wait(until, None, seconds, is_party=False)

    async def _close(self, *, reset: bool) -> None:
        """Close the connection: at once with a reset, or after what was sent has gone out."""
        transport: Any = self.scope.get("extensions", {}).get(TRANSPORT, {}).get("transport")
        if transport is None:
            raise ConnectionAbortedError("there is no connection to cut")
        if reset:
            _linger_not(transport)
            transport.abort()
        else:
            transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            continue


def _linger_not(transport: Any) -> None:
    """Have the close send a TCP reset."""
    bound = transport.get_extra_info("socket")
    if bound is not None:
        with contextlib.suppress(OSError):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
