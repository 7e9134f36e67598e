"""A vault's backup: all logins of an app in one sealed file, taken while the deployment goes on."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ringback.oauth.token_set import token_set_to_dict

from .backup_file import BackupWriter
from .errors import BackupError, SealError
from .keyring import KeyRing
from .logins import Login, Vault
from .store import BROWSER_HOLDER

_PAGE = 100
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(slots=True)
class Exported:
    """What is in a backup: how many logins; `unopened` owners' records do not open, and are not in it."""

    logins: int = 0
    unopened: list[str] = field(default_factory=list)


def export_logins(
    vault: Vault,
    path: str | os.PathLike[str],
    *,
    now: float,
    keyring: KeyRing | None = None,
    told: Callable[[int], None] | None = None,
) -> Exported:
    """Write the backup of the vault's app into a new file, mode 0600, which appears when it is whole.

    It is sealed under the first key of `keyring`, or of the vault's own ring. Each login is in it as it was
    at one moment between the beginning and the end; browser sessions are not. `now` in seconds since the
    epoch, UTC. Raises BackupError when the file is there already or cannot be written, VaultUnavailable.
    """
    exported = Exported()
    manifest = {
        "server": vault.server,
        "clientId": vault.client_id,
        "createdAt": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
    }
    with _new_file(Path(path)) as file:
        writer = BackupWriter(file, keyring or vault.keyring)
        writer.write(manifest)
        for entries in _pages(vault, exported):
            writer.write(entries)
            if told is not None:
                told(exported.logins)
        writer.finish({"logins": exported.logins})
    return exported


def _pages(vault: Vault, exported: Exported) -> Iterator[list[dict[str, Any]]]:
    app = (vault.server, vault.client_id)
    after: str | None = ""
    while after is not None:
        rows = vault.store.list_logins(*app, after=after, limit=_PAGE)
        holders = vault.store.list_holders(*app, [row.key.owner_id for row in rows])
        entries = []
        for row in rows:
            try:
                login = vault.open_row(row)
            except SealError:
                exported.unopened.append(row.key.owner_id)
                continue
            entries.append(_entry(login, row.session_tag, holders.get(row.key.owner_id, ())))
        exported.logins += len(entries)
        yield entries
        after = rows[-1].key.owner_id if len(rows) == _PAGE else None


def _entry(login: Login, session_tag: str, holders: tuple[str, ...]) -> dict[str, Any]:
    return {
        "ownerId": login.key.owner_id,
        "loginId": login.login_id,
        "generation": login.generation,
        "sessionTag": session_tag,
        "tokens": token_set_to_dict(login.tokens),
        "holders": [holder for holder in holders if not holder.startswith(BROWSER_HOLDER)],
    }


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when the block has ended well, and is on disk then."""
    draft = None
    try:
        if path.exists():
            raise FileExistsError
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(draft, path)
    except FileExistsError:
        raise BackupError(f"{path} exists already", remedy="Name a file that does not.") from None
    except OSError as error:
        raise BackupError(
            f"The backup {path} cannot be written ({error.strerror})", remedy="Name another file."
        ) from None
    finally:
        if draft is not None:
            with suppress(FileNotFoundError):
                os.unlink(draft)


def _name(draft: str, path: Path) -> None:
    try:
        os.link(draft, path)  # unlike a rename it never takes the place of a file that is there
    except OSError as error:
        if error.errno not in _NO_LINKS or path.exists():
            raise
        os.rename(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
