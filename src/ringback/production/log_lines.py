"""A log's lines: text for people, or JSON from an allow-list of fields; never a query or an error's own text.

Standard library only: gunicorn's master loads it and nothing more of Ringback, so that new workers load new
code.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

FIELDS = (
    "method",
    "route",
    "path",
    "status",
    "duration_ms",
    "request_id",
    "error",
    "code",
    "reference",
    "event",
)
"""What of a record's own fields is written, in this order."""

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_QUERY = re.compile(r"\?[^\s\"']+")
_MOST = 2000


class TextLines(logging.Formatter):
    """`2026-11-26 14:30:00,000 INFO ringback.web GET /calls 200 12 ms`"""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        record.message, record.asctime = said(record), self.formatTime(record)
        return self.formatMessage(record)


class JsonLines(logging.Formatter):
    """An object a line: time (UTC), level, logger, message, process, and of FIELDS what the record has."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
            "process": record.process,
        }
        own = getattr(record, "ringback", None)
        if isinstance(own, dict):
            line |= {name: own[name] for name in FIELDS if own.get(name) not in (None, "")}
        return json.dumps(line, ensure_ascii=True, default=str)


def said(record: logging.LogRecord) -> str:
    """A record's message in one line, without what follows a `?`. Of an exception only type and place are
    told: its text may hold anything.
    """
    text = " ".join(record.getMessage().split())
    if record.exc_info and record.exc_info[0] is not None:
        places = traceback.extract_tb(record.exc_info[2])
        last = f" ({places[-1].filename.rpartition('/')[2]}:{places[-1].lineno})" if places else ""
        text = f"{text}: {record.exc_info[0].__name__}{last}"
    return _QUERY.sub("?…", text)[:_MOST]


def lines(log_format: str) -> logging.Formatter:
    """The formatter of RINGBACK_LOG_FORMAT: `text` or `json`."""
    return JsonLines() if log_format == "json" else TextLines()
