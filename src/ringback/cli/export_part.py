"""What an export has read so far, in a file beside its target: a broken-off export goes on from there.

Lines of JSON: the first says whose records these are, then the records as RingCentral gave them, and after
each page a mark. What stands after the last mark a killed process did not write to its end; it is cut off.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from .failures import Failure

if TYPE_CHECKING:
    from ringback.client.records import CallRecord, Extension

_KIND, _VERSION = "ringback export", 1
_LONGEST_NAME = 200


@dataclass(slots=True)
class Kept:
    """What a part holds. `oldest`: the begin of its last record; `ordered`: they come newest first."""

    options: Mapping[str, Any] = field(default_factory=dict)
    began: datetime | None = None
    begin: datetime | None = None
    people: Sequence[Extension] | None = None
    ids: set[str] = field(default_factory=set)
    oldest: datetime | None = None
    ordered: bool = True
    ended: bool = False

    def add(self, record: CallRecord) -> None:
        """One record more, read after all others."""
        self.ids.add(record.id)
        self.ordered = self.ordered and (self.oldest is None or record.start_time <= self.oldest)
        self.oldest = record.start_time


class Part:
    """The part beside one target, which one process holds at a time. Use it in a `with` block.

    Raises Failure when another process holds it, OSError for the disk's faults.
    """

    def __init__(self, target: Path) -> None:
        name = target.name
        if len(os.fsencode(name)) > _LONGEST_NAME:
            name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
        self.path = target.with_name(f".ringback-{name}.part")
        self.folder = target.with_name(f".ringback-{name}.draft")
        self.kept = Kept()
        self._target = target
        self._file: BinaryIO | None = None

    def __enter__(self) -> Part:
        self._file = self._opened()
        try:
            # Left by a process that was killed while it wrote: what it was made of is in the part.
            shutil.rmtree(self.folder, ignore_errors=True)
            self.kept = self._load()
        except BaseException:
            if not os.fstat(self._file.fileno()).st_size:
                self.path.unlink(missing_ok=True)
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None or not self.kept.ids:
            self.path.unlink(missing_ok=True)
        if self._file is not None:
            self._file.close()

    def start(self, options: Mapping[str, Any], began: datetime, begin: datetime) -> None:
        """Begin anew, with an empty part."""
        self.kept = Kept(options, began, begin)
        self._held.seek(0)
        self._held.truncate()
        times = {"began": began.isoformat(), "begin": begin.isoformat()}
        self._write([_line([_KIND, _VERSION, dict(options), times])])

    def put_people(self, people: Sequence[Extension]) -> None:
        """Keep the account's extensions as well."""
        import msgspec

        self.kept.people = tuple(people)
        self._write([b'["people",' + msgspec.json.encode(self.kept.people) + b"]\n"])

    def put_page(self, records: Sequence[CallRecord]) -> None:
        """Keep a page's records; they are on the disk afterwards."""
        fresh = [record for record in records if record.id not in self.kept.ids]
        self._write([*map(_record_line, fresh), _line(["page", len(fresh)])])
        for record in fresh:
            self.kept.add(record)

    def put_end(self) -> None:
        """The log has no more."""
        self.kept.ended = True
        self._write([_line(["end"])])

    def records(self) -> Iterator[CallRecord]:
        """All records that are kept, in their order."""
        with self.path.open("rb") as file:
            yield from (_record(line) for line in file if line.startswith(b"{"))

    @property
    def _held(self) -> BinaryIO:
        assert self._file is not None, "used outside its with block"
        return self._file

    def _opened(self) -> BinaryIO:
        """The file, locked. It is the one of that name still: whoever held it before may have removed it."""
        while True:
            number = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            file = os.fdopen(number, "r+b")
            try:
                self._lock(number)
                if os.path.samestat(os.fstat(number), os.lstat(self.path)):
                    return file
            except FileNotFoundError:
                pass
            except BaseException:
                file.close()
                raise
            file.close()

    def _lock(self, number: int) -> None:
        import fcntl

        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(
                f"Another export is writing {self._target.name}; wait for it, or name another file"
            ) from None

    def _load(self) -> Kept:
        """What is there up to the last mark; nothing when it is none of ours."""
        kept, waiting, good = Kept(), list[bytes](), 0
        place = 0
        for line in self._held:
            place += len(line)
            if not line.endswith(b"\n"):
                break
            if line.startswith(b"{"):
                waiting.append(line)
            elif not _follow(kept, line, waiting, first=good == 0):
                break
            else:
                waiting, good = [], place
        self._held.seek(good)
        self._held.truncate()
        return kept

    def _write(self, lines: Iterable[bytes]) -> None:
        self._held.writelines(lines)
        self._held.flush()
        os.fsync(self._held.fileno())


def _follow(kept: Kept, line: bytes, waiting: Sequence[bytes], *, first: bool) -> bool:
    """Follow a mark, and the records that stood before it; False when it is damaged."""
    from ringback.client.records.decoding import extension_from
    from ringback.oauth.errors import UnusableAnswer

    try:
        told = json.loads(line)
        if first:
            kind, version, options, times = told
            if (kind, version) != (_KIND, _VERSION) or waiting:
                return False
            kept.options = options
            kept.began = datetime.fromisoformat(times["began"])
            kept.begin = datetime.fromisoformat(times["begin"])
            return True
        match told:
            case ["page", count] if count == len(waiting):
                for record in [_record(one) for one in waiting]:
                    kept.add(record)
            case ["people", people] if not waiting:
                kept.people = tuple(extension_from(json.dumps(one).encode()) for one in people)
            case ["end"] if not waiting:
                kept.ended = True
            case _:
                return False
    except (ValueError, TypeError, KeyError, UnusableAnswer):
        return False
    return True


def _line(told: Sequence[Any]) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _record_line(record: CallRecord) -> bytes:
    text = record.original if record.original is not None else json.dumps(record.to_dict()).encode()
    return text.strip().replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _record(line: bytes) -> CallRecord:
    """A record with its own JSON."""
    from msgspec.structs import force_setattr

    from ringback.client.records.decoding import call_record_from

    record = call_record_from(line)
    force_setattr(record, "original", line.rstrip(b"\n"))
    return record
