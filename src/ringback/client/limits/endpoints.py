"""Which endpoint a request is for, and in which rate group the specification has it (contract 9)."""

from __future__ import annotations

import re
from functools import lru_cache

AUTH = "auth"

_VERSION = re.compile(r"v\d+(\.\d+)?")
_COLLECTIONS = frozenset({"account", "extension", "call-log", "recording"})
_ACCOUNT = "/restapi/v1.0/account/*"
_EXTENSION = f"{_ACCOUNT}/extension/*"

GROUPS: dict[str, str | None] = {
    "GET /restapi": None,
    "GET /restapi/v1.0": None,
    "GET /.well-known/openid-configuration": None,
    "GET /restapi/oauth/jwks": None,
    "POST /restapi/oauth/token": AUTH,
    "POST /restapi/oauth/revoke": AUTH,
    "GET /restapi/oauth/userinfo": AUTH,
    f"GET {_ACCOUNT}": "light",
    f"GET {_ACCOUNT}/extension": "medium",
    f"GET {_EXTENSION}": "light",
    **{
        f"GET {of}/{what}": "heavy"
        for of in (_ACCOUNT, _EXTENSION)
        for what in ("call-log", "call-log/*", "call-log-sync", "active-calls")
    },
    f"DELETE {_EXTENSION}/call-log": "heavy",
    f"GET {_ACCOUNT}/call-log-extract-sync": "heavy",
    f"GET {_ACCOUNT}/recording/*": "heavy",
    f"GET {_ACCOUNT}/recording/*/content": "heavy",
}
"""Endpoint -> group; None for NoThrottling. What an answer says goes before this."""


def endpoint_of(method: str, target: str) -> str:
    """The method and the path of a request, with `*` for ids and nothing of the query."""
    return f"{method} {_named(target.partition('?')[0])}"


@lru_cache(maxsize=1024)
def _named(path: str) -> str:
    segments = path.split("/")
    named = []
    for before, segment in zip(["", *segments], segments, strict=False):
        is_id = segment == "~" or before in _COLLECTIONS or any(char.isdigit() for char in segment)
        named.append("*" if is_id and not _VERSION.fullmatch(segment) else segment)
    return "/".join(named)
