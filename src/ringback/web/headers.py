"""The headers that tell browsers what our pages may do (security.md: pages)."""

from __future__ import annotations

from flask import Flask, Response, request

from .context import web

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_STATIC = ("static", "bootstrap.static")


def install(app: Flask) -> None:
    """Put them on every answer, error pages and static files included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    # The callback's own address holds the code: nothing of it may travel on.
    on_callback = request.path in (web().settings.callback_path, "/oauth2callback")
    put_on(response, referrer="no-referrer" if on_callback else "same-origin")
    return response


def put_on(response: Response, *, referrer: str) -> None:
    """The headers of every answer; `referrer` is its Referrer-Policy."""
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Referrer-Policy"] = referrer
    if request.endpoint not in _STATIC or response.status_code >= 400:
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "Cookie")
