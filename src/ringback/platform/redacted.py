"""What may be shown of a request: no token, code, secret or state, and nothing that looks like one."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl

MOST_PARAMETERS = 30
_VALUE_LENGTH = 100
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9_\-.~+=%]{30,}")
# Parameters whose values are shown; of all others there is only the name.
_SHOWN = frozenset(
    {
        *("response_type", "client_id", "redirect_uri", "scope", "prompt", "display", "brand_id", "brandId"),
        *("ui_locales", "localeId", "code_challenge_method", "ui_options", "discovery"),
        *("view", "dateFrom", "dateTo", "page", "perPage", "direction", "type", "transport", "sessionId"),
        *("extensionNumber", "phoneNumber", "showBlocked", "withRecording", "recordingType", "showDeleted"),
        *("syncType", "recordCount", "statusGroup", "status", "after", "details", "app"),
    }
)
_IN_A_URI = re.compile(
    r"((?:^|[?&#;])[A-Za-z_.-]*(?:code|state|token|secret|password|assertion|verifier|key)[A-Za-z_.-]*=)[^&#;]+",
    re.IGNORECASE,
)


def shown_path(path: str) -> str:
    """A path, with what looks like a secret masked; at most 512 characters."""
    return _LIKE_A_SECRET.sub("***", path[:512])


def shown_query(raw: bytes) -> str:
    """The names of a query's parameters, with the values that are no secret."""
    text = raw.decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return "more than 200 parameters"
    return "&".join(f"{_name(name)}={_value(name, value)}" for name, value in pairs[:MOST_PARAMETERS])


def shown_uri(uri: str) -> str:
    """A redirect URI as it was sent, without the values of parameters that may be secrets."""
    return _IN_A_URI.sub(r"\1***", uri[:500])


def family(session_id: str) -> str:
    """The name under which the tokens of one login session are told apart: says nothing about them."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:8]


def _name(name: str) -> str:
    return "***" if _LIKE_A_SECRET.search(name) else name[:40]


def _value(name: str, value: str) -> str:
    if not value:
        return ""
    if name not in _SHOWN:
        return "***"
    if name == "redirect_uri":
        return shown_uri(value)
    return _LIKE_A_SECRET.sub("***", value[:_VALUE_LENGTH])
