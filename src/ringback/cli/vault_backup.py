"""`ringback vault export` and `import`: a sealed backup of an app's logins, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .failures import FAILED, Failure
from .vault_rotate import printable, progress, shared_vault

if TYPE_CHECKING:
    from ringback.vault import KeyRing

_UNOPENED = "the record does not open with the keys in RINGBACK_SECRET_KEYS"


def run_export(output: Path, key_file: Path | None, *, as_json: bool) -> int:
    """Write the backup; the exit code. Raises Failure, BackupError, VaultUnavailable."""
    from ringback.vault import export_logins

    own = _key_in(key_file)
    with shared_vault() as client:
        ring = own or client.vault.keyring
        done = export_logins(
            client.vault, output, now=client.clock.now(), keyring=ring, told=progress("logins written")
        )
    key_id = ring.key_ids[0]
    if as_json:
        told = {"file": str(output), "logins": done.logins, "keyId": key_id, "unopened": done.unopened}
        click.echo(json.dumps(told))
    else:
        click.echo(printable(f"{output}: {done.logins} logins, sealed under key {key_id}"))
        for owner_id in done.unopened:
            click.echo(printable(f"user {owner_id}: {_UNOPENED}; it is not in the backup"))
    return FAILED if done.unopened else 0


def run_import(file: Path, key_file: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Restore the backup, or say what that would do; the exit code. Raises what `run_export` does."""
    from ringback.vault import import_logins

    own = _key_in(key_file)
    with shared_vault() as client:
        done = import_logins(
            client.vault,
            file,
            now=client.clock.now(),
            keyring=own,
            dry_run=dry_run,
            told=progress("logins seen to"),
        )
    if as_json:
        told = {
            "file": str(file),
            "createdAt": done.created_at,
            "logins": done.logins,
            "restored": done.restored,
            "kept": done.kept,
            "unopened": done.unopened,
            "dryRun": dry_run,
        }
        click.echo(json.dumps(told))
        return FAILED if done.unopened else 0
    what = "would be restored" if dry_run else "restored"
    click.echo(
        f"{done.logins} logins in the backup of {done.created_at}: {done.restored} {what}, {done.kept} kept"
        " as the vault has them (the same, or newer)"
    )
    for owner_id in done.unopened:
        click.echo(printable(f"user {owner_id}: {_UNOPENED}; it stays as it is"))
    return FAILED if done.unopened else 0


def _key_in(file: Path | None) -> KeyRing | None:
    """The backup's own key, if it has one. Raises Failure when the file holds none."""
    from ringback.oauth.errors import ConfigurationError
    from ringback.vault import KeyRing

    if file is None:
        return None
    try:
        return KeyRing.from_setting(file.read_text(encoding="ascii"))
    except OSError as error:
        raise Failure(f"The key file {file} cannot be read ({error.strerror})") from None
    except (ConfigurationError, UnicodeDecodeError):
        raise Failure(
            f"{file} holds no key; make one with `ringback vault rotate-key --new-key FILE`"
        ) from None
