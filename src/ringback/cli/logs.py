"""Where the commands' log goes: standard error, a line each."""

from __future__ import annotations

import logging

from ringback.production.log_lines import lines


def log_to_stderr(level: int, log_format: str = "text") -> None:
    """Show Ringback's log from `level` on, and warnings of the libraries under it, as `text` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(lines(log_format))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("ringback").setLevel(level)
    # That requests queue for a thread for a moment is no news; that connections are refused is.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
