"""Redirect URIs: which may be registered, how two differ, and how an answer is added to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from ringback.platform.redacted import shown_uri

MAX_COUNT = 10
MAX_LENGTH = 2000
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")
_HOST = re.compile(r"[A-Za-z0-9.\-]+")
# What may stand before a port in an address: a name (also with underscores) or an IPv6 address.
_NETLOC = re.compile(r"(?:[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PORT_AND_PATH = re.compile(r"[0-9]{1,5}(?:[/?].*)?")
_REFUSED_SCHEMES = frozenset(
    {"javascript", "data", "vbscript", "file", "about", "blob", "filesystem", "ws", "wss", "ftp", "mailto"}
)


def problem_with(uri: str) -> str | None:
    """Why this URI may not be registered, as a sentence; None when it may (contract 13.1, RFC 6749 3.1.2)."""
    if len(uri) > MAX_LENGTH:
        return f"A redirect URI has at most {MAX_LENGTH} characters."
    if "*" in uri:
        return f"{uri} has a wildcard; write each address in full."
    if not _URI_CHARACTERS.fullmatch(uri):
        return f"{uri} has characters that a URI may not have; percent-encode them."
    if _BROKEN_ESCAPE.search(uri):
        return f"{uri} has a % that is no percent escape; write %25 for it."
    if "#" in uri:
        return f"{uri} has a fragment (#); redirect URIs have none."
    try:
        parts = urlsplit(uri)
        port_is_fine = parts.port != 0
    except ValueError:
        return f"{uri} is not a valid URI."
    if not _SCHEME.fullmatch(parts.scheme) or not uri[len(parts.scheme) + 1 :]:
        return f"{uri} is not an absolute URI; it begins with a scheme, such as https://"
    if parts.scheme in _REFUSED_SCHEMES:
        return f"{uri} has a scheme that cannot take a login back to an app."
    if parts.scheme in {"http", "https"} and (not parts.hostname or not port_is_fine):
        return f"{uri} names no host."
    if "@" in parts.netloc:
        return f"{uri} holds a user name; redirect URIs have none."
    if parts.netloc and not _NETLOC.fullmatch(parts.netloc):
        return f"{uri} names no valid host: a name, an IPv4 address, or an IPv6 address in brackets."
    return None if parts.netloc else _problem_without_host(uri, parts.scheme)


def _problem_without_host(uri: str, scheme: str) -> str | None:
    """The same without a host: a native app's own scheme, or an address whose scheme was forgotten."""
    rest = uri[len(scheme) + 1 :]
    if _PORT_AND_PATH.fullmatch(rest):
        return f"{uri} lacks its scheme; did you mean http://{uri} ?"
    if "." not in scheme and not rest.startswith("//"):
        return f"{uri} has a scheme without a dot; write it as com.example.app:/path or {scheme}://path."
    return None


def distinct(uris: Iterable[str]) -> tuple[str, ...]:
    """The URIs without blanks around them, empty ones and duplicates, in order."""
    return tuple(dict.fromkeys(stripped for uri in uris if (stripped := uri.strip())))


def with_parameters(uri: str, parameters: Sequence[tuple[str, str]]) -> str:
    """The URI with parameters added to its query; what it had stays as it was (RFC 6749 4.1.2)."""
    if not parameters:
        return uri
    joint = "&" if "?" in uri else "?"
    if uri.endswith(("?", "&")):
        joint = ""
    return uri + joint + urlencode(parameters, errors="surrogateescape", quote_via=quote)


def form_action_source(uri: str) -> str:
    """The Content-Security-Policy source that lets a form end at this URI: its origin, else its scheme."""
    parts = urlsplit(uri)
    if parts.scheme in {"http", "https"} and parts.hostname and _HOST.fullmatch(parts.hostname):
        port = f":{parts.port}" if parts.port is not None else ""
        return f"{parts.scheme}://{parts.hostname}{port}"
    return f"{parts.scheme}:"


def shown_origin(uri: str) -> str:
    """Where this URI leads, for people to read: its origin, IPv6 addresses included, else its scheme."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def difference(sent: str, registered: Sequence[str]) -> str:
    """What tells the sent URI from the nearest registered one, in words: scheme, host, port, path, query.

    Values that may be secrets are masked in both.
    """
    theirs = shown_uri(sent)
    differences = [_difference(theirs, shown_uri(uri)) for uri in registered]
    return min(differences, key=len, default="none is registered")


def _difference(sent: str, registered: str) -> str:
    if sent.rstrip("/") == registered.rstrip("/"):
        return f"the slash at the end: sent {_short(sent)}, registered {_short(registered)}"
    try:
        ours, theirs = _parts(urlsplit(registered)), _parts(urlsplit(sent))
    except ValueError:
        return f"sent {_short(sent)}, which is not a valid URI; registered {_short(registered)}"
    told = [
        f"{name}: sent {_short(theirs[name])}, registered {_short(ours[name])}"
        for name in ours
        if ours[name] != theirs[name]
    ]
    return "; ".join(told) or f"the way it is written: sent {_short(sent)}, registered {_short(registered)}"


def _parts(uri: SplitResult) -> dict[str, str]:
    return {
        "scheme": uri.scheme,
        "host": uri.hostname or "",
        "port": str(uri.port or ""),
        "path": uri.path,
        "query": uri.query,
        "fragment": uri.fragment,
    }


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:200] + "…")
