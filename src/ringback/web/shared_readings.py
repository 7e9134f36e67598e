"""Readings that the processes of one host share: where their files are, which may be joined, when they go.

One process asks RingCentral for a page, all have it. Where files cannot be kept, each reads for itself.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Generic, TypeVar

import msgspec

from ringback import RateLimited, RingbackError, SealError
from ringback.vault import Vault

from .readings import FORGOTTEN_SECONDS, SHORT_SECONDS, Key, Paused, Source
from .readings_kept import keep_seconds
from .shared_files import Frame, Gone, Replaced, SharedFile, locked

if TYPE_CHECKING:
    from ringback import CallRecord, Extension

CursorT = TypeVar("CursorT")
T = TypeVar("T")

MOST_BYTES = 512 * 1024 * 1024
"""Of all files together; beyond that, further readings are not shared."""
OLD_SECONDS = 3600.0
_LOOK_SECONDS = 60.0
_PAUSE = 0.1
_LOGGER = logging.getLogger("ringback.web")


class SharedReadings:
    """The shared readings of one app on this host. No method raises."""

    def __init__(self, vault: Vault, folder: Path | None = None) -> None:
        self._vault = vault
        app = _digest(vault.server, vault.client_id)
        self._folder = folder or Path(tempfile.gettempdir()) / f"ringback-{os.geteuid()}-{app}"
        self._looked_at = float("-inf")
        self._has_room = True
        self._warned = False

    def join(self, key: Key, source: Source[CursorT], now: float, cursor_type: type[CursorT]) -> Source[int]:
        """`source`, shared: the reading of `key` that is there goes on, or a new one begins.

        `now` is the client's clock. A reading that has ended counts as long as one of this process would.
        """
        return Sharing(source, self._opened(key, now), cursor_type).source()

    def knows(self, key: Key, now: float) -> bool:
        """Is there a reading of `key` to join? Nothing is begun by asking."""
        file = SharedFile(self._path(key), self._vault.keyring)
        try:
            file.refresh()
            return _may_be_joined(file, now)
        except (Gone, Replaced, OSError, SealError):
            return False

    def forget_login(self, user_id: str, holder: str | None = None) -> None:
        """Remove what was read for a login (of all holders without one): it has ended."""
        name = _digest(user_id) + "-" + (_digest(holder) if holder is not None else "*")
        for path in self._folder.glob(f"{name}-*"):
            _remove(path)

    def _opened(self, key: Key, now: float) -> SharedFile | None:
        try:
            if not self._look_after():
                if not self._warned:
                    _LOGGER.warning("readings are not shared: %s is not this user's alone", self._folder)
                self._warned = True
                return None
            if not self._has_room:
                return None
            path = self._path(key)
            with locked(path, create=True) as turn:
                file = SharedFile(path, self._vault.keyring)
                try:
                    file.refresh()
                    if turn is None or _may_be_joined(file, now):
                        return file
                except (Replaced, SealError):
                    if turn is None:
                        return None
                file = SharedFile(path, self._vault.keyring)
                file.begin(turn)
                return file
        except (Gone, OSError) as error:
            _LOGGER.warning("a reading is not shared: %s", type(error).__name__)
            return None

    def _path(self, key: Key) -> Path:
        window = _digest(key.scope, key.begin.isoformat(), key.end.isoformat())
        return self._folder / f"{_digest(key.user_id)}-{_digest(key.holder)}-{window}"

    def _look_after(self) -> bool:
        """See to the folder, and once a minute to old files in it. False when it is not ours alone."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        found = self._folder.lstat()
        private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
        if private and time.monotonic() - self._looked_at > _LOOK_SECONDS:
            self._looked_at, total = time.monotonic(), 0
            for path in self._folder.iterdir():
                try:
                    one = path.stat()
                except OSError:
                    continue
                if time.time() - one.st_mtime > OLD_SECONDS:
                    _remove(path)
                else:
                    total += one.st_size
            self._has_room = total < MOST_BYTES
        return private


