"""Calls as a file of the browser's: streamed as they are read, or written to disk first and then sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flask import Response

from ringback import LoginRequired, RingbackError
from ringback.exports.files import is_missing, write_parquet, write_xlsx
from ringback.exports.lines import csv_lines, json_lines

from . import errors
from .calls_filter import CallsFilter
from .calls_source import CallsSource
from .context import MOST_EXPORTS, web
from .explain import Trouble, explain
from .readings import MOST_ROWS, TooLong
from .saved.shelf import Shelf
from .texts import gettext

if TYPE_CHECKING:
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


def as_file(source: CallsSource, wanted: CallsFilter, zone: tzinfo, kind: str) -> Response:
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
        response = _written(source, wanted, zone, kind)
    except BaseException:
        release()
        raise
    response.call_on_close(release)
    return response


def _written(source: CallsSource, wanted: CallsFilter, zone: tzinfo, kind: str) -> Response:
    by_line = kind in ("csv", "jsonl")
    finished = source.settle(PATIENCE_SECONDS, first_page=by_line)
    if (error := source.error) is not None:
        if isinstance(error, LoginRequired) or not isinstance(error, RingbackError):
            raise error
        return errors.page(explain(error))
    count = source.count()
    if kind == "xlsx" and count is not None and count > MOST_ROWS:
        return errors.page(explain(TooLong("There are more calls than a worksheet holds")))
    body: Iterable[bytes]
    if kind == "csv":
        body = csv_lines(source.calls(), zone)
    elif kind == "jsonl":
        body = json_lines(source.records())
    else:
        write = write_xlsx if kind == "xlsx" else write_parquet
        body = _whole(write, web().files.shelf, source, zone)
    if finished and source.bounded and kind != "jsonl":
        # All is there: what could go wrong does so before the answer has begun.
        body = [b"".join(body)]
    response = Response(_in_chunks(body), content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name_of(wanted, kind)}"'
    return response


def write_file(path: Path, source: CallsSource, zone: tzinfo, kind: str, each: Callable[[], None]) -> None:
    """The same file, written to `path`; `each` is called for every call or record, and may raise to end it.

    Raises what broke the calls off, TooLong, and OSError for the disk's faults.
    """
    if kind in ("xlsx", "parquet"):
        write = write_xlsx if kind == "xlsx" else write_parquet
        most = MOST_ROWS if kind == "xlsx" else None
        write(path, _counted(source.calls(), each, most), zone)
        return
    if kind == "csv":
        lines = csv_lines(_counted(source.calls(), each), zone)
    else:
        lines = json_lines(_counted(source.records(), each))
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


def _counted(things: Iterable[T], each: Callable[[], None], most: int | None = None) -> Iterator[T]:
    for number, one in enumerate(things, 1):
        if most is not None and number > most:
            raise TooLong("There are more calls than a worksheet holds")
        each()
        yield one


def _whole(
    write: Callable[[Path, Iterable[JoinedCall], tzinfo], None],
    shelf: Shelf,
    source: CallsSource,
    zone: tzinfo,
) -> Iterator[bytes]:
    with shelf.scratch() as folder:
        path = folder / "calls"
        write(path, source.calls(), zone)
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
