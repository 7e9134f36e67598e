"""A user's token for other HTTP clients: `RequestsAuth` for requests, `HttpxAuth` for httpx2.

    requests.get(url, auth=RequestsAuth(user))

The token goes to the server that the user's client is configured with, and nowhere else. Each is imported
with its library, when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .httpx_auth import HttpxAuth
    from .requests_auth import RequestsAuth

__all__ = ["HttpxAuth", "RequestsAuth"]

_FROM = {"HttpxAuth": "httpx_auth", "RequestsAuth": "requests_auth"}


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module 'ringback.auth' has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_FROM[name]}"), name)
    globals()[name] = value
    return value
