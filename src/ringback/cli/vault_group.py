"""`ringback vault …`: the commands for all logins of an app; what each takes, and what it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .failures import one_line
from .helped import Group

_key_file = click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The backup's own key, as `rotate-key --new-key` makes one; default RINGBACK_SECRET_KEYS.",
)


@click.group(cls=Group)
def vault() -> None:
    """What concerns all logins of the app: RINGBACK_VAULT_URL, RINGBACK_SECRET_KEYS."""


@vault.command("list")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["user", "expiry", "holders"]),
    default="user",
    show_default=True,
    help="By user ID; what ends first; what is held by the fewest.",
)
@click.option(
    "--user", "user_ids", multiple=True, metavar="ID", help="Only this user; several times if need be."
)
@click.option(
    "--expires-within",
    "days",
    type=click.FloatRange(0),
    metavar="DAYS",
    help="Only logins that end within so many days unless they are used.",
)
@click.option("--unopened", is_flag=True, help="Only records that do not open.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a login.")
def list_logins(as_json: bool, **told: Any) -> None:
    """The app's logins: whose, until when, how many hold each. No token is shown."""
    from .vault_list import Wanted, run_vault_list

    with one_line():
        code = run_vault_list(Wanted(**told), as_json=as_json)
    raise click.exceptions.Exit(code)


@vault.command("keep-alive")
@click.option("--once", is_flag=True, help="One round, for cron; else one after the other until Ctrl-C.")
@click.option(
    "--pace",
    type=click.FloatRange(0, 600, min_open=True),
    default=5.0,
    show_default=True,
    help="Refreshes a minute, of all that RingCentral allows the app.",
)
@click.option(
    "--every",
    type=click.IntRange(1, 1440),
    default=60,
    show_default=True,
    metavar="MINUTES",
    help="From the end of a round to the next.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each round as one line of JSON.")
def keep_alive(once: bool, pace: float, every: int, as_json: bool) -> None:
    """Refresh logins that nobody uses, when under a quarter of their refresh token's life is left."""
    from .vault_command import run_keep_alive

    with one_line():
        code = run_keep_alive(once=once, pace=pace, every=every, as_json=as_json)
    raise click.exceptions.Exit(code)


@vault.command("rotate-key")
@click.option(
    "--new-key",
    "new_key",
    metavar="FILE",
    help="Make a key in a new file (mode 0600; - prints it), and say what to do with it.",
)
@click.option("--dry-run", is_flag=True, help="Only say how many records are under which key.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def rotate_key(new_key: str | None, dry_run: bool, as_json: bool) -> None:
    """Seal every record under the first key in RINGBACK_SECRET_KEYS, while the deployment goes on.

    Keys are told by their ids.
    """
    from .vault_rotate import run_new_key, run_rotate_key

    with one_line():
        if new_key is not None:
            run_new_key(new_key, as_json=as_json)
            return
        code = run_rotate_key(dry_run=dry_run, as_json=as_json)
    raise click.exceptions.Exit(code)


@vault.command("export")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A new file, mode 0600; it appears when it is whole.",
)
@_key_file
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def export_logins(output: Path, key_file: Path | None, as_json: bool) -> None:
    """Write all logins of the app into one sealed file, while the deployment goes on."""
    from .vault_backup import run_export

    with one_line():
        code = run_export(output, key_file, as_json=as_json)
    raise click.exceptions.Exit(code)


@vault.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_key_file
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def import_logins(file: Path, key_file: Path | None, dry_run: bool, as_json: bool) -> None:
    """Put the logins of a backup into the vault; where it has newer ones of a user, they stay.

    The whole file is read first: one that is not right changes nothing.
    """
    from .vault_backup import run_import

    with one_line():
        code = run_import(file, key_file, dry_run=dry_run, as_json=as_json)
    raise click.exceptions.Exit(code)
