"""A hook that writes each event as one line of a log."""

from __future__ import annotations

import logging
from dataclasses import asdict

from ringback.client.events import Event, LimitWait, RefreshDone, RequestDone, Retried


class LoggingHook:
    """`LoggingHook()` logs to `ringback.events`: what went wrong as a warning, the rest at `level`.

    The fields of the event are attributes of the record too (`record.ringback`), for structured logs.
    """

    def __init__(self, logger: logging.Logger | None = None, level: int = logging.INFO) -> None:
        self._logger = logger or logging.getLogger("ringback.events")
        self._level = level

    def __call__(self, event: Event) -> None:
        """Write one line."""
        level = logging.WARNING if _is_trouble(event) else self._level
        if self._logger.isEnabledFor(level):
            fields = {name: value for name, value in asdict(event).items() if value is not None}
            told = " ".join(f"{name}={_short(value)}" for name, value in fields.items())
            extra = {"ringback": {"event": type(event).__name__, **fields}}
            self._logger.log(level, "%s %s", type(event).__name__, told, extra=extra)


def _is_trouble(event: Event) -> bool:
    match event:
        case RequestDone(status=status):
            return status is None or status >= 400
        case RefreshDone(outcome=outcome):
            return outcome in ("ended", "failed")
        case Retried() | LimitWait():
            return True
    return False


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
