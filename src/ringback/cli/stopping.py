"""Waiting for the end: SIGINT (Ctrl-C), SIGTERM, or a server of ours that ended unasked."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from .failures import Failure

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Make it in the main thread, before anything is started; call `take_over` once everything serves.

    Until then either signal raises KeyboardInterrupt, so that a start that hangs can be broken off. From then
    on the handler only writes to a pipe: it runs in the main thread, between any two steps of it, so it must
    take no lock that the main thread may be holding.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._event = threading.Event()
        self._fault = ""
        for number in _SIGNALS:
            signal.signal(number, signal.default_int_handler)

    def take_over(self) -> None:
        """From now on the signals end `wait`."""
        for number in _SIGNALS:
            signal.signal(number, self._on_signal)

    def fail(self, fault: str) -> None:
        """End `wait` with a Failure that says `fault`; for any thread. The first one counts."""
        self._fault = self._fault or fault
        os.write(self._write, b"!")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        os.write(self._write, b".")

    def wait(self) -> None:
        """Return when it is time to stop; for the main thread. Raises Failure when something has failed."""
        why = os.read(self._read, 1)
        self._event.set()
        if why == b"!":
            raise Failure(self._fault)

    def wait_for(self, seconds: float) -> bool:
        """True when it is time to stop, False after `seconds`; for any other thread."""
        return self._event.wait(seconds)
