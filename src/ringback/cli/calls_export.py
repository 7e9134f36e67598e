"""`ringback calls export`: calls of the log or of an archive as a file that is whole or not there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ringback.oauth.errors import RingbackError

from .breaking_off import breakable
from .calls_options import Asked
from .calls_reading import counted, logged_in, people_of, records_of, span_of
from .export_part import Part
from .export_reading import read_into
from .failures import WRONG_OPTION, Failure
from .progress import Progress, progress_of, tell

if TYPE_CHECKING:
    from ringback.client.calls.joined import JoinedCall
    from ringback.client.records import CallRecord

T = TypeVar("T")
_FORMATS = ("csv", "jsonl", "parquet", "xlsx")
_BY_LINE = ("csv", "jsonl")
_MOST_ROWS = 1_048_575
"""What a worksheet holds below its heading."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: so many of each thing, as `format`, into `file`; `-` is standard output."""

    file: str
    format: str
    counts: Mapping[str, int]

    def __str__(self) -> str:
        counted = " and ".join(f"{count} {what}" for what, count in self.counts.items())
        return f"{counted} written" + ("" if self.file == "-" else f" to {self.file}")

    def to_json(self) -> str:
        """As one line of JSON."""
        return json.dumps({"file": self.file, "format": self.format, **self.counts})


def run_export(asked: Asked, output: Path, form: str | None, *, by_month: bool, anew: bool) -> Written:
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
    progress = progress_of(asked.quiet)
    what = "records" if kind == "jsonl" else "calls"
    count = 0
    if to_stdout:
        with breakable(lambda: f"{progress.view.counted() or 'nothing'} read, the output is not whole"):
            count = _to_stdout(asked, kind, progress)
    else:
        count = _to_file(asked, kind, output, progress, anew=anew)
    return Written(str(output), kind, {what: count})


def _to_stdout(asked: Asked, kind: str, progress: Progress) -> int:
    from ringback.exports.lines import csv_lines, json_lines

    written = _Counted()
    with progress:
        if kind == "csv":
            with _calls(asked, progress) as calls:
                _print(csv_lines(written.of(calls), asked.in_zone))
        else:
            with records_of(asked, progress, view="Detailed") as records:
                _print(json_lines(written.of(records)))
    return written.count


def _print(lines: Iterable[bytes]) -> None:
    for line in lines:
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


class _Counted:
    """Counts what goes by."""

    def __init__(self, each: Callable[[int], None] = lambda count: None) -> None:
        self.count = 0
        self._each = each

    def of(self, items: Iterable[T], most: int | None = None) -> Iterator[T]:
        for item in items:
            self.count += 1
            if most is not None and self.count > most:
                raise Failure(f"A worksheet holds {most} calls and there are more; export csv or parquet")
            self._each(self.count)
            yield item


def _to_file(asked: Asked, kind: str, output: Path, progress: Progress, *, anew: bool) -> int:
    """Read what is missing, then write the file in one go. What was read stays when either breaks off."""
    target = output.absolute()
    if target.is_dir():
        raise Failure(f"{output} is a folder; name a file with --output")
    part = Part(target)

    def kept() -> str:
        count = len(part.kept.ids)
        if not count:
            return "nothing was read, and nothing is kept"
        return f"{count:,} records are kept in {part.path.name}; run the same command again to go on"

    count = 0
    with breakable(kept):
        try:
            with progress, part:
                if asked.archive is None:
                    read_into(part, asked, kind, progress, anew=anew)
                count = _write(part, asked, kind, target, progress)
        except OSError as error:
            _say_kept(part, kept)
            raise Failure(
                f"{output} cannot be written ({error.strerror or error}); check its folder and the disk"
            ) from None
        except (Failure, RingbackError):
            _say_kept(part, kept)
            raise
    return count


def _say_kept(part: Part, kept: Callable[[], str]) -> None:
    if part.kept.ids:
        tell(kept())


def _write(part: Part, asked: Asked, kind: str, target: Path, progress: Progress) -> int:
    """The file, made beside its place and then put there; how many calls or records it has."""
    from ringback.exports.files import write_parquet, write_xlsx
    from ringback.exports.lines import csv_lines, json_lines

    written = _Counted()
    part.folder.mkdir(mode=0o700)
    draft = part.folder / "calls"
    with _records(part, asked, progress) as records:
        if kind == "jsonl":
            with draft.open("wb") as file:
                file.writelines(json_lines(written.of(records)))
        else:
            calls = _joined(part, records)
            if kind == "csv":
                with draft.open("wb") as file:
                    file.writelines(csv_lines(written.of(calls), asked.in_zone))
            else:
                write = write_xlsx if kind == "xlsx" else write_parquet
                most = _MOST_ROWS if kind == "xlsx" else None
                write(draft, written.of(calls, most), asked.in_zone)
    os.replace(draft, target)
    return written.count


@contextmanager
def _records(part: Part, asked: Asked, progress: Progress) -> Iterator[Iterator[CallRecord]]:
    """The records to write: an archive's, or those that were read from the API."""
    if asked.archive is not None:
        with records_of(asked, progress) as records:
            yield records
        return
    whole = max(len(part.kept.ids), 1)
    progress.begin("Writing the file")
    shown = _Counted(lambda count: progress.advanced(count, "records", share=count / whole))
    yield shown.of(part.records())


def _joined(part: Part, records: Iterable[CallRecord]) -> Iterator[JoinedCall]:
    from ringback.client.calls.joined import join_calls

    return join_calls(records, extensions=part.kept.people or ())


@contextmanager
def _calls(asked: Asked, progress: Progress) -> Iterator[Iterator[JoinedCall]]:
    """One row per call, newest first. An archive's are joined without the account's extensions."""
    from ringback.client.calls.joined import join_calls

    if asked.archive is not None:
        with records_of(asked, progress) as records:
            yield join_calls(records)
        return
    filters = asked.filters()
    with logged_in(asked, progress) as (client, user):
        people = people_of(asked, progress, client, user)
        progress.begin(f"Reading {asked.the_log}")
        log = user.calls(asked.scope, view="Detailed", **filters)
        shown = counted(progress, asked, log, span_of(asked, client.clock.now()))
        yield join_calls(shown, extensions=people)


def _by_month(asked: Asked, output: Path, form: str | None) -> Written:
    """The whole archive as Parquet, partitioned by month."""
    if asked.archive is None or form not in (None, "parquet"):
        raise Failure("--by-month writes an archive as parquet: name one with --archive", WRONG_OPTION)
    if asked.filters() != Asked().filters():
        raise Failure("--by-month writes the whole archive, without filters", WRONG_OPTION)
    from ringback.archive import open_archive

    with open_archive(asked.archive, create=False) as archive:
        archive.export(output)
        totals = archive.totals()
    return Written(str(output), "parquet", {"records": totals.records, "calls": totals.calls})
