"""Rate limits: a sliding window per extension, app and group, and a penalty that restarts (contract 8)."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from ringback.platform.errors import ApiError
from ringback.platform.quirks import Quirks
from ringback.platform.state import State, Table

MOST_CALLS = 10_000
MOST_SECONDS = 86_400.0
_SWEPT_FROM = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in any `window` seconds; past it nothing for `penalty` seconds."""

    calls: int
    window: float = 60.0
    penalty: float = 60.0

    def __post_init__(self) -> None:
        """Raises ValueError for a figure out of range."""
        if not 1 <= self.calls <= MOST_CALLS:
            raise ValueError(f"a limit is 1 to {MOST_CALLS} calls")
        for name, seconds in (("window", self.window), ("penalty", self.penalty)):
            if not 1 <= seconds <= MOST_SECONDS:
                raise ValueError(f"a {name} is 1 to {MOST_SECONDS:.0f} seconds")


DEFAULTS: Mapping[str, Limit] = {
    "light": Limit(50),
    "medium": Limit(40),
    "heavy": Limit(10),
    "auth": Limit(5),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """The calls that still count (Unix seconds, oldest first), and until when there is a penalty.

    From `idle` on (Unix seconds) the bucket is as good as a new one.
    """

    calls: tuple[float, ...] = ()
    penalty_until: float = 0.0
    idle: float = 0.0


_NEW = Bucket()


def spend(bucket: Bucket, limit: Limit, now: float) -> tuple[Bucket, bool]:
    """One call at `now` (Unix seconds): the bucket after it, and whether the call is let through.

    A call counts until `window` seconds after it. Over the limit begins the penalty; every call made during
    it is refused too and starts it anew (contract 8). Refused calls do not count in the window.
    """
    calls = bucket.calls
    gone = 0
    while gone < len(calls) and now - calls[gone] >= limit.window:
        gone += 1
    calls = calls[gone:]
    if now < bucket.penalty_until or len(calls) >= limit.calls:
        until = now + limit.penalty
        last = calls[-1] + limit.window if calls else 0.0
        return Bucket(calls, until, max(until, last)), False
    return Bucket((*calls, now), 0.0, now + limit.window), True


class RateLimits:
    """The budgets of one world. `enabled` False: nothing is limited and no header says anything.

    `lock` is the world's; changes are made under it.
    """

    def __init__(
        self,
        state: State,
        quirks: Quirks,
        enabled: bool = True,
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self.enabled = enabled
        self._quirks = quirks
        self._lock = lock or threading.RLock()
        self._buckets: Table[Bucket] = state.table("rate_buckets", Bucket)
        # What apps have instead of the defaults: client ID -> group -> limit.
        self._own: Table[dict[str, Limit]] = state.table("rate_limits", dict[str, Limit])
        self._since_sweep = 0

    def spend(
        self,
        client_id: str,
        extension_id: int | None,
        group: str | None,
        now: datetime,
        account_id: int | None = None,
    ) -> dict[str, str]:
        """Spend one call of a group's budget; the X-Rate-Limit headers of the answer.

        {} when limits are off, or for a group that is not throttled. Token and revoke requests name the
        `account_id`, or no extension: whose budget those spend is the quirk `auth-limit-unit` (contract 16);
        all others spend that of the extension and the app. Raises ApiError 429 CMN-301 over the limit.
        """
        if not self.enabled or group is None or group not in DEFAULTS:
            return {}
        limit = self.limit_of(client_id, group)
        key = self._key(client_id, extension_id, group, account_id)
        moment = now.timestamp()
        with self._lock:
            bucket, allowed = spend(self._buckets.get(key, _NEW), limit, moment)
            self._buckets[key] = bucket
            self._sweep(moment)
        headers = self._headers(group, limit, limit.calls - len(bucket.calls) if allowed else 0)
        if allowed:
            return headers
        raise ApiError(
            429,
            "CMN-301",
            "Request rate exceeded",
            why=f"more than {limit.calls} calls of group {group} in {limit.window:g} s:"
            f" nothing for {limit.penalty:g} s, counted from the last call",
            headers={"Retry-After": str(math.ceil(limit.penalty)), **headers},
        )

    def limit_of(self, client_id: str, group: str) -> Limit:
        """What an app may do in a group. KeyError for a group that does not exist."""
        own = self._own.get(client_id)
        return DEFAULTS[group] if own is None else own.get(group, DEFAULTS[group])

    def own(self) -> dict[str, dict[str, Limit]]:
        """What apps have instead of the defaults, by client ID and group."""
        return {client_id: dict(limits) for client_id, limits in self._own.items()}

    def give(self, client_id: str, limits: Mapping[str, Limit]) -> None:
        """Give an app limits of its own; groups left out, and an empty mapping, mean the defaults.

        ValueError for a group that does not exist.
        """
        for group in limits:
            if group not in DEFAULTS:
                raise ValueError(f"there is no group {group}; there are: {', '.join(DEFAULTS)}")
        with self._lock:
            if limits:
                self._own[client_id] = dict(limits)
            else:
                self._own.pop(client_id, None)

    def forgive(self) -> None:
        """Empty all buckets: nobody has spent anything, and no penalty runs."""
        with self._lock:
            self._buckets.clear()

    def _key(self, client_id: str, extension_id: int | None, group: str, account_id: int | None) -> str:
        if group == "auth" and (account_id is not None or extension_id is None):
            unit = self._quirks.value("auth-limit-unit")
            if unit == "account" and account_id is not None:
                return f"auth account {account_id}"
            if unit == "app" or extension_id is None:
                return f"auth app {client_id}"
        return f"{group} {extension_id} {client_id}"

    def _headers(self, group: str, limit: Limit, remaining: int) -> dict[str, str]:
        capital = self._quirks.value("rate-group-case") == "capital"
        return {
            "X-Rate-Limit-Group": group.capitalize() if capital else group,
            "X-Rate-Limit-Limit": str(limit.calls),
            "X-Rate-Limit-Remaining": str(max(0, remaining)),
            "X-Rate-Limit-Window": str(math.ceil(limit.window)),
        }

    def _sweep(self, now: float) -> None:
        """Forget idle buckets, once for as many calls as there are buckets: cheap, and never many of them."""
        self._since_sweep += 1
        if self._since_sweep < max(_SWEPT_FROM, len(self._buckets)):
            return
        self._since_sweep = 0
        for key in [key for key, bucket in self._buckets.items() if bucket.idle <= now]:
            del self._buckets[key]
