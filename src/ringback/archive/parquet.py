"""An archive as Parquet files, by month (UTC): each file is whole at any time, also after kill -9."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ArchiveError
from .schema import COUNTED_BY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLES = (("records", "EXCLUDE (reading)"), ("calls", f"EXCLUDE ({', '.join(COUNTED_BY)})"))
_DRAFT = ".draft"


@contextmanager
def draft_in(folder: Path) -> Iterator[Path]:
    """A new folder within `folder` for what is not whole yet; what an earlier export left is removed."""
    draft = folder / _DRAFT
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_months(database: DuckDBPyConnection, folder: Path, draft: Path) -> None:
    """Write the tables records and calls to `folder`, by way of `draft` on the same disk.

    Raises duckdb.Error and OSError. Files of an earlier export are replaced one by one.
    """
    # A month is one file: its calls come one after the other, and few files are open at once.
    for table, leave_out in _TABLES:
        # Constants of this file; the folder cannot be a bound parameter here, so it is quoted.
        target = str(draft / table).replace("'", "''")
        database.execute(
            f"COPY (SELECT * {leave_out}, strftime(start_time, '%Y-%m') AS month FROM {table} "
            f"ORDER BY start_time) TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month))"
        )
    for table, _ in _TABLES:
        (draft / table).mkdir(exist_ok=True)  # not made for a table without rows
        _replace(draft / table, folder / table)


def refused(error: Exception, folder: Path) -> ArchiveError:
    """What the system or DuckDB says about an export, as one line that says what to do."""
    text = " ".join(str(error).split())[:200]
    return ArchiveError(
        f"The export to {folder} did not come to its end ({text})",
        remedy="Check the folder and its disk, and export again; the archive is as it was.",
    )


def _replace(new: Path, old: Path) -> None:
    """Put the new files in the old ones' places, and remove those that are of no month any more."""
    files = {path.relative_to(new) for path in new.glob("month=*/*.parquet")}
    old.mkdir(exist_ok=True)
    for file in sorted(files):
        (old / file).parent.mkdir(exist_ok=True)
        os.replace(new / file, old / file)
    for path in sorted(old.glob("month=*/*.parquet")):
        if path.relative_to(old) not in files:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
