"""The two formats that are whole files: XLSX by XlsxWriter and Parquet by DuckDB (extra `archive`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import COLUMNS, Kind, Value, row

if TYPE_CHECKING:
    from ringback.client.calls.joined import JoinedCall

NEEDS = {"xlsx": "xlsxwriter", "parquet": "duckdb"}
_PARQUET: dict[Kind, str] = {
    "text": "VARCHAR",
    "number": "BIGINT",
    "utc": "TIMESTAMPTZ",
    "local": "TIMESTAMP",
}
_LONGEST_CELL = 32_767
"""What a worksheet's cell holds at most."""


def is_missing(kind: str) -> bool:
    """Does a file of this kind need a package that is not installed?"""
    package = NEEDS.get(kind)
    return package is not None and find_spec(package) is None


def write_xlsx(path: Path, calls: Iterable[JoinedCall], zone: tzinfo) -> None:
    """A workbook with one sheet, a row a call. Text is text: nothing in it is a formula or a link.

    Raises OSError for the disk's faults.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            sheet = book.add_worksheet("Calls")
            bold = book.add_format({"bold": True})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(COLUMNS):
                sheet.set_column(place, place, 20 if column.kind in ("utc", "local") else 16)
                sheet.write_string(0, place, column.name, bold)
            for number, call in enumerate(calls, 1):
                for place, value in enumerate(row(call, zone)):
                    _write(sheet, number, place, value, moment)
    except FileCreateError as error:
        raise OSError(str(error)) from None


def write_parquet(path: Path, calls: Iterable[JoinedCall], zone: tzinfo) -> None:
    """A Parquet file, a row a call, with typed columns. Raises OSError for the disk's faults."""
    import duckdb

    lines = path.with_suffix(".jsonl")
    with lines.open("w", encoding="utf-8") as file:
        for call in calls:
            values = zip(COLUMNS, row(call, zone), strict=True)
            file.write(json.dumps({column.name: _plain(value) for column, value in values}) + "\n")
    columns = ", ".join(f"'{column.name}': '{_PARQUET[column.kind]}'" for column in COLUMNS)
    # Constants of this file, and two paths that are bound parameters.
    statement = (
        f"COPY (SELECT * FROM read_json($lines, format='newline_delimited', columns={{{columns}}})) "  # noqa: S608
        "TO $path (FORMAT parquet, COMPRESSION zstd)"
    )
    try:
        with duckdb.connect(":memory:") as database:
            database.execute("SET threads = 1")
            database.execute(statement, {"lines": str(lines), "path": str(path)})
    except duckdb.IOException as error:
        raise OSError(str(error)) from None
    lines.unlink()


def _write(sheet: Any, number: int, place: int, value: Value, moment: Any) -> None:
    if isinstance(value, datetime):
        bare = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(number, place, bare, moment)
    elif isinstance(value, int):
        sheet.write_number(number, place, value)
    elif value:
        sheet.write_string(number, place, value[:_LONGEST_CELL])


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime) else value
