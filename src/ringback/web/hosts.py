"""Which requests are looked at at all: our own host, and no more than fits (security.md: size, redirects)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, abort, redirect, request
from werkzeug.wrappers import Response

from ringback import ConfigurationError
from ringback.vault.memory import MemoryStore

from .context import web
from .health import PATHS as PROBED
from .proxies import TOLD_SCHEME
from .texts import gettext

MOST_BODY = 64 * 1024
MOST_QUERY = 8 * 1024


def install(app: Flask) -> None:
    """Check every request before anything else sees it."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BODY
    app.config["MAX_FORM_PARTS"] = 50
    app.before_request(_check)


def _check() -> Response | None:
    settings = web().settings
    if request.path in PROBED:
        return None
    # The header itself: Request.host would fall back to the server's own name.
    host = request.headers.get("Host", "").lower()
    default = ":443" if settings.secure else ":80"
    if host not in settings.allowed_hosts and host.removesuffix(default) not in settings.allowed_hosts:
        return _to_origin(known=host in settings.aliases)
    if settings.secure and request.environ.get(TOLD_SCHEME) == "http":
        return _to_origin(known=True)
    if len(request.query_string) > MOST_QUERY:
        abort(414)
    if (request.content_length or 0) > MOST_BODY:
        abort(413)
    if request.environ.get("wsgi.multiprocess") and isinstance(web().client.vault.store, MemoryStore):
        raise ConfigurationError(
            "This app is served by several processes, and each has a vault of its own (memory://)",
            remedy="Set RINGBACK_VAULT_URL to one that they share, or serve with one process.",
        )
    return None


def _to_origin(*, known: bool) -> Response:
    """A GET of 127.0.0.1 goes on at localhost, and one by plain http at https, where the address is `known`
    to be ours; a callback does not: its code belongs in no Location.
    """
    settings = web().settings
    callback = request.path in (settings.callback_path, "/oauth2callback")
    if not known or request.method != "GET" or callback:
        told = gettext(
            "This address is not served here. Open %(address)s instead.", address=settings.origin + "/"
        )
        abort(400, description=told)
    if len(request.query_string) > MOST_QUERY:
        abort(414)
    # Quoted again and behind our own origin: whatever the path holds, it stays a path of ours.
    query = quote(request.query_string, safe="=&%+-._~!$'()*,;:@/?")
    target = quote("/" + request.path.lstrip("/\\"), safe="/~:@!$&'()*+,;=-._")
    return redirect(settings.origin + target + (f"?{query}" if query else ""), 303)
