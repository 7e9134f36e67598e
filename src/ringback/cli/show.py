"""What the commands print: the ready line, and the users one can try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import typer


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
    typer.echo(f"ready {words}")


def users(people: Sequence[SeededUser]) -> None:
    """The users one can log in as, one to a line, in columns that are never cut."""
    typer.echo("\nUsers of the local platform (made up), to log in with:\n")
    rows = [("E-mail", "Password", "Ext.", "Name")]
    for one in people:
        name = f"{one.name} (administrator)" if one.admin else one.name
        rows.append((one.email, one.password, one.extension, name))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        columns = [text.ljust(width) for text, width in zip(row[:3], widths, strict=True)]
        typer.echo("  " + "  ".join([*columns, row[3]]))
    typer.echo("")
