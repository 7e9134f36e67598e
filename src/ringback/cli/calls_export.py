"""`ringback calls export`: calls of the log or of an archive as a file that is whole or not there."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .calls_list import logged_in, records_of
from .calls_options import Asked
from .failures import BROKEN_OFF, WRONG_OPTION, Failure
from .waiting import tell

if TYPE_CHECKING:
    from ringback.client.calls.joined import JoinedCall

T = TypeVar("T")
_FORMATS = ("csv", "jsonl", "parquet", "xlsx")
_BY_LINE = ("csv", "jsonl")
_MOST_ROWS = 1_048_575
"""What a worksheet holds below its heading."""
_TELL_EVERY_SECONDS = 5.0


def run_export(asked: Asked, output: Path, form: str | None, *, by_month: bool) -> str:
    """Write the file; what was written. Raises Failure, and what the client and the archive do."""
    if by_month:
        return _by_month(asked, output, form)
    to_stdout = str(output) == "-"
    kind = form or output.suffix.lower().removeprefix(".")
    if kind not in _FORMATS:
        raise Failure(f"Say with --format what to write: {', '.join(_FORMATS)}", WRONG_OPTION)
    if to_stdout and kind not in _BY_LINE:
        raise Failure(f"{kind} is a whole file: name one with --output", WRONG_OPTION)
    from ringback.exports.files import is_missing

    if is_missing(kind):
        raise Failure(f"{kind} files need packages that are not installed: pip install 'ringback[archive]'")
    counted = _Counted()
    if to_stdout:
        for line in _lines(asked, kind, counted):
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    else:
        _write(asked, kind, output, counted)
    what = "records" if kind == "jsonl" else "calls"
    return f"{counted.count} {what} written" + ("" if to_stdout else f" to {output}")


class _Counted:
    """Counts what goes by, and says so on standard error every few seconds."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, items: Iterable[T], most: int | None = None) -> Iterator[T]:
        due = time.monotonic() + _TELL_EVERY_SECONDS
        for item in items:
            self.count += 1
            if most is not None and self.count > most:
                raise Failure(f"A worksheet holds {most} calls and there are more; export csv or parquet")
            if time.monotonic() >= due:
                tell(f"{self.count} so far")
                due = time.monotonic() + _TELL_EVERY_SECONDS
            yield item


def _write(asked: Asked, kind: str, output: Path, counted: _Counted) -> None:
    from ringback.exports.files import write_parquet, write_xlsx

    target = output.absolute()
    try:
        with _folder_beside(target) as folder:
            draft = folder / "calls"
            if kind in _BY_LINE:
                with draft.open("wb") as file:
                    file.writelines(_lines(asked, kind, counted))
            else:
                write = write_xlsx if kind == "xlsx" else write_parquet
                with _calls(asked) as calls:
                    most = _MOST_ROWS if kind == "xlsx" else None
                    write(draft, counted.of(calls, most), asked.in_zone)
            os.replace(draft, target)
    except OSError as error:
        raise Failure(
            f"{output} cannot be written ({error.strerror or error}); check its folder and the disk"
        ) from None


def _lines(asked: Asked, kind: str, counted: _Counted) -> Iterator[bytes]:
    from ringback.exports.lines import csv_lines, json_lines

    if kind == "csv":
        with _calls(asked) as calls:
            yield from csv_lines(counted.of(calls), asked.in_zone)
        return
    with records_of(asked, view="Detailed") as records:
        yield from json_lines(counted.of(records))


@contextmanager
def _calls(asked: Asked) -> Iterator[Iterator[JoinedCall]]:
    """One row per call, newest first. An archive's are joined without the account's extensions."""
    from ringback.client.calls.joined import join_calls
    from ringback.client.errors import PermissionMissing

    if asked.archive is not None:
        with records_of(asked) as records:
            yield join_calls(records)
        return
    filters = asked.filters()
    with logged_in(asked) as user:
        try:
            people = list(user.extensions())
        except PermissionMissing:
            people = []
        log = user.calls(asked.scope, on_limit="raise" if asked.no_wait else None, **filters)
        yield log.joined(extensions=people)


def _by_month(asked: Asked, output: Path, form: str | None) -> str:
    """The whole archive as Parquet, partitioned by month."""
    if asked.archive is None or form not in (None, "parquet"):
        raise Failure("--by-month writes an archive as parquet: name one with --archive", WRONG_OPTION)
    if asked.filters() != Asked().filters():
        raise Failure("--by-month writes the whole archive, without filters", WRONG_OPTION)
    from ringback.archive import open_archive

    with open_archive(asked.archive, create=False) as archive:
        archive.export(output)
        totals = archive.totals()
    return f"{totals.records} records and {totals.calls} calls written to {output}"


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    """A folder on the same disk for what is not whole; gone afterwards, after Ctrl-C and SIGTERM too."""
    made: list[str] = []

    def clear_away(*_: object) -> None:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)

    def end(*_: object) -> None:
        clear_away()
        # At once: an exception could be swallowed wherever the signal comes, and nothing else wants an end.
        os._exit(BROKEN_OFF)

    before = [(one, signal.signal(one, end)) for one in (signal.SIGINT, signal.SIGTERM)]
    try:
        made.append(tempfile.mkdtemp(prefix=".ringback-", dir=target.parent))
        yield Path(made[0])
    finally:
        clear_away()
        for number, handler in before:
            signal.signal(number, handler)
