"""Vault URLs (RINGBACK_VAULT_URL): `memory://`, `sqlite:///FILE`, `postgresql://…`, `redis://…`, `rediss://…`."""

from __future__ import annotations

from ringback.oauth.errors import ConfigurationError

from .memory import MemoryStore
from .store import Store

_FORMS = (
    "Use sqlite:///FILE (sqlite:////absolute/FILE), postgresql://USER:PASSWORD@HOST/DATABASE,"
    " redis://HOST:PORT/0, rediss://HOST:PORT/0, or memory://."
)


def is_memory(url: str) -> bool:
    """True for a vault that ends with this process."""
    return url == "memory://"


def open_store(url: str) -> Store:
    """The back end that `url` names.

    Raises ConfigurationError for a URL of another form, for a file or server that is not usable as a vault,
    and, naming the extra to install, without the packages a back end needs; VaultUnavailable when a server
    cannot be reached now. The message never quotes the URL: a database URL may hold a password.
    """
    if is_memory(url):
        return MemoryStore()
    scheme, found, rest = url.partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        from .sqlite import SqliteStore

        return SqliteStore(rest[1:])
    if scheme == "postgresql" and found:
        return _postgres(url)
    if scheme in ("redis", "rediss") and found:
        return _redis(url)
    raise ConfigurationError(
        f"RINGBACK_VAULT_URL: this Ringback has no vault back end for {_scheme(url)}", remedy=_FORMS
    )


def _postgres(url: str) -> Store:
    try:
        from .sql import SqlStore
    except ModuleNotFoundError as missing:
        raise _without("postgres", missing) from None
    return SqlStore(url)


def _redis(url: str) -> Store:
    try:
        from .redis import RedisStore
    except ModuleNotFoundError as missing:
        raise _without("redis", missing) from None
    return RedisStore(url)


def _without(extra: str, missing: ModuleNotFoundError) -> Exception:
    if (missing.name or "").startswith("ringback"):
        return missing
    return ConfigurationError(
        f"RINGBACK_VAULT_URL: this kind of vault needs packages that are not installed (no {missing.name})",
        remedy=f"Run: pip install 'ringback[{extra}]'",
    )


def _scheme(url: str) -> str:
    scheme, found, _ = url.partition("://")
    return f"{scheme[:20]}://" if found and scheme.isalnum() else "this kind of URL"
