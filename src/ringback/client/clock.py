"""The clock that tokens live by: the system's, or the local platform's (RINGBACK_CLOCK_URL)."""

from __future__ import annotations

import json
import math
import threading
import time
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote, urlsplit

from ringback.oauth.errors import ConfigurationError

from .messages import HttpAnswer, HttpRequest
from .server_url import LOOPBACK_HOSTS
from .transports.transport import HttpTransport

CLOCK_PATH = "/_local/clock"
_SECONDS = 2.0
_LONGEST_WAIT = 30.0
_PAUSE = 0.05


class Clock(Protocol):
    """Tells the time in seconds since the epoch, UTC."""

    def now(self) -> float:
        """The time."""

    def wait_until(self, moment: float, seconds: float) -> bool:
        """Wait until it says `moment`, at most `seconds` of the process's own time; whether it does now."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()

    def wait_until(self, moment: float, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (left := moment - time.time()) > 0:
            allowed = until - time.monotonic()
            if allowed <= 0:
                return False
            time.sleep(min(left, allowed))
        return True


class PlatformClock:
    """The local platform's clock, which tests move. Asked each time; between answers its offset is kept."""

    def __init__(self, url: str) -> None:
        """`url` is the platform's base URL or its /_local/clock; loopback only.

        Raises ConfigurationError for any other host.
        """
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme != "http" or parts.hostname not in LOOPBACK_HOSTS:
            raise ConfigurationError(
                "RINGBACK_CLOCK_URL must be an http URL of this machine (localhost)",
                remedy="Unset it, except beside a local platform.",
            )
        base = f"{parts.scheme}://{parts.netloc}"
        self._target = (parts.path.removesuffix(CLOCK_PATH).rstrip("/")) + CLOCK_PATH
        self._transport = HttpTransport(base, max_body_bytes=4096)
        self._offset = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        told = self._ask(self._target, _SECONDS)
        return time.time() + self._offset if told is None else told

    def wait_until(self, moment: float, seconds: float) -> bool:
        """The platform answers when its clock says so; whoever asks is waiting, for a clock that jumps."""
        until = time.monotonic() + seconds
        # Upwards to the milliseconds that the platform tells the time in.
        text = datetime.fromtimestamp(math.ceil(moment * 1000) / 1000, UTC).isoformat(timespec="milliseconds")
        target = f"{self._target}/wait?until={quote(text)}"
        while (left := until - time.monotonic()) > 0:
            told = self._ask(target, min(left, _LONGEST_WAIT))
            if (self.now() if told is None else told) >= moment:
                return True
            time.sleep(min(max(until - time.monotonic(), 0.0), _PAUSE))
        return False

    def _ask(self, target: str, seconds: float) -> float | None:
        answer = self._transport.send(HttpRequest("GET", target), seconds=seconds)
        if not isinstance(answer, HttpAnswer) or answer.status != 200:
            return None
        try:
            told = datetime.fromisoformat(json.loads(answer.body)["now"]).timestamp()
        except (ValueError, KeyError, TypeError):
            return None
        with self._lock:
            self._offset = told - time.time()
        return told


def clock_from_setting(url: str | None) -> Clock:
    """The clock RINGBACK_CLOCK_URL names; the system's when it is not set."""
    return PlatformClock(url) if url else SystemClock()
