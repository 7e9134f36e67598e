"""Opening an archive: a file that is made whole or not at all, or a schema; refused in one clear line."""

from __future__ import annotations

import errno
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ArchiveError
from .places import PostgresPlace, place_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .archive import Archive
    from .postgres_store import PostgresStore
    from .questions import CallReader
    from .store import ArchiveStore

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    # Nothing is ever fetched from the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
READ_CONFIG = {**CONFIG, "threads": 2, "memory_limit": "256MB", "temp_directory": ""}
"""What many pages at once may take together; without room for more a query fails, and writes no file."""


def open_archive(place: str | os.PathLike[str], *, create: bool = True) -> Archive:
    """The archive in a file, or at `postgresql://…?schema=NAME`. Close it, or use it in a `with` block.

    Raises ArchiveError when file or schema is something else, when a file is in use by another process, when
    it is not there (`create` False), when a server refuses or cannot be reached, and when the packages of the
    extra `archive` or `postgres` are not installed.
    """
    from .archive import Archive

    return Archive(_store_at(place, create=create))


def _store_at(place: str | os.PathLike[str], *, create: bool) -> ArchiveStore:
    found = place_of(place)
    if isinstance(found, PostgresPlace):
        return _postgres_store(found, create=create)
    need_duckdb()
    from .duckdb_file import DuckFile
    from .duckdb_store import DuckStore

    make_or_find(found, create=create)
    return DuckStore(DuckFile(found))


def _postgres_store(place: PostgresPlace, *, create: bool) -> PostgresStore:
    try:
        from .postgres_store import PostgresStore
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("ringback"):
            raise
        raise ArchiveError(
            "An archive on PostgreSQL needs packages that are not installed",
            remedy="pip install 'ringback[archive,postgres]'",
        ) from None
    return PostgresStore(place, create=create)


def open_reader(place: str | os.PathLike[str]) -> CallReader:
    """What reads the calls of an archive while others sync it. Raises ArchiveError as `open_archive` does."""
    found = place_of(place)
    if isinstance(found, PostgresPlace):
        store = _postgres_store(found, create=False)
        from .postgres_reader import PostgresReader

        return PostgresReader(store)
    need_duckdb()
    from .duckdb_file import DuckFile
    from .duckdb_reader import DuckReader

    make_or_find(found, create=False)
    return DuckReader(DuckFile(found))


def need_duckdb() -> None:
    """Raises ArchiveError where the package is not installed."""
    if find_spec("duckdb") is None:
        raise ArchiveError(
            "The archive needs a package that is not installed", remedy="pip install 'ringback[archive]'"
        )


def make_or_find(path: Path, *, create: bool) -> None:
    """See that there is an archive in this file; with `create` make one where there is no file.

    Raises ArchiveError when there is none, and when the file is something else.
    """
    import duckdb

    from .duckdb_file import DuckFile

    try:
        if not path.exists():
            if not create:
                raise ArchiveError(f"There is no archive {path}", remedy="`ringback calls sync` makes one.")
            _make(path)
    except (duckdb.Error, OSError) as error:
        raise trouble(error, path) from None
    with DuckFile(path).reading(any_version=True):
        pass


def trouble(error: Exception, path: Path) -> ArchiveError:
    """What DuckDB or the system says about the file, as one line that says what to do."""
    text = " ".join(str(error).split())
    if "not a valid DuckDB database" in text:
        return ArchiveError(
            f"{path} is not a call archive", remedy="Name another file, or move this one away and sync anew."
        )
    full = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), os.strerror(errno.EFBIG))
    if any(words in text for words in full):
        return ArchiveError(
            f"The disk of the archive {path} has no room for more",
            remedy="Make room and start again: what was stored before is whole.",
        )
    return ArchiveError(
        f"The archive {path} cannot be used ({text[:200]})", remedy="Check the file, its folder and its disk."
    )


def _make(path: Path) -> None:
    """Make the tables in a file beside it and rename that, so that a crash leaves no half archive."""
    import duckdb

    from .schema import TABLES, VERSION

    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with duckdb.connect(str(draft), config=CONFIG) as made:
            for statement in TABLES:
                made.execute(statement)
            made.execute("INSERT INTO about VALUES ('version', ?)", [VERSION])
            made.execute("CHECKPOINT")
        draft.chmod(0o600)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def version_of(connection: DuckDBPyConnection) -> str | None:
    """The version of the archive in an open database; None when it is something else."""
    import duckdb

    try:
        found = connection.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
    except duckdb.CatalogException:
        return None
    return None if found is None else str(found[0])


def checked(connection: DuckDBPyConnection, path: Path, *, any_version: bool) -> None:
    """Raises ArchiveError unless it is an archive of this version, or of an earlier one (`any_version`)."""
    from .schema import EARLIER, VERSION

    found = version_of(connection)
    if found is None:
        raise ArchiveError(f"{path} is a database, but not a call archive", remedy="Name another file.")
    if found in EARLIER and not any_version:
        raise ArchiveError(
            f"The archive {path} was made by an earlier Ringback (version {found} of {VERSION})",
            remedy="Run `ringback calls sync` once: it brings the archive up to date.",
        )
    if found != VERSION and found not in EARLIER:
        raise ArchiveError(
            f"The archive {path} has version {found}, and this Ringback reads version {VERSION}",
            remedy="Use the Ringback that made it, or sync into a new file.",
        )
