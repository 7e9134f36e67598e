"""Answers made smaller on their way (gzip): static files once, pages each time where that tells nothing.

What a stranger may choose and what nobody else may know, compressed together, tell of each other by length
(BREACH). So a page is compressed only when the browser says that no other site asked for it.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from threading import Lock

from flask import Flask, Response, request

STATIC = ("static", "bootstrap.static")
_TEXTS = frozenset({"text/css", "text/html", "text/javascript", "application/javascript", "image/svg+xml"})
_PAGES = frozenset({"text/html", "application/json"})
_LEAST, _MOST = 1024, 8 * 1024 * 1024
_LEVEL, _LEVEL_ONCE = 5, 9
_MOST_KEPT = 64


class _Kept:
    """Static files that are compressed already, by address and ETag. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, response: Response) -> bytes:
        """The compressed body of `response`."""
        key = (request.path, response.headers.get("ETag", ""))
        with self._lock:
            found = self._known.get(key)
        if found is None:
            response.direct_passthrough = False
            found = gzip.compress(response.get_data(), _LEVEL_ONCE, mtime=0)
            with self._lock:
                self._known[key] = found
                while len(self._known) > _MOST_KEPT:
                    self._known.popitem(last=False)
        return found


def install(app: Flask) -> None:
    """Compress what gains by it, for browsers that take it."""
    kept = _Kept()

    def compress(response: Response) -> Response:
        is_static = request.endpoint in STATIC
        if response.mimetype not in (_TEXTS if is_static else _PAGES):
            return response
        response.headers.add("Vary", "Accept-Encoding")
        if not is_static:
            response.headers.add("Vary", "Sec-Fetch-Site")
        if not _wanted(response, is_static):
            return response
        if is_static:
            _replace(response, kept.get(response))
            etag, _ = response.get_etag()
            if etag:  # another form of the same file (RFC 9110 8.8.1)
                response.set_etag(etag, weak=True)
        else:
            _replace(response, gzip.compress(response.get_data(), _LEVEL, mtime=0))
        return response

    app.after_request(compress)


def _wanted(response: Response, is_static: bool) -> bool:
    length = response.content_length
    return (
        response.status_code == 200
        and request.method == "GET"
        and request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in response.headers
        and length is not None
        and _LEAST <= length <= _MOST
        and (is_static or request.headers.get("Sec-Fetch-Site") in ("same-origin", "none"))
    )


def _replace(response: Response, body: bytes) -> None:
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
