"""The way to a Redis or Valkey server: a pool of connections, bounded waits, and scripts that are sent once.

A script that was sent is never sent again by itself: whether it ran is not known when its answer is lost.
What waits, and how long: for a free connection, to connect, and for an answer 5 s each.
"""

from __future__ import annotations

import hashlib
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError,
    NoPermissionError,
    NoScriptError,
    RedisError,
)
from redis.retry import Retry

from ringback.oauth.errors import ConfigurationError

from .errors import VaultUnavailable

CONNECTIONS = 10
"""For each process; threads beyond that wait their turn."""
_SECONDS = 5.0

T = TypeVar("T")


class RedisLink:
    """Scripts on one Redis server or cluster, for all threads of a process; safe across a fork."""

    def __init__(self, url: str, prefix: str, sources: Mapping[str, str]) -> None:
        """Connects. Raises ConfigurationError for a URL or credentials that will never do."""
        self.url = url
        self.prefix = prefix
        self._scripts = {
            name: (hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest(), source)
            for name, source in sources.items()
        }
        self._secrets = _secrets_in(url)
        self._closed = False
        self._cluster = False
        self._connecting = threading.Lock()
        self._client: Any = None
        _links.add(self)
        if self.ask(lambda client: client.info("cluster"), first=True).get("cluster_enabled"):
            self._connected().close()
            self._cluster, self._client = True, None

    def close(self) -> None:
        """Close the connections; the link may not be used afterwards."""
        self._closed = True
        if self._client is not None:
            self._client.close()

    def run(self, name: str, *arguments: str | bytes | int | float) -> Any:
        """The answer of a script.

        Raises VaultUnavailable; then nothing was changed, unless the message says that this is not known.
        """
        digest, source = self._scripts[name]

        def send(client: Any) -> Any:
            try:
                return client.evalsha(digest, 1, self.prefix, *arguments)
            except NoScriptError:
                return client.eval(source, 1, self.prefix, *arguments)

        return self.ask(send)

    def ask(self, work: Callable[[Any], T], *, first: bool = False) -> T:
        """What `work` gets from the client. Raises VaultUnavailable.

        `first`: at the start, what only the operator can mend is a ConfigurationError.
        """
        if self._closed:
            raise VaultUnavailable("The vault is closed", remedy="Open it again.")
        try:
            return work(self._connected())
        except (AuthenticationError, AuthorizationError, NoPermissionError) as error:
            said = self._said(error)
            if first:
                raise ConfigurationError(
                    f"RINGBACK_VAULT_URL: Redis refuses: {said}", remedy=_CREDENTIALS
                ) from None
            raise VaultUnavailable(
                f"The vault cannot be used: Redis refuses: {said}", remedy=_CREDENTIALS
            ) from None
        except RedisError as error:
            raise self._unavailable(error) from None

    def begin_again(self) -> None:
        """In the child after a fork: connections of its own; the parent's are left to the parent."""
        _left_to_the_parent.append(self._client)
        self._connecting, self._client = threading.Lock(), None

    def _connected(self) -> Any:
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        options: dict[str, Any] = {
            "socket_timeout": _SECONDS,
            "socket_connect_timeout": _SECONDS,
            "retry": Retry(NoBackoff(), 0),
            "max_connections": CONNECTIONS,
        }
        try:
            if self._cluster:
                return RedisCluster.from_url(self.url, **options)
            pool = redis.BlockingConnectionPool.from_url(self.url, timeout=_SECONDS, **options)
        except (ValueError, TypeError):
            raise ConfigurationError(
                "RINGBACK_VAULT_URL is not a URL that the Redis client can read",
                remedy="Use redis://USER:PASSWORD@HOST:PORT/0, with % codes for special characters.",
            ) from None
        pool.connection_kwargs["decode_responses"] = False  # sealed records are bytes
        return redis.Redis(connection_pool=pool)

    def _unavailable(self, error: RedisError) -> VaultUnavailable:
        said = self._said(error)
        sent = isinstance(error, ConnectionError | redis.TimeoutError) and "connecting to" not in said
        if sent and "No connection available" not in said:
            return VaultUnavailable(
                f"The vault cannot be used now: {said}; whether the last step was carried out is not known",
                remedy="Try again; every step may be repeated.",
            )
        return VaultUnavailable(
            f"The vault cannot be used now: {said}",
            remedy="Check Redis, then try again; nothing was changed.",
        )

    def _said(self, error: RedisError) -> str:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        for secret in self._secrets:
            said = said.replace(secret, "***")
        return said


_CREDENTIALS = (
    "Check user and password in RINGBACK_VAULT_URL, and that the user may run scripts on keys {ringback}:*."
)


def _secrets_in(url: str) -> tuple[str, ...]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return ()
    return tuple({password, unquote(password)}) if password else ()


_links: weakref.WeakSet[RedisLink] = weakref.WeakSet()
_left_to_the_parent: list[Any] = []
"""Never closed here: their sockets are shared with the parent, who uses them."""


def _after_fork_in_child() -> None:
    for link in list(_links):
        link.begin_again()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
