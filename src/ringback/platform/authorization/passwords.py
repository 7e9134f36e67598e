"""Passwords of the platform's users: scrypt hashes, and a throttle per account, also under parallel load."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MAX_BYTES = 1024
MIN_LENGTH = 8
FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(minutes=15)
_UNKNOWN_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts in a row, and until when further ones are turned away."""

    count: int = 0
    last: datetime | None = None
    blocked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one attempt: the extension id that signed in, or None; `wait` is seconds to wait when throttled."""

    extension_id: int | None = None
    wait: int = 0


def seconds_to_wait(failures: Failures, now: datetime) -> int:
    """Whole seconds until the next attempt is taken; 0 when it may be made now."""
    if failures.blocked_until is None or now >= failures.blocked_until:
        return 0
    return math.ceil((failures.blocked_until - now).total_seconds())


def after_failure(failures: Failures, now: datetime) -> Failures:
    """One more failure: from the fifth on each doubles the wait; a quiet quarter of an hour forgets all."""
    quiet_since = failures.blocked_until or failures.last
    count = 1 if quiet_since is not None and now >= quiet_since + FORGET_AFTER else failures.count + 1
    if count < FREE_FAILURES:
        return Failures(count, now)
    wait = min(FIRST_WAIT * 2 ** min(count - FREE_FAILURES, 10), LONGEST_WAIT)
    return Failures(count, now, now + wait)


@dataclass(slots=True)
class _Account:
    """What is kept for one account, known or not: a hash, failures, a lock for one check at a time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    digest: bytes = field(default=b"", repr=False)
    failures: Failures = field(default_factory=Failures)


class Passwords:
    """Checks passwords; blocking, for worker threads. Seeded ones are stored hashed once they were right.

    Every attempt that is not turned away costs one hash, whether the name means nobody, one account or
    several, tried before or not; and an unknown name meets the same throttle as a known one: neither answers
    nor their time tell who exists. One salt serves all accounts, so that one hash is enough; hashes live as
    long as the process. Checks of one account are made one after the other: of a thousand parallel guesses,
    five are looked at.
    """

    def __init__(
        self,
        seeded: Callable[[int], str | None],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._seeded = seeded
        self._salt = random_bytes(16)
        # What the password of an account that has none is compared with.
        self._nobodys = random_bytes(16).hex()
        self._lock = threading.Lock()
        self._known: dict[int, _Account] = {}
        self._unknown: OrderedDict[bytes, _Account] = OrderedDict()

    def put(self, extension_id: int, password: str) -> None:
        """Give an extension a password (at most 1024 bytes, else ValueError)."""
        if too_long(password):
            raise ValueError(f"a password has at most {MAX_BYTES} bytes")
        account = _Account(digest=_hash(password, self._salt))
        with self._lock:
            self._known[extension_id] = account

    def check(
        self, candidates: Sequence[int], username: str, password: str, now: Callable[[], datetime]
    ) -> Outcome:
        """Try a password on the accounts this name may mean (none: an unknown user)."""
        if too_long(password):
            return Outcome()
        wait, given = 0, b""
        for extension_id in candidates[:3] or (None,):
            account = self._account(extension_id, username)
            with account.lock:
                waiting = seconds_to_wait(account.failures, now())
                if waiting:
                    wait = max(wait, waiting)
                    continue
                given = given or _hash(password, self._salt)
                if self._matches(account, extension_id, password, given):
                    account.failures, account.digest = Failures(), given
                    return Outcome(extension_id)
                account.failures = after_failure(account.failures, now())
        return Outcome(wait=wait)

    def _account(self, extension_id: int | None, username: str) -> _Account:
        with self._lock:
            if extension_id is not None:
                return self._known.setdefault(extension_id, _Account())
            key = hashlib.sha256(username.strip().casefold().encode("utf-8", "replace")).digest()
            account = self._unknown.setdefault(key, _Account())
            self._unknown.move_to_end(key)
            if len(self._unknown) > _UNKNOWN_KEPT:
                self._unknown.popitem(last=False)
            return account

    def _matches(self, account: _Account, extension_id: int | None, password: str, given: bytes) -> bool:
        """Is it this account's password, by its hash, or as seeded while it was never right before?"""
        if account.digest:
            same = hmac.compare_digest(given, account.digest)
        else:
            seeded = None if extension_id is None else self._seeded(extension_id)
            typed = password.encode("utf-8", "surrogateescape")
            same = hmac.compare_digest(typed, (seeded or self._nobodys).encode())
        return same and extension_id is not None


def too_long(password: str) -> bool:
    """Longer than what is hashed; passwords are never cut off."""
    return len(password.encode("utf-8", "surrogateescape")) > MAX_BYTES


def _hash(password: str, salt: bytes) -> bytes:
    raw = password.encode("utf-8", "surrogateescape")
    return hashlib.scrypt(raw, salt=salt, n=2**14, r=8, p=1, dklen=32)
