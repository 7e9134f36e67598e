"""Waiting for Ctrl-C: SIGINT and SIGTERM wake the main thread, and everything is stopped in turn."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType


class Stopping:
    """Comes about by SIGINT (Ctrl-C) or SIGTERM. Make it in the main thread, before anything is started.

    The handler only writes to a pipe: it runs in the main thread, between any two steps of it, so it must
    take no lock that the main thread may be holding.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        os.write(self._write, b".")

    def wait(self) -> None:
        """Return when it is time to stop; for the main thread."""
        os.read(self._read, 1)
        self._event.set()

    def wait_for(self, seconds: float) -> bool:
        """True when it is time to stop, False after `seconds`; for any other thread."""
        return self._event.wait(seconds)
