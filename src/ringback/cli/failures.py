"""How the command line fails: one clear line on standard error, an exit code, never a traceback."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import typer

from ringback.oauth.errors import RingbackError

FAILED = 1
"""The exit code of everything that went wrong; 2 is the command line's own for wrong options."""

# What an extra is needed for, told by the modules it brings.
_EXTRAS = {"web": ("flask", "flask_bootstrap", "waitress"), "platform": ("starlette", "uvicorn", "jinja2")}


class Failure(Exception):
    """Something the user can mend; its text is the one line to show."""


@contextmanager
def one_line() -> Iterator[None]:
    """Turn failures into one line on standard error and exit code 1."""
    try:
        yield
    except (Failure, RingbackError) as error:
        typer.echo(f"ringback: {error}".replace("\n", " "), err=True)
        raise typer.Exit(FAILED) from None


def need_extras(command: str, *extras: str) -> None:
    """Raise Failure when the packages of an extra are not installed."""
    missing = [extra for extra in extras if any(find_spec(module) is None for module in _EXTRAS[extra])]
    if missing:
        raise Failure(
            f"`ringback {command}` needs packages that are not installed: "
            f"pip install 'ringback[{','.join(['cli', *missing])}]'"
        )


def port_failure(error: OSError, port: int, option: str) -> Failure:
    """Why a port cannot be listened on, and which option changes it."""
    if error.errno == errno.EADDRINUSE:
        return Failure(f"Port {port} is in use by another program; stop it, or choose another with {option}")
    if error.errno == errno.EACCES:
        return Failure(f"Port {port} may not be opened by this user; choose one above 1023 with {option}")
    return Failure(f"Port {port} cannot be opened ({error.strerror}); choose another with {option}")
