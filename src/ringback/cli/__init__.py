"""The `ringback` command: thin; it parses, calls and shows."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """The console script's entry. Without the `cli` extra it says what to install and exits with 2."""
    # Until a command has something to tidy up, Ctrl-C ends the process at once and silently.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.stderr.write("ringback: the command line needs its extra: pip install 'ringback[cli]'\n")
        raise SystemExit(2) from None
    run()
