"""The `ringback` command: thin; it parses, calls and shows."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script's entry. Without the `cli` extra it says what to install and exits with 2."""
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name != "typer":
            raise
        sys.stderr.write("ringback: the command line needs its extra: pip install 'ringback[cli]'\n")
        raise SystemExit(2) from None
    run()
