"""The clock that tokens live by: the system's, or the local platform's (RINGBACK_CLOCK_URL)."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from ringback.oauth.errors import ConfigurationError

from .messages import HttpAnswer, HttpRequest
from .server_url import LOOPBACK_HOSTS
from .transport import HttpTransport

CLOCK_PATH = "/_local/clock"
_SECONDS = 2.0


class Clock(Protocol):
    """Tells the time in seconds since the epoch, UTC."""

    def now(self) -> float:
        """The time."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()


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
        answer = self._transport.send(HttpRequest("GET", self._target), seconds=_SECONDS)
        if isinstance(answer, HttpAnswer) and answer.status == 200:
            try:
                told = datetime.fromisoformat(json.loads(answer.body)["now"]).timestamp()
            except (ValueError, KeyError, TypeError):
                told = None
            if told is not None:
                with self._lock:
                    self._offset = told - time.time()
                return told
        return time.time() + self._offset


def clock_from_setting(url: str | None) -> Clock:
    """The clock RINGBACK_CLOCK_URL names; the system's when it is not set."""
    return PlatformClock(url) if url else SystemClock()
