"""What is written about a request: method, path, status, milliseconds. Never a query string."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from flask import Flask, Response, g, request

LOGGER = logging.getLogger("ringback.web")
_QUERY = re.compile(r"\?[^\s\"']*")
_MOST_PATH = 200


def install(app: Flask) -> None:
    """Log each answer, and cut queries out of Werkzeug's own request log (`flask run` prints it)."""
    app.before_request(_start)
    app.after_request(_write)
    werkzeug = logging.getLogger("werkzeug")
    if not any(isinstance(known, WithoutQueries) for known in werkzeug.filters):
        werkzeug.addFilter(WithoutQueries())


class WithoutQueries(logging.Filter):
    """Cuts everything after a `?`: a callback's query is a code and a state."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, clean."""
        if isinstance(record.msg, str):
            record.msg = _cut(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) for value in record.args)
        return True


def _cut(value: Any) -> Any:
    return _QUERY.sub("?…", value) if isinstance(value, str) else value


def _start() -> None:
    g.started = time.perf_counter()


def _write(response: Response) -> Response:
    took = 1000 * (time.perf_counter() - g.get("started", time.perf_counter()))
    path = "".join(c if c.isprintable() else "?" for c in request.path[:_MOST_PATH])
    LOGGER.info("%s %s %d %.0f ms", request.method, path, response.status_code, took)
    return response
