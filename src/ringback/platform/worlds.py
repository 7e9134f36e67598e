"""The worlds of one platform: the home world, and isolated ones for tests under `/_w/ID`."""

from __future__ import annotations

import re
import secrets
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from ringback.platform.company.scenario_file import ScenarioError
from ringback.platform.settings import PlatformSettings
from ringback.platform.state import HOME, StateFile, Table
from ringback.platform.world import World

MOST = 1_000
PREFIX = "/_w/"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class WorldOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What a new world may have of its own; the rest is as in the home world, whose scenarios it lacks."""

    seed: int | None = None
    start: datetime | None = None
    rate_limits: bool | None = None
    web_redirect_uri: str | None = None
    employees: int | None = None
    calls_per_day: int | None = None
    days: int | None = None
    live: bool | None = None
    quirks: dict[str, str] | None = None


class Worlds:
    """Creates, finds and drops worlds. Used on the event loop, or under the home world's lock.

    With a state file, all worlds are there again after a restart; each is opened when it is first asked for.
    """

    def __init__(self, settings: PlatformSettings) -> None:
        self.settings = settings
        self.file = None if settings.state_file is None else StateFile(settings.state_file)
        try:
            self.home = self._opened(settings)
        except BaseException:
            self.close()
            raise
        self._open: dict[str, World] = {}
        self._options: Table[WorldOptions] = self.home.state.table("worlds", WorldOptions, snapshot=False)
        self.home.state.commit()

    def ids(self) -> list[str]:
        """The ids of all worlds but the home world, oldest first."""
        return list(self._options)

    def find(self, world_id: str) -> World | None:
        """The world of this id."""
        world = self._open.get(world_id)
        if world is None and world_id in self._options:
            world = self._open[world_id] = self._make(world_id, self._options[world_id])
        return world

    def create(self, world_id: str | None = None, options: WorldOptions | None = None) -> World:
        """A new world. ValueError: the id is malformed or taken, a value is wrong, or there are too many."""
        world_id = secrets.token_urlsafe(9) if world_id is None else world_id
        if not _ID.fullmatch(world_id):
            raise ValueError("an id has 1 to 64 letters, digits, - and _")
        if world_id in self._options:
            raise ValueError(f"there is a world {world_id} already")
        if len(self._options) >= MOST:
            raise ValueError(f"there are {MOST} worlds; drop some (DELETE /_local/worlds/ID)")
        options = options or WorldOptions()
        if self.file is not None:
            self.file.drop(world_id)  # what could not be dropped with a world that had this id
        world = self._make(world_id, options)
        self._open[world_id], self._options[world_id] = world, options
        with self._as_one():
            world.state.commit()
            self.home.state.commit()
        return world

    def drop(self, world_id: str) -> bool:
        """End a world; False where there is none."""
        if world_id not in self._options:
            return False
        del self._options[world_id]
        world = self._open.pop(world_id, None)
        if world is not None:
            world.close()
            world.state.detach()
        with self._as_one():
            if self.file is not None:
                self.file.drop(world_id)
            self.home.state.commit()
        return True

    def reset(self, world: World) -> World:
        """The same world as it was at its start; what was kept of it is gone, other worlds stay."""
        others = self._options
        with self._as_one():
            if self.file is not None:
                self.file.drop(world.id or HOME)
            if world.id is not None:
                fresh = self._make(world.id, self._options[world.id])
            else:
                fresh = World(self.settings, file=self.file)
                others = fresh.state.table("worlds", WorldOptions, snapshot=False)
                others.update(self._options)
            fresh.state.commit()
        # Kept, so that it counts: from here on nothing can fail.
        world.close()
        world.state.detach()
        if world.id is not None:
            self._open[world.id] = fresh
        else:
            self.home, self._options = fresh, others
        return fresh

    def wake(self) -> None:
        """The platform ends: whoever waits in one of its worlds is answered."""
        for world in (self.home, *self._open.values()):
            world.close()

    def close(self) -> None:
        """Let the state file go."""
        if self.file is not None:
            self.file.close()

    def _as_one(self) -> AbstractContextManager[None]:
        """What is written within is kept together, so that no kill leaves half of it in the file."""
        return nullcontext() if self.file is None else self.file.as_one()

    def _make(self, world_id: str, options: WorldOptions) -> World:
        given: dict[str, Any] = {
            name: value for name, value in msgspec.structs.asdict(options).items() if value is not None
        }
        settings = replace(
            self.settings,
            base_url=f"{self.settings.base_url}{PREFIX}{world_id}",
            state_file=None,
            scenarios=(),
            **given,
        )
        return self._opened(settings, world_id)

    def _opened(self, settings: PlatformSettings, world_id: str | None = None) -> World:
        """A world; StateFileError where what the file has of it makes no sense."""
        if self.file is None or not self.file.holds(world_id or HOME):
            return World(settings, world_id, self.file)
        try:
            return World(settings, world_id, self.file)
        except ScenarioError:
            raise
        except (ValueError, LookupError, TypeError) as fault:
            raise self.file.damaged() from fault
