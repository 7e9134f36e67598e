"""Commands whose --help has the manual's sections: examples, exit codes, environment, files."""

from __future__ import annotations

import click


class Command(click.Command):
    """A command with the manual's sections in its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(ctx, formatter)


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(ctx, formatter)


def write_sections(ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The sections that the command has something for."""
    from .manual import entry_of

    entry = entry_of(ctx.command_path)
    if entry.examples:
        with formatter.section("Examples"):
            for command, words in entry.examples:
                formatter.write_text(f"\b\n{command}\n    {words}")
    rows = [("Environment", entry.variables()), ("Files", list(entry.files.items()))]
    if entry.examples:
        rows.insert(0, ("Exit codes", entry.exit_codes()))
    for title, told in rows:
        if told:
            with formatter.section(title):
                formatter.write_dl(told)
