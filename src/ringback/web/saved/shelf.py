"""Where saved files lie: a folder for each, which only this user of the machine can read.

All processes of one app on a machine share the shelf, so that each can tell how far a file is, hand it out,
and throw it away. A file whose writer has died is known by its lock, which died with it. Times are seconds
since the epoch by the machine's own clock: files do not follow a platform's.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

State = Literal["writing", "ready", "failed"]

_ID = re.compile(r"[0-9a-f]{32}")
_BROKEN_SECONDS = 60.0
_EMPTY_SECONDS = 3600.0


class About(msgspec.Struct, frozen=True):
    """What is known of a saved file. `owner` and `user` are digests; `until` is when it goes.

    While it is written: `records` read, `seconds_left` of a pause. Once it is ready: `size` in bytes, `etag`.
    Once it has failed: `trouble`, the fields of an `explain.Trouble`.
    """

    id: str
    owner: str
    user: str
    query: str
    kind: str
    name: str
    made_at: float
    until: float
    state: State = "writing"
    records: int = 0
    seconds_left: float | None = None
    ended_at: float = 0.0
    size: int = 0
    etag: str = ""
    trouble: dict[str, str | int | None] = {}


class Shelf:
    """The saved files of one app on this machine. Safe between threads and processes."""

    def __init__(self, app: str, clock: Callable[[], float] = time.time, root: Path | None = None) -> None:
        """`app` tells one app's files from another's. Nothing is made before there is something to keep."""
        self._app = app
        self._clock = clock
        user = _user_id()
        self._root = root or (
            Path(tempfile.gettempdir()) / f"ringback-{user}" / sha256(app.encode()).hexdigest()[:32]
        )

    def digest(self, *names: str) -> str:
        """A name for whose file it is, in place of the name itself."""
        return sha256("\0".join((self._app, *names)).encode()).hexdigest()

    def is_empty(self) -> bool:
        """Is there nothing at all, as most of the time?"""
        return not self._folders()

    @contextmanager
    def writing(self, about: About) -> Iterator[Path]:
        """A new file's folder, held while it is written; what it is written to is `data` in it.

        Raises OSError when there can be none.
        """
        with self._held(about.id) as folder:
            self.note(about)
            yield folder

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for work that nobody asks for by name; it goes at the end, or when the worker has died.

        Raises OSError when there can be none.
        """
        name = new_id()
        try:
            with self._held(name) as folder:
                yield folder
        finally:
            self.remove(name)

    def note(self, about: About) -> bool:
        """Write down what is known now; False when the file has been thrown away meanwhile."""
        folder = self._root / about.id
        draft = folder / f"about.{secrets.token_hex(4)}"
        try:
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(about))
            draft.rename(folder / "about.json")
        except FileNotFoundError:
            return False
        return True

    def find(self, file_id: str) -> About | None:
        """What is known of a file; None when there is none, it has ended, or its writer has died."""
        if not _ID.fullmatch(file_id):
            return None
        about = self._read(self._root / file_id)
        if about is None or about.until <= self._clock() or self._is_orphan(self._root / file_id, about):
            return None
        return about

    def all(self) -> list[About]:
        """Every file that `find` would find."""
        return [about for folder in self._folders() if (about := self.find(folder.name)) is not None]

    def path(self, about: About) -> Path:
        """Where its bytes are."""
        return self._root / about.id / "data"

    def size_of(self, file_id: str) -> int:
        """How many bytes its folder holds now."""
        total = 0
        with suppress(OSError):
            for path in (self._root / file_id).iterdir():
                with suppress(OSError):
                    total += path.stat().st_size
        return total

    def remove(self, file_id: str) -> None:
        """Throw a file away; one that is handed out just now is still read to its end."""
        if _ID.fullmatch(file_id):
            shutil.rmtree(self._root / file_id, ignore_errors=True)

    def sweep(self) -> None:
        """Throw away what has ended, what a dead writer left, and what cannot be told."""
        for folder in self._folders():
            about = self._read(folder)
            if about is None:
                gone = self._age(folder) > _BROKEN_SECONDS and not _is_locked(folder)
            else:
                gone = about.until <= self._clock() or self._is_orphan(folder, about)
            if gone:
                self.remove(folder.name)

    def sweep_all(self) -> None:
        """Sweep the shelves of all apps of this user of the machine: one that made some may never come back.

        A shelf that has long been empty goes too.
        """
        for root in self._roots():
            if root == self._root:
                self.sweep()
                continue
            other = Shelf(self._app, self._clock, root)
            other.sweep()
            if other.is_empty() and other._age(root) > _EMPTY_SECONDS:
                with suppress(OSError):  # not empty any more
                    root.rmdir()

    def are_all_empty(self) -> bool:
        """Is there nothing on any of those shelves?"""
        return all(Shelf(self._app, self._clock, root).is_empty() for root in self._roots())

    def _roots(self) -> list[Path]:
        try:
            if self._root.parent.lstat().st_uid != _user_id():
                return []
            return [path for path in self._root.parent.iterdir() if _ID.fullmatch(path.name)]
        except OSError:
            return []

    @contextmanager
    def _held(self, name: str) -> Iterator[Path]:
        folder = self._made_root() / name
        folder.mkdir(mode=0o700)
        with (folder / "lock").open("wb") as lock:
            if fcntl:
                fcntl.flock(lock, fcntl.LOCK_EX)
            os.close(os.open(folder / "data", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield folder

    def _made_root(self) -> Path:
        """The root, made where it is missing: a folder of ours that nobody else can look into."""
        parent = self._root.parent
        for folder in (parent, self._root):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            status = folder.lstat()
            mine = stat.S_ISDIR(status.st_mode) and status.st_uid == _user_id()
            if not mine or (os.name == "posix" and status.st_mode & 0o077):
                raise PermissionError(f"{folder} is not a folder that this user alone can use")
        return self._root

    def _folders(self) -> list[Path]:
        try:
            if self._root.lstat().st_uid != _user_id():
                return []
            return [path for path in self._root.iterdir() if _ID.fullmatch(path.name)]
        except OSError:
            return []

    def _read(self, folder: Path) -> About | None:
        try:
            return msgspec.json.decode((folder / "about.json").read_bytes(), type=About)
        except (OSError, msgspec.DecodeError):
            return None

    def _is_orphan(self, folder: Path, about: About) -> bool:
        """Is it still said to be written, by nobody?"""
        if about.state != "writing" or _is_locked(folder):
            return False
        again = self._read(folder)  # it may have been finished between the two looks
        return again is None or again.state == "writing"

    def _age(self, folder: Path) -> float:
        try:
            return self._clock() - folder.stat().st_mtime
        except OSError:
            return 0.0


def _user_id() -> int:
    return os.geteuid() if os.name == "posix" else 0


def _is_locked(folder: Path) -> bool:
    """Does a process that lives still hold it? Without locks: has it been noted lately?"""
    if not fcntl:
        return time.time() - folder.stat().st_mtime < _BROKEN_SECONDS if folder.exists() else False
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def new_id() -> str:
    """A name for a file that nobody guesses."""
    return secrets.token_hex(16)
