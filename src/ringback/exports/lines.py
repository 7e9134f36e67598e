"""The two formats that are lines: CSV (RFC 4180, UTF-8), and the platform's own records as JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import msgspec

from .columns import COLUMNS, Value, row

if TYPE_CHECKING:
    from ringback import CallRecord
    from ringback.client.calls.joined import JoinedCall

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_E164 = re.compile(r"\+[0-9]{2,15}", re.ASCII)


def csv_lines(calls: Iterable[JoinedCall], zone: tzinfo) -> Iterator[bytes]:
    """The header, then a line a call as it comes."""
    yield _line([column.name for column in COLUMNS])
    for call in calls:
        yield _line([cell(value) for value in row(call, zone)])


def cell(value: Value) -> str:
    """A value as a CSV cell that no spreadsheet computes.

    An apostrophe stands before what looks like a formula. A bare telephone number in E.164 stays as
    it is: digits alone compute nothing.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, int):
        return str(value)
    text = value.replace("\x00", "")
    if _FORMULA.match(text.lstrip(" ")) and not _E164.fullmatch(text):
        return f"'{text}"
    return text


def json_lines(records: Iterable[CallRecord]) -> Iterator[bytes]:
    """A line a record, each exactly as the platform gave it (its line breaks, if any, as blanks)."""
    for record in records:
        text = record.original
        if text is None:
            text = msgspec.json.encode(record.to_dict())
        yield text.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _line(cells: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode("utf-8")
