"""One platform server in this process, on a free port of the loopback address, for many worlds."""

from __future__ import annotations

import re
import secrets
import socket
from typing import TYPE_CHECKING, Any

from .problems import LocalPlatformError

if TYPE_CHECKING:
    from ringback.platform.world import World

_HOST = "127.0.0.1"
_NAME_LENGTH = 48


class LocalServer:
    """A platform in a thread of this process. Each test has a world of its own on it.

    Raises LocalPlatformError, with what to install, where the platform's packages are missing.
    """

    def __init__(self) -> None:
        try:
            from ringback.platform.server import PlatformServer
            from ringback.platform.settings import PlatformSettings
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.startswith("ringback"):
                raise
            raise LocalPlatformError(
                f"the local platform needs packages that are not installed (no {missing.name}):"
                " pip install 'ringback[platform]'"
            ) from None
        bound = socket.socket()
        bound.bind((_HOST, 0))
        bound.listen(128)
        self._server = PlatformServer(
            PlatformSettings(base_url=f"http://{_HOST}:{bound.getsockname()[1]}"), [bound]
        )
        try:
            self._server.start()
        except RuntimeError as fault:
            raise LocalPlatformError(f"{fault} ({fault.__cause__!r})") from fault

    def create_world(self, name: str, options: dict[str, Any]) -> str:
        """A new world's id; `options` are those of WorldOptions. ValueError for a wrong value."""
        from ringback.platform.worlds import WorldOptions

        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_NAME_LENGTH].strip("-")
        worlds = self._server.worlds
        with worlds.home.lock:
            world_id = f"{readable or 'world'}-{secrets.token_hex(4)}"
            worlds.create(world_id, WorldOptions(**options))
        return world_id

    def world(self, world_id: str) -> World:
        """The world of this id, as it is now: a reset makes it anew. LocalPlatformError when it has ended."""
        world = self._server.worlds.find(world_id)
        if world is None:
            raise LocalPlatformError("this world has ended; make another")
        return world

    def drop_world(self, world_id: str) -> None:
        """End a world; harmless when it has ended."""
        worlds = self._server.worlds
        with worlds.home.lock:
            worlds.drop(world_id)

    def stop(self) -> None:
        """End the server; harmless when it has ended."""
        self._server.stop()
