"""`ringback completion` and `ringback man`: what a shell and `man` want to know of the commands."""

from __future__ import annotations

from pathlib import Path

import click

from .failures import WRONG_OPTION, Failure, one_line
from .helped import Command

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete the commands, their options and values with Tab."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    root = context.find_root().command
    click.echo(found(root, {}, "ringback", "_RINGBACK_COMPLETE").source())


@click.command(cls=Command)
@click.argument("command", nargs=-1)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pages of all commands here instead.",
)
@click.pass_context
def man(context: click.Context, command: tuple[str, ...], folder: Path | None) -> None:
    """Print the manual page of a command, for man to read."""
    from ringback.client.version import VERSION

    from .man_page import contexts_under, name_of, page_of

    command_itself = context.find_root().command
    root = click.Context(command_itself, info_name="ringback", **command_itself.context_settings)
    with one_line():
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                for one in contexts_under(root):
                    (folder / f"{name_of(one)}.1").write_text(page_of(one, version=VERSION), encoding="utf-8")
            except OSError as error:
                raise Failure(f"{folder} cannot be written to ({error.strerror or error})") from None
            return
        wanted = " ".join(["ringback", *command])
        found = next((one for one in contexts_under(root) if one.command_path == wanted), None)
        if found is None:
            raise Failure(f"There is no command {wanted!r}; `ringback --help` lists them", WRONG_OPTION)
        click.echo(page_of(found, version=VERSION), nl=False)
