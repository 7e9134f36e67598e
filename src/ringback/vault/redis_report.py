"""What a Redis vault promises: persistence, eviction and replication, read from the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError

from .store import StoreReport

_NO_EVICTION = ("noeviction", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl")
"""Logins have no time to live, so the volatile policies leave them alone; rate budgets alone have one."""


def describe(client: Any, url: str) -> StoreReport:
    """The report on this client's server. On a cluster, of a node that answers."""
    told = _info(client)
    version = told.get("valkey_version") or told.get("redis_version", "?")
    kind = "Valkey" if "valkey_version" in told else "Redis"
    appended = str(told.get("aof_enabled", "?")) == "1"
    # Hosted servers often forbid CONFIG; what is not known counts as the server's default.
    fsync = _config(client, "appendfsync") if appended else "-"
    policy = str(told.get("maxmemory_policy", "?"))
    facts = {
        "appendonly": "yes" if appended else "no",
        "appendfsync": fsync or "not told (default everysec)",
        "maxmemory": str(told.get("maxmemory", "?")),
        "maxmemory-policy": policy,
        "connected_slaves": str(told.get("connected_slaves", "?")),
        "tls": "on" if _is_encrypted(url) else "off",
    }
    warnings = _warnings(appended, fsync, policy, str(told.get("maxmemory", "0")))
    if not _is_encrypted(url) and not _is_near(url):
        warnings.append("The connection to Redis is not encrypted: use rediss:// in RINGBACK_VAULT_URL.")
    return StoreReport(
        kind=f"{kind} {version}",
        shared=True,
        survives_store=appended and fsync == "always",
        facts=tuple(facts.items()),
        warnings=tuple(warnings),
    )


def _warnings(appended: bool, fsync: str | None, policy: str, most: str) -> list[str]:
    found = []
    if policy not in _NO_EVICTION:
        found.append(
            f"maxmemory-policy is {policy}: Redis may throw logins away when its memory is full"
            f" (maxmemory {most}); set it to noeviction."
        )
    if not appended:
        found.append(
            "appendonly is no: when Redis stops, every login since its last snapshot is lost; set it to yes,"
            " with appendfsync always."
        )
    elif fsync != "always":
        found.append(
            "appendfsync is not always: when Redis or its host dies, logins of the last second may be lost;"
            " set it to always."
        )
    return found


def _info(client: Any) -> dict[str, Any]:
    told = client.info()
    # A cluster client answers for each node it asked.
    inner = next(iter(told.values()), None) if told else None
    return inner if isinstance(inner, dict) and "redis_version" in inner else dict(told)


def _config(client: Any, name: str) -> str | None:
    try:
        found = client.config_get(name)
    except RedisError:
        return None
    value = found.get(name) or found.get(name.encode()) or next(iter(found.values()), None)
    return value.decode() if isinstance(value, bytes) else value


def _is_encrypted(url: str) -> bool:
    return urlsplit(url).scheme == "rediss"


def _is_near(url: str) -> bool:
    host = urlsplit(url).hostname or "localhost"
    return host in ("localhost", "::1") or host.startswith("127.")
