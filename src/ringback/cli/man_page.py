"""Manual pages (man 7), made from the commands themselves and the manual's sections."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence

import click

from .manual import entry_of


def page_of(context: click.Context, *, version: str) -> str:
    """The page of the command that `context` is of."""
    return "\n".join(_lines(context, version)) + "\n"


def contexts_under(context: click.Context) -> Iterator[click.Context]:
    """The command's own context, and those of all commands under it."""
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            under = command.get_command(context, name)
            if under is not None and not under.hidden:
                yield from contexts_under(click.Context(under, parent=context, info_name=name))


def name_of(context: click.Context) -> str:
    """A page's name: `ringback-calls-export`."""
    return context.command_path.replace(" ", "-")


def _lines(context: click.Context, version: str) -> Iterator[str]:
    command, entry = context.command, entry_of(context.command_path)
    text = inspect.cleandoc(command.help or "")
    summary, _, _ = text.partition("\n\n")
    short = " ".join(summary.split()).partition(". ")[0].rstrip(".:")
    yield f'.TH "{_escaped(name_of(context).upper())}" 1 "" "ringback {version}" "Ringback"'
    yield from (".SH NAME", f"{_escaped(name_of(context))} \\- {_escaped(short)}")
    pieces = " ".join(command.collect_usage_pieces(context))
    yield from (".SH SYNOPSIS", f"\\fB{_escaped(context.command_path)}\\fR {_escaped(pieces)}")
    yield ".SH DESCRIPTION"
    yield from _paragraphs(text)
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    yield from _section("OPTIONS", [row for one in options if (row := one.get_help_record(context))])
    if isinstance(command, click.Group):
        yield from _section("COMMANDS", [*_commands(context, command)])
    if entry.examples:
        yield ".SH EXAMPLES"
        for line, words in entry.examples:
            yield from (".TP", f"\\fB{_escaped(line)}\\fR", _escaped(words))
        yield from _section("EXIT STATUS", entry.exit_codes())
    yield from _section("ENVIRONMENT", entry.variables())
    yield from _section("FILES", list(entry.files.items()))
    others = [_see(one) for one in _related(context)]
    if others:
        yield from (".SH SEE ALSO", ",\n".join(others))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield f".SH {title}"
        for name, words in rows:
            yield from (".TP", f"\\fB{_escaped(name)}\\fR", _escaped(words) or "\\&")


def _commands(context: click.Context, group: click.Group) -> Iterator[tuple[str, str]]:
    for name in group.list_commands(context):
        under = group.get_command(context, name)
        if under is not None and not under.hidden:
            yield name, under.get_short_help_str(200)


def _related(context: click.Context) -> Iterator[str]:
    if context.parent is not None:
        yield name_of(context.parent)
    if isinstance(context.command, click.Group):
        yield from (f"{name_of(context)}-{name}" for name in context.command.list_commands(context))


def _see(name: str) -> str:
    return f"\\fB{_escaped(name)}\\fR(1)"


def _escaped(text: str) -> str:
    """Text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    text = text.replace("'", "\\(aq").replace("`", "\\(ga").replace('"', "\\(dq").replace("…", "...")
    return f"\\&{text}" if text.startswith(".") else text
