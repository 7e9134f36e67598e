"""Calls as a file of the browser's: streamed as they are read, or written to disk first and then sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response

from ringback import LoginRequired, RingbackError
from ringback.exports.files import is_missing, write_parquet, write_xlsx
from ringback.exports.lines import csv_lines, json_lines

from . import errors
from .calls_filter import CallsFilter, Matcher
from .context import MOST_EXPORTS, web
from .explain import Trouble, explain
from .readings import Reading
from .saved.shelf import Shelf
from .texts import gettext

if TYPE_CHECKING:
    from ringback import CallRecord
    from ringback.client.calls.joined import JoinedCall

T = TypeVar("T")

PATIENCE_SECONDS = 45.0
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHUNK = 64 * 1024


def as_file(reading: Reading[Any], wanted: CallsFilter, zone: tzinfo, kind: str) -> Response:
    """The file of `kind` (one of TYPES) with the wanted calls.

    It comes whole at once when nothing has to be waited for. Where RingCentral asks for a pause the stream
    waits; one that breaks off then ends unfinished, so that nobody takes it for whole.
    """
    if is_missing(kind):
        return unwritable(kind)
    if not web().exports.acquire(blocking=False):
        return too_many()
    release = once(web().exports.release)
    try:
        response = _written(reading, wanted, zone, kind)
    except BaseException:
        release()
        raise
    response.call_on_close(release)
    return response


def _written(reading: Reading[Any], wanted: CallsFilter, zone: tzinfo, kind: str) -> Response:
    by_line = kind in ("csv", "jsonl")
    finished = reading.settle(PATIENCE_SECONDS, first_page=by_line)
    if reading.error is not None:
        web().readings.forget(reading.key)
        if isinstance(reading.error, LoginRequired) or not isinstance(reading.error, RingbackError):
            raise reading.error
        return errors.page(explain(reading.error))
    body: Iterable[bytes]
    if kind == "csv":
        body = csv_lines(_calls(reading, wanted), zone)
    elif kind == "jsonl":
        body = json_lines(_records(reading, wanted))
    else:
        write = write_xlsx if kind == "xlsx" else write_parquet
        body = _whole(write, web().files.shelf, reading, wanted, zone)
    if finished and kind != "jsonl":
        # All is there: what could go wrong does so before the answer has begun.
        body = [b"".join(body)]
    response = Response(_in_chunks(body), content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name_of(wanted, kind)}"'
    return response


def write_file(
    path: Path, reading: Reading[Any], wanted: CallsFilter, zone: tzinfo, kind: str, each: Callable[[], None]
) -> None:
    """The same file, written to `path`; `each` is called for every call or record, and may raise to end it.

    Raises the reading's error, and OSError for the disk's faults.
    """
    if kind in ("xlsx", "parquet"):
        write = write_xlsx if kind == "xlsx" else write_parquet
        write(path, _counted(_calls(reading, wanted), each), zone)
        return
    if kind == "csv":
        lines = csv_lines(_counted(_calls(reading, wanted), each), zone)
    else:
        lines = json_lines(_counted(_records(reading, wanted), each))
    with path.open("wb") as file:
        file.writelines(lines)


def unwritable(kind: str) -> Response:
    """The packages for a kind of file are not installed (422)."""
    return errors.page(
        Trouble(
            422,
            gettext("%(kind)s files cannot be written here", kind=kind.upper()),
            gettext("The packages for them are not installed where this app runs."),
            gettext("Whoever runs it can add them: pip install 'ringback[archive]'. CSV and JSON need none."),
        )
    )


def too_many() -> Response:
    """Each file holds a thread of the server; enough of them are left for pages."""
    return errors.page(
        Trouble(
            503,
            gettext("Other files are being written"),
            gettext("At most %(most)s files are written at once.", most=MOST_EXPORTS),
            gettext("Try again in a few seconds."),
            retry=True,
            retry_after=5,
        )
    )


def name_of(wanted: CallsFilter, kind: str) -> str:
    """What the file is called: log, days, and whether it has only some of their calls."""
    days = f"{wanted.first}" if wanted.first == wanted.last else f"{wanted.first}-to-{wanted.last}"
    some = "-filtered" if wanted.narrowed() else ""
    what = "call-records" if kind == "jsonl" else "calls"
    return f"{wanted.scope}-{what}-{days}{some}.{kind}"


def _calls(reading: Reading[Any], wanted: CallsFilter) -> Iterator[JoinedCall]:
    matcher: Matcher | None = None
    for call in reading.follow_calls():
        matcher = matcher or Matcher(wanted, reading.people)
        if matcher.wants(call):
            yield call


def _records(reading: Reading[Any], wanted: CallsFilter) -> Iterator[CallRecord]:
    """The log's records in its own order; of a narrowed filter, those of the calls that it lets through."""
    if not wanted.narrowed():
        yield from reading.follow()
        return
    for call in _calls(reading, wanted):
        yield from reversed(call.records)


def _counted(things: Iterable[T], each: Callable[[], None]) -> Iterator[T]:
    for one in things:
        each()
        yield one


def _whole(
    write: Callable[[Path, Iterable[JoinedCall], tzinfo], None],
    shelf: Shelf,
    reading: Reading[Any],
    wanted: CallsFilter,
    zone: tzinfo,
) -> Iterator[bytes]:
    with shelf.scratch() as folder:
        path = folder / "calls"
        write(path, _calls(reading, wanted), zone)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Fewer and larger parts; the first one by itself, so that the answer begins at once."""
    waiting: list[bytes] = []
    size = _CHUNK
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def once(act: Callable[[], None]) -> Callable[[], None]:
    """`act`, done the first time only."""
    left = [act]

    def first_time() -> None:
        if left:
            left.pop()()

    return first_time
