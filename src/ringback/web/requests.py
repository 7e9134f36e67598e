"""Questions about the request at hand that more than one page asks."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from .context import web


def is_look_ahead() -> bool:
    """True for HEAD and for prefetch or prerender: nobody has opened the page yet, so nothing may change."""
    purposes = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "HEAD" or "prefetch" in purposes.lower() or "preview" in purposes.lower()


def is_from_own_page() -> bool:
    """True when a page of ours sent it: by Sec-Fetch-Site, else by a Referer of our own origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return False
    return f"{referer.scheme}://{referer.netloc}".lower() == web().settings.origin


def prefers_json() -> bool:
    """True when the caller would rather have JSON than a page; a browser never does."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html")
    return best == "application/json"
