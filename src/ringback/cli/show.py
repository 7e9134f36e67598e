"""What the commands print: the ready line, and the users one can try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click


@dataclass(frozen=True, slots=True)
class SeededUser:
    """A made-up user of the local platform, whose password may be shown."""

    name: str
    extension: str
    email: str
    password: str
    admin: bool


def ready(**origins: str | None) -> None:
    """The one line that scripts wait for: `ready web=URL platform=URL`, of those that are served."""
    words = " ".join(f"{name}={url}" for name, url in origins.items() if url)
    click.echo(f"ready {words}")


def kept_in(state_file: Path | None) -> None:
    """Where the platform keeps its state; nothing when it ends with the command."""
    if state_file is not None:
        click.echo(f"State is kept in {state_file} (it holds secrets: mode 0600).")


def users(people: Sequence[SeededUser]) -> None:
    """The users one can log in as, one to a line, in columns that are never cut."""
    click.echo("\nUsers of the local platform (made up), to log in with:\n")
    rows = [("E-mail", "Password", "Ext.", "Name")]
    for one in people:
        name = f"{one.name} (administrator)" if one.admin else one.name
        rows.append((one.email, one.password, one.extension, name))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        columns = [text.ljust(width) for text, width in zip(row[:3], widths, strict=True)]
        click.echo("  " + "  ".join([*columns, row[3]]))
    click.echo("")
