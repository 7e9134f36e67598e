"""How the command line fails: one clear line on standard error, an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import click

FAILED = 1
"""The exit code of everything else that went wrong."""

WRONG_OPTION = 2
"""The exit code of a value that no option takes, as of an option that does not exist."""

LOGIN_REQUIRED = 3
"""The exit code when the user must log in first."""

LIMITED = 4
"""The exit code when RingCentral asks for a pause."""

BROKEN_OFF = 130
"""The exit code of what Ctrl-C broke off, as shells give it: 128 and the signal's number."""

EXIT_CODES = {
    0: "done",
    FAILED: "it failed; standard error says why in one line",
    WRONG_OPTION: "wrong options",
    LOGIN_REQUIRED: "a login is required first",
    LIMITED: "RingCentral asks for a pause (rate limit)",
    BROKEN_OFF: "broken off with Ctrl-C",
}
"""All exit codes; a command's manual says where one means more."""

# What an extra is needed for, told by the modules it brings.
_EXTRAS = {
    "web": ("flask", "flask_bootstrap", "waitress"),
    "platform": ("starlette", "uvicorn", "jinja2"),
    "production": ("gunicorn",),
}


_OUTPUT_REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EPIPE, errno.EBADF, errno.EIO)


class Failure(Exception):
    """Something the user can mend; its text is the one line to show, `code` the exit code."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def one_line() -> Iterator[None]:
    """Turn failures into one line on standard error and an exit code; a start broken off, into 130 alone."""
    try:
        _need_working_directory()
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(BROKEN_OFF) from None
    except Failure as failure:
        say_failure(str(failure))
        raise click.exceptions.Exit(failure.code) from None
    except _of_the_library() as error:
        say_failure(str(error))
        raise click.exceptions.Exit(code_of(error)) from None


def _of_the_library() -> type[Exception]:
    """What the client raises; imported when something is raised, since `platform` does without the client."""
    from ringback.oauth.errors import RingbackError

    return RingbackError


def code_of(error: Exception) -> int:
    """A Failure's own; else 3 when a login is what is missing, 4 when a pause is, else 1."""
    from ringback.client.errors import LoginRequired, RateLimited

    if isinstance(error, Failure):
        return error.code
    if isinstance(error, LoginRequired):
        return LOGIN_REQUIRED
    return LIMITED if isinstance(error, RateLimited) else FAILED


def say_failure(text: str) -> None:
    """One line on standard error, whatever `text` holds."""
    click.echo(f"ringback: {text}".replace("\n", " "), err=True)


def system_failure(error: OSError) -> str:
    """What the system refused: mostly to take our output, say because a disk is full."""
    try:
        if sys.stdout is not None:  # None: closed before we were started
            sys.stdout.flush()
    except OSError:
        # What is left in the buffer would be refused once more at exit, with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.filename is None and error.errno in _OUTPUT_REFUSED:
        return f"Standard output cannot be written to ({error.strerror})"
    return f"The system refused something ({error})"


def _need_working_directory() -> None:
    try:
        os.getcwd()
    except OSError:
        raise Failure("The working directory is gone; change to one that exists, and start again") from None


def need_extras(command: str, *extras: str) -> None:
    """Raise Failure when the packages of an extra are not installed."""
    missing = [extra for extra in extras if any(find_spec(module) is None for module in _EXTRAS[extra])]
    if missing:
        raise Failure(
            f"`ringback {command}` needs packages that are not installed: "
            f"pip install 'ringback[{','.join(['cli', *missing])}]'"
        )


def host_failure(host: str) -> Failure:
    """What was given to --host cannot be listened on."""
    return Failure(f"--host {host!r} is not an address of this machine; try 0.0.0.0 for all of its own")


def port_failure(error: OSError, port: int, option: str) -> Failure:
    """Why a port cannot be listened on, and which option changes it."""
    if error.errno == errno.EADDRINUSE:
        return Failure(f"Port {port} is in use by another program; stop it, or choose another with {option}")
    if error.errno == errno.EACCES:
        return Failure(f"Port {port} may not be opened by this user; choose one above 1023 with {option}")
    return Failure(f"Port {port} cannot be opened ({error.strerror}); choose another with {option}")
