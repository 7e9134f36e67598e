"""Writing files of calls in threads beside the pages: few at a time, bounded in size, to be called off."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from ringback import RingbackError
from ringback.web.explain import Trouble, explain
from ringback.web.readings import Progress
from ringback.web.texts import gettext

from .shelf import About, Shelf, new_id

KEEP_SECONDS = 3600.0
"""How long a file is kept once it is ready."""
WRITING_SECONDS = 6 * 3600.0
MOST_RUNNING = 6
"""At once, in one process."""
MOST_EACH = 5
"""Kept for one login; the oldest ready one makes room for a new one."""
MOST_BYTES = 512 * 1024 * 1024
MOST_BYTES_TOGETHER = 2 * 1024 * 1024 * 1024
SAME_SECONDS = 30.0
"""So long after it is ready a file is the answer to the same question."""

_LOOK_SECONDS = 0.5
_SWEEP_SECONDS = 60.0
_CHUNK = 1024 * 1024
_LOGGER = logging.getLogger("ringback.web")


class CalledOff(Exception):
    """Nobody wants the file any more, or it grows too large."""


class NoRoom(RingbackError):
    """As many files are written or kept as there may be."""


class Writers:
    """Begins, follows and ends the writing of files on one shelf, for one process."""

    def __init__(self, shelf: Shelf, clock: Callable[[], float] = time.time) -> None:
        self.shelf = shelf
        self._clock = clock
        self._running = threading.BoundedSemaphore(MOST_RUNNING)
        self._beginning = threading.Lock()
        self._sweeping_in: int | None = None
        shelf.sweep_all()
        if not shelf.are_all_empty():
            self._sweep_from_now_on()

    def begin(
        self,
        *,
        owner: str,
        user: str,
        query: str,
        kind: str,
        name: str,
        reading: Reads,
        write: Callable[[Path, Callable[[], None]], None],
    ) -> About:
        """Write a new file, unless the owner has the same one already.

        `write` writes it to a path, and calls what it is given now and then, which raises when it is called
        off. Raises NoRoom, and OSError when the disk takes nothing.
        """
        with self._beginning:
            self._sweep_from_now_on()
            self.shelf.sweep()
            mine = [about for about in self.shelf.all() if about.owner == owner]
            for about in mine:
                if (about.query, about.kind) == (query, kind) and self._is_fresh(about):
                    return about
            self._make_room(mine)
            if not self._running.acquire(blocking=False):
                raise NoRoom("Other files are being written")
            now = self._clock()
            about = About(new_id(), owner, user, query, kind, name, now, now + WRITING_SECONDS)
            begun = threading.Event()
            work = (about, reading, write, begun)
            threading.Thread(target=self._run, args=work, name="ringback-file", daemon=True).start()
        begun.wait(5.0)
        return about

    def forget(self, *, user: str, owner: str | None = None) -> None:
        """Throw away the files of a login that has ended; without `owner`, of all the user's logins."""
        for about in self.shelf.all():
            if about.user == user and owner in (None, about.owner):
                self.shelf.remove(about.id)

    def wait(self, file_id: str, seconds: float) -> About | None:
        """The file once it is written, has failed, or has to wait for the rate limit; at most `seconds`."""
        until = time.monotonic() + seconds
        while True:
            about = self.shelf.find(file_id)
            if about is None or about.state != "writing" or about.seconds_left or time.monotonic() > until:
                return about
            time.sleep(0.05)

    def _is_fresh(self, about: About) -> bool:
        if about.state == "ready":
            return 0 <= self._clock() - about.ended_at < SAME_SECONDS
        return about.state == "writing"

    def _make_room(self, mine: list[About]) -> None:
        old = sorted((about for about in mine if about.state != "writing"), key=lambda about: about.made_at)
        for about in old[: max(0, len(mine) - MOST_EACH + 1)]:
            self.shelf.remove(about.id)
            mine.remove(about)
        if len(mine) >= MOST_EACH:
            raise NoRoom("You have other files that are being written")
        if sum(self.shelf.size_of(about.id) for about in self.shelf.all()) >= MOST_BYTES_TOGETHER:
            raise NoRoom("There is no room for further files just now")

    def _run(
        self,
        about: About,
        reading: Reads,
        write: Callable[[Path, Callable[[], None]], None],
        begun: threading.Event,
    ) -> None:
        """Write, in a thread of its own; whatever goes wrong is told on the file's page."""
        try:
            with self.shelf.writing(about) as folder:
                begun.set()
                ended = self._written(about, reading, write, folder / "data")
                if ended is None or not self.shelf.note(ended):
                    self.shelf.remove(about.id)
        except OSError as error:
            _LOGGER.warning("a file of calls could not be kept: %s", os.strerror(error.errno or 0))
            self.shelf.remove(about.id)
        finally:
            begun.set()
            self._running.release()

    def _written(
        self,
        about: About,
        reading: Reads,
        write: Callable[[Path, Callable[[], None]], None],
        path: Path,
    ) -> About | None:
        """What has become of the file; None: it was called off."""
        follower = _Follower(self.shelf, about, reading)
        follower.start()
        try:
            write(path, follower.check)
            follower.check()
            return self._ready(about, path, reading)
        except CalledOff:
            return self._failed(about, path, _too_large()) if follower.too_large else None
        except RingbackError as error:
            return self._failed(about, path, explain(error))
        except OSError as error:
            _LOGGER.warning("a file of calls could not be written: %s", os.strerror(error.errno or 0))
            return self._failed(about, path, _disk())
        except Exception as error:  # a fault of ours: its text may hold anything
            _LOGGER.error("unexpected %s while a file of calls was written", type(error).__name__)
            return self._failed(about, path, explain(RingbackError("The file could not be written")))
        finally:
            follower.stop()

    def _ready(self, about: About, path: Path, reading: Reads) -> About:
        path.chmod(0o600)
        digest = sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            size = file.tell()
        now = self._clock()
        return replace(
            about,
            state="ready",
            records=reading.size,
            ended_at=now,
            until=now + KEEP_SECONDS,
            size=size,
            etag=f'"{digest.hexdigest()[:32]}"',
        )

    def _failed(self, about: About, path: Path, trouble: Trouble) -> About:
        path.unlink(missing_ok=True)
        now = self._clock()
        told = {name: getattr(trouble, name) for name in ("status", "title", "text", "remedy", "code")}
        return replace(about, state="failed", ended_at=now, until=now + KEEP_SECONDS, trouble=told)

    def _sweep_from_now_on(self) -> None:
        if self._sweeping_in == os.getpid():
            return
        self._sweeping_in = os.getpid()  # a thread does not come along when a process forks

        def rounds() -> None:
            while True:
                time.sleep(_SWEEP_SECONDS)
                self.shelf.sweep_all()
                if self.shelf.are_all_empty():
                    break
            self._sweeping_in = None

        threading.Thread(target=rounds, name="ringback-files", daemon=True).start()


