"""Passwords as values: the throttle, one hash per attempt, nothing cut off."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ringback.platform.authorization import passwords
from ringback.platform.authorization.passwords import Failures, Passwords

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_failures_slow_an_account_down_and_are_forgotten() -> None:
    failures = Failures()
    for _ in range(4):
        failures = passwords.after_failure(failures, NOW)
    assert passwords.seconds_to_wait(failures, NOW) == 0
    failures = passwords.after_failure(failures, NOW)
    assert passwords.seconds_to_wait(failures, NOW) == 30
    later = NOW + timedelta(seconds=30)
    assert passwords.seconds_to_wait(failures, later) == 0
    failures = passwords.after_failure(failures, later)
    assert passwords.seconds_to_wait(failures, later) == 60
    for _ in range(30):
        failures = passwords.after_failure(failures, later)
    assert passwords.seconds_to_wait(failures, later) == 900
    much_later = later + timedelta(minutes=31)
    assert passwords.after_failure(failures, much_later).count == 1


def test_a_hundred_parallel_guesses_get_five_looks() -> None:
    store = Passwords({7: "right-password"}.get)
    outcomes: list[passwords.Outcome] = []

    def guess() -> None:
        outcomes.append(store.check([7], "a@b.example", "wrong-password", lambda: NOW))

    threads = [threading.Thread(target=guess) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome.wait == 0 for outcome in outcomes) == 5
    assert store.check([7], "a@b.example", "right-password", lambda: NOW).wait == 30
    later = NOW + timedelta(seconds=31)
    assert store.check([7], "a@b.example", "right-password", lambda: later).extension_id == 7


def test_unknown_users_meet_the_same_throttle() -> None:
    store = Passwords({}.get)
    outcomes = [store.check([], "nobody@b.example", "some-password", lambda: NOW) for _ in range(6)]
    assert [outcome.wait for outcome in outcomes] == [0, 0, 0, 0, 0, 30]
    assert store.check([], "another@b.example", "some-password", lambda: NOW).wait == 0


def test_passwords_are_not_cut_off() -> None:
    store = Passwords({}.get)
    long = "p" * passwords.MAX_BYTES
    store.put(7, long)
    assert store.check([7], "x", long, lambda: NOW).extension_id == 7
    assert store.check([7], "x", long[:-1] + "q", lambda: NOW).extension_id is None
    with pytest.raises(ValueError):
        store.put(7, long + "p")


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed, in order."""
    made: list[str] = []
    real = passwords._hash

    def count(password: str, salt: bytes) -> bytes:
        made.append(password)
        return real(password, salt)

    monkeypatch.setattr(passwords, "_hash", count)
    return made


@pytest.mark.parametrize(
    ("candidates", "password", "who"),
    [
        ([], "some-password", None),
        ([7], "some-password", None),
        ([7], "right-password", 7),
        ([7, 8], "some-password", None),
        ([7, 8], "another-password", 8),
        ([9], "some-password", None),
    ],
)
def test_every_attempt_costs_one_hash(
    hashes: list[str], candidates: list[int], password: str, who: int | None
) -> None:
    store = Passwords({7: "right-password", 8: "another-password"}.get)
    for _ in range(3):
        hashes.clear()
        assert store.check(candidates, "a name", password, lambda: NOW).extension_id == who
        assert hashes == [password]


def test_nobody_signs_in_without_a_password_of_their_own() -> None:
    made = iter([b"s" * 16, b"n" * 16])
    store = Passwords({}.get, random_bytes=lambda _: next(made))
    nobodys = (b"n" * 16).hex()
    assert store.check([], "nobody", nobodys, lambda: NOW).extension_id is None


def test_a_hash_takes_memory_and_time_but_not_in_these_tests(real_scrypt_n):
    assert real_scrypt_n >= 2**14
    assert real_scrypt_n > passwords.SCRYPT_N
