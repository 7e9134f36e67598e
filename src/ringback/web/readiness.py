"""May this process be sent requests? The vault answers, the keys open what is in it, it is not stopping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ringback import RingbackError, RingCentral

CHECK_SECONDS = 2.0
"""How long an answer about the vault is waited for."""
KEEP_SECONDS = 1.0
"""For how long what was found counts: probing often costs the vault nothing."""
_LOOKED_AT = 20


class Readiness:
    """Finds out in a thread of its own, one at a time, so that a vault that hangs holds up nobody for long.

    `missing` gives names, "vault" or "keys", of what `check` did not find in order.
    """

    def __init__(
        self, check: Callable[[], str | None], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._check = check
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._running: threading.Event | None = None
        self._began = 0.0
        self._found: str | None = "vault"
        self._found_at = float("-inf")
        self._stopping = False

    def stop(self) -> None:
        """From now on not ready: this process is about to end. Takes no lock: signal handlers call it."""
        self._stopping = True

    def missing(self, seconds: float = CHECK_SECONDS) -> str | None:
        """What is not in order; None when ready. Answers within `seconds`."""
        if self._stopping:
            return "stopping"
        with self._lock:
            if self._monotonic() - self._found_at < KEEP_SECONDS:
                return self._found
            if self._running is None:
                self._running, self._began = threading.Event(), self._monotonic()
                threading.Thread(
                    target=self._find, args=(self._running,), name="ringback-readiness", daemon=True
                ).start()
            running, left = self._running, self._began + seconds - self._monotonic()
        if not running.wait(max(0.0, left)):
            return "vault"
        return self._found

    def _find(self, running: threading.Event) -> None:
        try:
            found = self._check()
        except Exception:
            found = "vault"
        with self._lock:
            self._found, self._found_at, self._running = found, self._monotonic(), None
        running.set()


def look(client: RingCentral) -> str | None:
    """Ask the vault, and open some of its logins: None when both go well, else which does not.

    One login that cannot be opened is damage; when none can, RINGBACK_SECRET_KEYS is another one's.
    """
    try:
        page = client.vault.page(limit=_LOOKED_AT)
    except RingbackError:
        return "vault"
    return "keys" if page.unopened and not page.logins else None
