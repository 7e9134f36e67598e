"""Restoring a vault's backup: a new epoch for each login that comes back, and nothing newer is overwritten.

design.md, "Restore". A restored login has a new login id, so that whoever holds an older record of it loses
the compare-and-set; it says that it is restored until it is refreshed. Where the vault has newer tokens of a
user than the backup, they stay. So an import that was killed is run again, and comes to the same end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ringback.oauth.token_set import TokenSet, token_set_from_dict

from .backup_file import read_backup
from .errors import BackupError, SealError
from .keyring import KeyRing
from .logins import Login, Vault
from .store import LoginRow
from .upkeep import Restored


@dataclass(slots=True)
class Imported:
    """What an import came to. `created_at` is when the backup was begun, in ISO 8601, UTC.

    `restored` logins came from the backup; `kept` ones were there already, with these tokens or newer ones;
    `unopened` owners' records in the vault do not open, and stay.
    """

    created_at: str
    logins: int = 0
    restored: int = 0
    kept: int = 0
    unopened: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A login as the backup has it."""

    owner_id: str
    login_id: str
    generation: int
    session_tag: str
    tokens: TokenSet
    holders: tuple[str, ...]


def import_logins(
    vault: Vault,
    path: str | os.PathLike[str],
    *,
    now: float,
    keyring: KeyRing | None = None,
    dry_run: bool = False,
    told: Callable[[int], None] | None = None,
) -> Imported:
    """Put the logins of a backup into the vault, after the whole file has been read and found right.

    It is opened with `keyring`, or with the vault's own ring; what is restored is sealed under that one.
    `dry_run`: only say what would be done. `now` in seconds since the epoch, UTC. Raises BackupError (a file
    that is none, damaged, of a newer version, of another app, sealed under another key), and nothing was
    changed; VaultUnavailable: run it again.
    """
    file, ring = Path(path), keyring or vault.keyring
    for _ in _pages(file, ring, vault):
        pass
    imported = Imported("")
    for created_at, page in _pages(file, ring, vault):
        imported.created_at = created_at
        imported.logins += len(page)
        _restore(vault, page, now, dry_run, imported)
        if told is not None:
            told(imported.logins)
    return imported


def _pages(path: Path, ring: KeyRing, vault: Vault) -> Iterator[tuple[str, list[_Kept]]]:
    """When the backup was begun, and its logins, a page at a time; the last page comes when all was right."""
    try:
        with path.open("rb") as file:
            chunks = read_backup(file, ring)
            (manifest, last) = next(chunks)
            _check_app(manifest, vault)
            count = 0
            for value, last in chunks:
                if last:
                    break
                page = [_kept(entry) for entry in value]
                count += len(page)
                yield manifest["createdAt"], page
            if not last or value["logins"] != count:
                raise _not_understood()
            yield manifest["createdAt"], []
    except OSError as error:
        raise BackupError(
            f"The backup {path} cannot be read ({error.strerror})", remedy="Nothing was changed."
        ) from None
    except (KeyError, TypeError, ValueError):
        raise _not_understood() from None


def _check_app(manifest: dict[str, Any], vault: Vault) -> None:
    theirs, ours = (manifest["server"], manifest["clientId"]), (vault.server, vault.client_id)
    if theirs != ours:
        raise BackupError(
            f"The backup is of app {theirs[1]} at {theirs[0]}; this is app {ours[1]} at {ours[0]}",
            remedy="Nothing was changed. Set RC_SERVER_URL and RC_APP_CLIENT_ID to those of the backup.",
        )


def _kept(entry: dict[str, Any]) -> _Kept:
    return _Kept(
        entry["ownerId"],
        entry["loginId"],
        entry["generation"],
        entry["sessionTag"],
        token_set_from_dict(entry["tokens"]),
        tuple(entry["holders"]),
    )


def _restore(vault: Vault, page: list[_Kept], now: float, dry_run: bool, imported: Imported) -> None:
    """Put a page in. Most often nothing is in the way; what has changed meanwhile is looked at again."""
    waiting = page
    over: dict[str, tuple[str, int]] = {}
    if waiting and not dry_run:
        waiting = _put(vault, waiting, over, now, imported)
    while waiting:
        rows = vault.store.load_logins(vault.server, vault.client_id, [kept.owner_id for kept in waiting])
        older = [kept for kept in waiting if _gives_way(vault, rows.get(kept.owner_id), kept, imported)]
        if dry_run:
            imported.restored += len(older)
            return
        over = {owner_id: (row.login_id, row.generation) for owner_id, row in rows.items()}
        waiting = _put(vault, older, over, now, imported) if older else []


def _put(
    vault: Vault, page: list[_Kept], over: dict[str, tuple[str, int]], now: float, imported: Imported
) -> list[_Kept]:
    """Restore these over what was there; those where something else is there by now."""
    restored = [_as_new(vault, kept, over.get(kept.owner_id), now) for kept in page]
    done = vault.store.restore_logins(restored, now=now)
    imported.restored += sum(done)
    return [kept for kept, ok in zip(page, done, strict=True) if not ok]


def _gives_way(vault: Vault, row: LoginRow | None, kept: _Kept, imported: Imported) -> bool:
    """Is there nothing in the vault, or something older than what the backup has? Else it is noted."""
    try:
        if row is None or _is_older(vault, row, kept):
            return True
    except SealError:
        imported.unopened.append(kept.owner_id)
        return False
    imported.kept += 1
    return False


def _is_older(vault: Vault, row: LoginRow, kept: _Kept) -> bool:
    """Is what the vault has older than what the backup has? Raises SealError when that cannot be told."""
    if row.login_id == kept.login_id:
        return row.generation < kept.generation
    return vault.open_row(row).tokens.issued_at < kept.tokens.issued_at


def _as_new(vault: Vault, kept: _Kept, over: tuple[str, int] | None, now: float) -> Restored:
    login = Login(vault.key(kept.owner_id), os.urandom(16).hex(), 1, kept.tokens, restored_at=now)
    return Restored(vault.seal_row(login, kept.session_tag), over, kept.holders)


def _not_understood() -> BackupError:
    return BackupError(
        "The backup opens, but is not of the form that this Ringback writes", remedy="Nothing was changed."
    )
