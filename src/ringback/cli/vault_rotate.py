"""`ringback vault rotate-key`: make a key, seal everything under the first one, say which are needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .failures import FAILED, Failure
from .key_file import write_key
from .profile import cli_client, cli_profile
from .progress import tell

if TYPE_CHECKING:
    from ringback.client import RingCentral
    from ringback.vault import Resealed

_TOLD_EVERY = 5_000
_STEPS = (
    "1. Put it last in every process: RINGBACK_SECRET_KEYS=OLD,NEW; restart them all.",
    "2. When all run with it, put it first: RINGBACK_SECRET_KEYS=NEW,OLD; restart them all.",
    "3. With that setting: ringback vault rotate-key.",
    "4. Ten minutes after the last restart run it once more; when it ends with exit code 0, take OLD out.",
)


def run_new_key(file: str, *, as_json: bool) -> None:
    """Make a key: into a new file, or with `-` on standard output, and nowhere else."""
    from ringback.vault import KeyRing, new_key

    key = new_key()
    (key_id,) = KeyRing.from_setting(key).key_ids
    if file == "-":
        click.echo(key)
        for line in (f"This is key {key_id}. It changes nothing until it is used:", *_STEPS):
            click.echo(line, err=True)
        return
    write_key(Path(file), key)
    if as_json:
        click.echo(json.dumps({"keyId": key_id, "file": file}))
        return
    for line in (f"Key {key_id} is in {file}. It changes nothing until it is used:", *_STEPS):
        click.echo(line)


def run_rotate_key(*, dry_run: bool, as_json: bool) -> int:
    """Seal everything under the first key; the exit code. Raises Failure, VaultUnavailable."""
    from ringback.vault import reseal

    with shared_vault() as client:
        found = reseal(client.vault, dry_run=dry_run, told=progress("records looked at"))
    click.echo(json.dumps(found.to_dict()) if as_json else "\n".join(lines(found, dry_run=dry_run)))
    return 0 if found.done else FAILED


@contextmanager
def shared_vault() -> Iterator[RingCentral]:
    """A client whose vault the settings name. Raises Failure for one that ends with its process."""
    with cli_client(cli_profile()) as client:
        if not client.vault.store.describe().shared:
            raise Failure("RINGBACK_VAULT_URL is memory://, a vault that ends with its process; name another")
        yield client


def progress(what: str) -> Callable[[int], None]:
    """Says on standard error how far something is: on a terminal often, else for every 5,000 of it."""
    every = _TOLD_EVERY if not sys.stderr.isatty() else 1_000
    said = 0

    def told(count: int) -> None:
        nonlocal said
        if count >= said + every:
            said = count
            tell(f"{count} {what}")

    return told


def lines(found: Resealed, *, dry_run: bool) -> Iterator[str]:
    """For people: what is under which key, and what may be done now."""
    count = found.logins + found.revocations + found.attempts
    yield (
        f"{count} records ({found.logins} logins, {found.revocations} revocations to send,"
        f" {found.attempts} logins begun), {found.resealed} sealed anew"
    )
    ids = (found.first_key, *found.other_keys)
    for key_id in (*ids, *sorted(set(found.keys) - set(ids))):
        note = {found.first_key: " (the first)"}.get(key_id, "" if key_id in ids else " (not in this ring)")
        yield f"key {key_id}{note}: {found.keys.get(key_id, 0)}"
    for owner_id in found.unopened:
        yield printable(f"user {owner_id}: the record does not open with the keys in RINGBACK_SECRET_KEYS")
    others = ", ".join(found.other_keys)
    if found.left and dry_run:
        yield "Run it without --dry-run to seal them anew"
    elif found.left:
        yield (
            "Something still seals under another key than the first: give every process the same"
            " RINGBACK_SECRET_KEYS, then run this again"
        )
    elif not found.done:
        yield "Records that do not open stay as they are: find their key, or let those users log in again"
    elif others:
        yield (
            f"Nothing in the vault needs key {others}: it may be taken out ten minutes after the last process"
            f" has begun with key {found.first_key} first"
        )


def printable(line: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in line)