class Reads(Protocol):
    """What a file is written from, as far as one asks how far it is."""

    def progress(self) -> Progress:
        """How far it is."""

    @property
    def size(self) -> int:
        """How many records have been read."""


class _Follower:
    """Notes twice a second how far a file is, and sees whether it is still wanted and not too large."""

    def __init__(self, shelf: Shelf, about: About, reading: Reads) -> None:
        self.too_large = False
        self._shelf = shelf
        self._about = about
        self._reading = reading
        self._called_off = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="ringback-file-look", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The file is written: nothing is noted from here on."""
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        """Raises CalledOff when the file is not wanted any more."""
        if self._called_off.is_set():
            raise CalledOff

    def _follow(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            now = self._reading.progress()
            self.too_large = self._shelf.size_of(self._about.id) > MOST_BYTES
            noted = replace(self._about, records=now.records, seconds_left=now.seconds_left)
            with suppress(OSError):
                if self.too_large or not self._shelf.note(noted):
                    self._called_off.set()
                    return


def _too_large() -> Trouble:
    return Trouble(
        413,
        gettext("This file is too large"),
        gettext("It has more than %(most)s MB.", most=MOST_BYTES // (1024 * 1024)),
        gettext("Choose fewer days, or write it on the command line: ringback calls export."),
    )


def _disk() -> Trouble:
    return Trouble(
        507,
        gettext("There is no room for the file"),
        gettext("The disk where this app runs did not take it."),
        gettext("Tell whoever runs the app, or choose fewer days."),
    )
