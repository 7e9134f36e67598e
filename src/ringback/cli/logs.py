"""Where the commands' log goes: standard error, a line each."""

from __future__ import annotations

import logging

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to_stderr(level: int) -> None:
    """Show Ringback's log from `level` on, and warnings of the libraries under it."""
    logging.basicConfig(format=_FORMAT, level=logging.WARNING)
    logging.getLogger("ringback").setLevel(level)
    # That requests queue for a thread for a moment is no news; that connections are refused is.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
