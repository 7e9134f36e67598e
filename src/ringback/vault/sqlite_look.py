"""Looking at a file before it is used as a vault: nothing of another program's is changed, nor its mode."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from urllib.parse import quote

from ringback.oauth.errors import ConfigurationError

from .sqlite_schema import APPLICATION_ID, STEPS, VERSION

_SMALLEST_DATABASE = 512
_COMPANIONS = ("", "-wal", "-shm")


def uri(path: Path, options: str) -> str:
    """The file as SQLite's URI (sqlite.org/uri.html), whatever characters are in its path."""
    return f"file://{quote(os.fsencode(path))}?{options}"


def look(path: Path, busy_seconds: float) -> None:
    """Read the file through SQLite, and change nothing: it must be empty, or a vault of a known version.

    It is never opened without SQLite: to close a descriptor of a file that SQLite has open in this process
    would let go of SQLite's own locks on it. Raises ConfigurationError, OSError, sqlite3.Error.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"RINGBACK_VAULT_URL: {path} cannot be opened (it is not a file)")
    if status.st_size == 0:
        return
    if status.st_size < _SMALLEST_DATABASE:
        raise _not_a_vault(path)
    # Without a log all is in the file itself, and `immutable` leaves no new companions beside it.
    options = "mode=ro" if _has_log(path) else "mode=ro&immutable=1"
    connection = sqlite3.connect(uri(path, options), uri=True, timeout=busy_seconds, isolation_level=None)
    try:
        version_of(connection, path)
    finally:
        connection.close()


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the vault in this database: this Ringback's own or an older one; 0: it is empty.

    Raises ConfigurationError for any other, sqlite3.Error when it cannot be read.
    """
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application == APPLICATION_ID and (version == VERSION or version in STEPS):
            return int(version)
        filled = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise _not_a_vault(path) from None
        raise
    if application == APPLICATION_ID:
        raise ConfigurationError(
            f"RINGBACK_VAULT_URL: {path} is a vault of version {version}; this Ringback knows {VERSION}",
            remedy="Upgrade Ringback, or name another file.",
        )
    if application or version or filled:
        raise _not_a_vault(path)
    return 0


def close_to_others(path: Path) -> None:
    """Take away what others may do with the file and its companions. Raises OSError."""
    for suffix in _COMPANIONS:
        file = f"{path}{suffix}"
        try:
            if os.stat(file).st_mode & 0o077:
                os.chmod(file, 0o600)
        except FileNotFoundError:
            continue


def _has_log(path: Path) -> bool:
    try:
        return os.stat(f"{os.path.realpath(path)}-wal").st_size > 0
    except FileNotFoundError:
        return False


def _not_a_vault(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"RINGBACK_VAULT_URL: {path} belongs to another program, or is damaged: it is not a Ringback vault",
        remedy="Name another file.",
    )
