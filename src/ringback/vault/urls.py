"""Vault URLs: `memory://` and `sqlite:///FILE` (RINGBACK_VAULT_URL)."""

from __future__ import annotations

from ringback.oauth.errors import ConfigurationError

from .memory import MemoryStore
from .store import Store

_FORMS = "Use sqlite:///FILE (sqlite:////absolute/FILE) or memory://."


def is_memory(url: str) -> bool:
    """True for a vault that ends with this process."""
    return url == "memory://"


def open_store(url: str) -> Store:
    """The back end that `url` names.

    Raises ConfigurationError for a URL of another form, and for a file that is not usable as a vault.
    The message never quotes the URL: a database URL may hold a password.
    """
    if is_memory(url):
        return MemoryStore()
    scheme, found, path = url.partition(":///")
    if scheme == "sqlite" and found and path:
        from .sqlite import SqliteStore

        return SqliteStore(path)
    raise ConfigurationError(
        f"RINGBACK_VAULT_URL: this Ringback has no vault back end for {_scheme(url)}", remedy=_FORMS
    )


def _scheme(url: str) -> str:
    scheme, found, _ = url.partition("://")
    return f"{scheme[:20]}://" if found and scheme.isalnum() else "this kind of URL"
