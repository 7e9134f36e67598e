"""Opening an archive: a file that is made whole or not at all, or a schema; refused in one clear line."""

from __future__ import annotations

import errno
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ArchiveError, ArchiveInUse
from .places import PostgresPlace, place_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .archive import Archive
    from .store import ArchiveStore

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    # Nothing is ever fetched from the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


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
        try:
            from .postgres_store import PostgresStore
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("ringback"):
                raise
            raise ArchiveError(
                "An archive on PostgreSQL needs packages that are not installed",
                remedy="pip install 'ringback[archive,postgres]'",
            ) from None
        return PostgresStore(found, create=create)
    from .duckdb_store import DuckStore

    return DuckStore(connect(found, create=create), found)


def need_duckdb() -> None:
    """Raises ArchiveError where the package is not installed."""
    if find_spec("duckdb") is None:
        raise ArchiveError(
            "The archive needs a package that is not installed", remedy="pip install 'ringback[archive]'"
        )


def connect(path: Path, *, create: bool) -> DuckDBPyConnection:
    """A connection to an archive's file of this version."""
    need_duckdb()
    import duckdb

    try:
        if not path.exists():
            if not create:
                raise ArchiveError(f"There is no archive {path}", remedy="`ringback calls sync` makes one.")
            _make(path)
        connection = duckdb.connect(str(path), config=CONFIG)
        try:
            _check(connection, path)
            connection.execute("SET TimeZone = 'UTC'")
        except BaseException:
            connection.close()
            raise
    except (duckdb.Error, OSError) as error:
        raise trouble(error, path) from None
    return connection


def trouble(error: Exception, path: Path) -> ArchiveError:
    """What DuckDB or the system says about the file, as one line that says what to do."""
    text = " ".join(str(error).split())
    if "Could not set lock" in text or "being used by another process" in text:
        return ArchiveInUse(
            f"The archive {path} is in use by another process",
            remedy="Wait for it to end, or stop it: an archive has one user at a time.",
        )
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


def _check(connection: DuckDBPyConnection, path: Path) -> None:
    import duckdb

    from .schema import VERSION

    try:
        found = connection.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
    except duckdb.CatalogException:
        found = None
    if found is None:
        raise ArchiveError(f"{path} is a database, but not a call archive", remedy="Name another file.")
    if found[0] != VERSION:
        raise ArchiveError(
            f"The archive {path} has version {found[0]}, and this Ringback reads version {VERSION}",
            remedy="Use the Ringback that made it, or sync into a new file.",
        )
