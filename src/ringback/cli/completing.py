"""What the shell completes beside options and their choices: archives, users, time zones."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem


def archives(incomplete: str) -> list[CompletionItem]:
    """Archives in the folder that is being typed and in the user's data folder; else any file."""
    from .profile import data_folder

    typed = Path(incomplete)
    folder = typed if incomplete.endswith(os.sep) else typed.parent
    near = [str(folder / one.name) if str(folder) != "." else one.name for one in _in(folder)]
    if incomplete.startswith("." + os.sep):
        near = [f".{os.sep}{one}" for one in near]
    usual = [str(one) for one in _in(data_folder(os.environ))]
    found = sorted({one for one in [*near, *usual] if one.startswith(incomplete)})
    return [CompletionItem(incomplete, type="file"), *map(CompletionItem, found)]


def users(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of who is logged in here, at any server."""
    from .failures import Failure
    from .profile import cli_profile

    try:
        known = cli_profile().user_ids()
    except Failure:
        return []
    return [CompletionItem(one) for one in known if one.startswith(incomplete)]


def zones(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Time zones, in any case of letters."""
    from zoneinfo import available_timezones

    start = incomplete.casefold()
    return [CompletionItem(one) for one in sorted(available_timezones()) if one.casefold().startswith(start)]


def _in(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.suffix == ".duckdb"]
    except OSError:
        return []