class Sharing(Generic[CursorT]):
    """One reading's source: a file that others add to, and its `own` source when it is its turn, or alone."""

    def __init__(self, own: Source[CursorT], file: SharedFile | None, cursor_type: type[CursorT]) -> None:
        self._own = own
        self._file = file
        self._cursor_type = cursor_type
        self._next: CursorT | None = None

    def source(self) -> Source[int]:
        """Its cursors are the numbers of pages."""
        return Source(people=self.people, page=self.page, now=self._own.now, ended=self.ended)

    def people(self) -> Sequence[Extension]:
        """The account's extensions."""
        from ringback.client.records.people import Extension

        def ask() -> tuple[Frame, bytes]:
            return Frame("people"), msgspec.json.encode(tuple(self._own.people()))

        def found(file: SharedFile) -> tuple[Extension, ...] | None:
            if file.people is None:
                return None
            return msgspec.json.decode(file.data(file.people), type=tuple[Extension, ...], strict=False)

        return self._shared(found, ask) if self._file else self._own.people()

    def page(self, number: int | None) -> tuple[Sequence[CallRecord], int | None]:
        """The records of a page, and the number of the next one."""
        from ringback.client.records.decoding import call_log_page_from

        place = number or 0

        def ask() -> tuple[Frame, bytes]:
            records, after = self._own.page(self._next)
            body = b'{"records":[' + b",".join(one.original or b"{}" for one in records) + b"]}"
            if after is None:
                return Frame("page", ended_at=self._own.now()), body
            return Frame("page", cursor=msgspec.msgpack.encode(after)), body

        def found(file: SharedFile) -> tuple[Sequence[CallRecord], int | None] | None:
            if len(file.pages) <= place:
                return None
            at, frame = file.pages[place]
            records = call_log_page_from(file.data(at), original=True).records
            if frame.cursor is None:
                return records, None
            self._next = msgspec.msgpack.decode(frame.cursor, type=self._cursor_type)
            return records, place + 1

        if self._file is not None:
            return self._shared(found, ask, lambda: self._alone(place))
        return self._alone(place)

    def ended(self) -> tuple[float, bool]:
        """When the last page was read, and whether a pause had to be waited for."""
        if self._file is None or self._file.ended_at is None:
            return self._own.now(), False
        return self._file.ended_at, self._file.waited

    def _alone(self, place: int) -> tuple[Sequence[CallRecord], int | None]:
        records, self._next = self._own.page(self._next)
        return records, None if self._next is None else place + 1

    def _shared(
        self,
        found: Callable[[SharedFile], T | None],
        ask: Callable[[], tuple[Frame, bytes]],
        alone: Callable[[], T] | None = None,
    ) -> T:
        """What is `found` in the file, once it is there: another process adds it, or we `ask` for it."""
        file = self._file
        assert file is not None
        try:
            while True:
                file.refresh()
                known = found(file)
                if known is not None:
                    return known
                self._heed(file)
                self._try(file, found, ask)
        except Gone:
            raise RingbackError("This login has ended", remedy="Log in again.") from None
        except (Replaced, OSError, SealError, msgspec.DecodeError) as error:
            _LOGGER.warning("a reading is not shared any more: %s", type(error).__name__)
            self._file = None
            return alone() if alone else self._own.people()  # type: ignore[return-value]

    def _try(
        self,
        file: SharedFile,
        found: Callable[[SharedFile], object],
        ask: Callable[[], tuple[Frame, bytes]],
    ) -> None:
        """Ask, if it is our turn and nobody has meanwhile; else let a moment pass."""
        with file.turn() as turn:
            if turn is not None:
                self._heed(file)
                if found(file) is None:
                    self._ask(file, turn, ask)
                return
        time.sleep(_PAUSE)

    def _ask(self, file: SharedFile, turn: BinaryIO, ask: Callable[[], tuple[Frame, bytes]]) -> None:
        try:
            frame, data = ask()
        except RateLimited as error:
            pause = error.retry_after
            frame = Frame("pause", until=self._own.now() + pause, waited=pause > SHORT_SECONDS)
            file.add(turn, frame)
            raise
        file.add(turn, frame, data)

    def _heed(self, file: SharedFile) -> None:
        """Raise Paused while RingCentral's last answer to anybody was to wait."""
        left = file.until - self._own.now()
        if left > 0:
            raise Paused(left)


def _may_be_joined(file: SharedFile, now: float) -> bool:
    """Has it been begun, is it not too old, and does somebody still go on with it?"""
    if not file.begun:
        return False
    if file.ended_at is not None:
        return 0 <= now - file.ended_at < keep_seconds(waited=file.waited)
    return file.until > now or time.time() - file.path.stat().st_mtime < FORGOTTEN_SECONDS


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:20]


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _LOGGER.warning("a shared reading stays: %s", type(error).__name__)
