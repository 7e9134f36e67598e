"""The journal: what was asked of the platform and why it was refused, without secrets; the newest 10,000."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.platform.clock import iso

KEPT = 10_000
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9_\-.~+=%]{30,}")
_NOT_WRITTEN = ("/_local/", "/_static/")


@dataclass(slots=True)
class Note:
    """What a request's handlers learn on the way, for its entry."""

    client_id: str | None = None
    extension_id: int | None = None
    grant_type: str | None = None
    error_code: str | None = None
    why: str | None = None


class Journal:
    """A ring of entries, oldest first. Safe to use from several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=kept)
        self._lock = Lock()

    def write(self, now: datetime, method: str, path: str, status: int, note: Note) -> None:
        """Add one entry; `path` has no query, and what looks like a secret in it is masked."""
        entry = {
            "time": iso(now),
            "method": method[:20],
            "path": _LIKE_A_SECRET.sub("***", path[:512]),
            "status": status,
            "errorCode": note.error_code,
            "clientId": note.client_id,
            "extensionId": None if note.extension_id is None else str(note.extension_id),
            "grantType": note.grant_type,
            "why": note.why,
        }
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


class JournalMiddleware:
    """Writes an entry for every request except controls and static files, when its answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_WRITTEN):
            await self._app(scope, receive, send)
            return
        note: Note = scope["state"]["note"]
        world = scope["state"]["world"]

        async def send_and_write(message: Message) -> None:
            if message["type"] == "http.response.start":
                world.journal.write(
                    world.clock.now(), scope["method"], scope["path"], message["status"], note
                )
            await send(message)

        await self._app(scope, receive, send_and_write)
