"""What is written about a request: method, path, status, milliseconds, its id. Never a query string."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from .proxies import VIA_PROXY

LOGGER = logging.getLogger("ringback.web")
_QUERY = re.compile(r"\?[^\s\"']*")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
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


def note(level: int, text: str, *told: object, **fields: object) -> None:
    """Write a line about the request at hand; `fields` are for structured logs (production/log_lines.py)."""
    LOGGER.log(level, text, *told, extra={"ringback": {"request_id": g.get("request_id"), **fields}})


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = _request_id()


def _request_id() -> str:
    """What a trusted proxy calls this request, or a name of its own."""
    given = request.headers.get("X-Request-Id", "")
    if request.environ.get(VIA_PROXY) and _REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _write(response: Response) -> Response:
    took = 1000 * (time.perf_counter() - g.get("started", time.perf_counter()))
    path = "".join(c if c.isprintable() else "?" for c in request.path[:_MOST_PATH])
    note(
        logging.INFO,
        "%s %s %d %.0f ms",
        request.method,
        path,
        response.status_code,
        took,
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        path=path,
        status=response.status_code,
        duration_ms=round(took, 1),
    )
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
    return response
