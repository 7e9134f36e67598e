"""Passwords of the platform's users: scrypt hashes, and a throttle per account, also under parallel load."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringback.platform.state import State, Table

MAX_BYTES = 1024
MIN_LENGTH = 8
FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(minutes=15)
SCRYPT_N = 2**14
"""How much work and memory a hash takes: 16 MB with r = 8."""
_UNKNOWN_KEPT = 10_000
_LOCKS_KEPT = 20_000


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


@dataclass(frozen=True, slots=True)
class _Account:
    """An account that a name may mean, known or not: the key of its rows, a lock for one check at a time."""

    extension_id: int | None
    row: str
    lock: threading.Lock


class Passwords:
    """Checks passwords; blocking, for worker threads. Seeded ones are stored hashed once they were right.

    Every attempt that is not turned away costs one hash, whether the name means nobody, one account or
    several, tried before or not; and an unknown name meets the same throttle as a known one: neither answers
    nor their time tell who exists. One salt serves all accounts, so that one hash is enough. Checks of one
    account are made one after the other: of a thousand parallel guesses, five are looked at.

    Hashes and failures are rows of `state`, written under `lock`, the world's: they outlive a restart.
    """

    def __init__(
        self,
        seeded: Callable[[int], str | None],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        state: State | None = None,
        lock: threading.RLock | None = None,
    ) -> None:
        self._seeded = seeded
        state = state or State()
        self._lock = lock or threading.RLock()
        self._digests: Table[bytes] = state.table("password_digests", bytes)
        self._failures: Table[Failures] = state.table("password_failures", Failures)
        self._unknown: Table[Failures] = state.table("unknown_user_failures", Failures)
        self._salts: Table[bytes] = state.table("password_salt", bytes)
        self._new_salt = random_bytes(16)
        # What the password of an account that has none is compared with.
        self._nobodys = random_bytes(16).hex()
        # Locks by row; used under `_lock`.
        self._locks: OrderedDict[str, threading.Lock] = OrderedDict()

    def put(self, extension_id: int, password: str) -> None:
        """Give an extension a password (at most 1024 bytes, else ValueError); its failures are forgotten."""
        if too_long(password):
            raise ValueError(f"a password has at most {MAX_BYTES} bytes")
        digest = _hash(password, self._salt())
        with self._lock:
            self._digests[str(extension_id)] = digest
            self._failures.pop(str(extension_id), None)

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
                failures = self._failures_of(account)
                waiting = seconds_to_wait(failures, now())
                if waiting:
                    wait = max(wait, waiting)
                    continue
                given = given or _hash(password, self._salt())
                if self._matches(account, password, given) and extension_id is not None:
                    self._note_success(account, given)
                    return Outcome(extension_id)
                self._note_failure(account, after_failure(failures, now()))
        return Outcome(wait=wait)

    def _account(self, extension_id: int | None, username: str) -> _Account:
        if extension_id is not None:
            row = str(extension_id)
        else:
            row = hashlib.sha256(username.strip().casefold().encode("utf-8", "replace")).hexdigest()
        with self._lock:
            lock = self._locks.setdefault(row, threading.Lock())
            self._locks.move_to_end(row)
            if len(self._locks) > _LOCKS_KEPT:
                self._locks.popitem(last=False)
            return _Account(extension_id, row, lock)

    def _salt(self) -> bytes:
        with self._lock:
            return self._salts.setdefault("salt", self._new_salt)

    def _failures_of(self, account: _Account) -> Failures:
        with self._lock:
            table = self._unknown if account.extension_id is None else self._failures
            return table.get(account.row, Failures())

    def _note_success(self, account: _Account, digest: bytes) -> None:
        with self._lock:
            self._failures.pop(account.row, None)
            if self._digests.get(account.row) != digest:
                self._digests[account.row] = digest

    def _note_failure(self, account: _Account, failures: Failures) -> None:
        with self._lock:
            if account.extension_id is not None:
                self._failures[account.row] = failures
                return
            self._unknown.pop(account.row, None)
            self._unknown[account.row] = failures
            if len(self._unknown) > _UNKNOWN_KEPT:
                self._unknown.drop_oldest()

    def _matches(self, account: _Account, password: str, given: bytes) -> bool:
        """Is it this account's password, by its hash, or as seeded while it was never right before?"""
        with self._lock:
            digest = self._digests.get(account.row)
        if digest is not None:
            return hmac.compare_digest(given, digest)
        seeded = None if account.extension_id is None else self._seeded(account.extension_id)
        typed = password.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(typed, (seeded or self._nobodys).encode())


def too_long(password: str) -> bool:
    """Longer than what is hashed; passwords are never cut off."""
    return len(password.encode("utf-8", "surrogateescape")) > MAX_BYTES


def _hash(password: str, salt: bytes) -> bytes:
    raw = password.encode("utf-8", "surrogateescape")
    return hashlib.scrypt(raw, salt=salt, n=SCRYPT_N, r=8, p=1, dklen=32)
