"""The refresh rules of contract 6.2: the table itself, and the store that keeps to it."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest

from ringback.platform.authorization import sessions
from ringback.platform.authorization.session_store import MOST_AT_ONCE, SessionStore
from ringback.platform.authorization.session_values import Grant, Issued, Ttl
from ringback.platform.authorization.sessions import Access, Pair, Refresh, Replaced, Tokens
from ringback.platform.errors import OAuthError

T0 = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SCOPE = frozenset({"ReadAccounts"})
GRANT = Grant("app", 1, 7, SCOPE, "endpoint")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def pair(name: str, *, issued: float = 0, used: float | None = None) -> Pair:
    return Pair(
        f"A{name}".encode(),
        at(issued + 3600),
        f"R{name}".encode(),
        at(issued + 604_800),
        SCOPE,
        None if used is None else at(used),
    )


def rotated(used: float | None = None) -> Tokens:
    """(A0, R0) from 0 s, replaced by (A1, R1) at 100 s, A1 first used at `used`."""
    return Tokens(pair("1", issued=100, used=used), Replaced(pair("0"), at(100), "A1", "R1"))


@pytest.mark.parametrize(
    ("token", "used", "seconds", "verdict"),
    [
        (b"R1", None, 100, Refresh.ROTATE),
        (b"R1", 105, 5000, Refresh.ROTATE),
        (b"R1", None, 100 + 604_800, Refresh.EXPIRED),
        (b"R0", None, 100, Refresh.REPEAT),
        (b"R0", None, 100 + 3599, Refresh.REPEAT),
        (b"R0", None, 100 + 3600, Refresh.NOT_FOUND),
        (b"R0", 200, 209.9, Refresh.REPEAT),
        (b"R0", 200, 210, Refresh.NOT_FOUND),
        (b"R0", 3695, 3701, Refresh.NOT_FOUND),
        (b"A1", None, 100, Refresh.NOT_FOUND),
        (b"A0", None, 100, Refresh.NOT_FOUND),
        (b"??", None, 100, Refresh.NOT_FOUND),
    ],
)
def test_refresh_table(token: bytes, used: float | None, seconds: float, verdict: Refresh) -> None:
    assert sessions.judge_refresh(rotated(used), token, at(seconds)) is verdict


def test_an_expired_refresh_token_is_not_repeated() -> None:
    old = Pair(b"A0", at(3600), b"R0", at(150), SCOPE)
    tokens = Tokens(pair("1", issued=100), Replaced(old, at(100), "A1", "R1"))
    assert sessions.judge_refresh(tokens, b"R0", at(149)) is Refresh.REPEAT
    assert sessions.judge_refresh(tokens, b"R0", at(151)) is Refresh.EXPIRED


@pytest.mark.parametrize(
    ("token", "seconds", "verdict"),
    [
        (b"A1", 100, Access.LIVE),
        (b"A1", 3699.9, Access.LIVE),
        (b"A1", 3700, Access.EXPIRED),
        (b"A0", 109.9, Access.CORRUPTED),
        (b"A0", 110, Access.NOT_FOUND),
        (b"R1", 100, Access.NOT_FOUND),
    ],
)
def test_access_tokens(token: bytes, seconds: float, verdict: Access) -> None:
    assert sessions.judge_access(rotated(), token, at(seconds)) is verdict


def test_the_table_has_a_row_for_every_case() -> None:
    cases = itertools.product(sessions.Which, (True, False), (True, False))
    assert set(sessions.REFRESH_TABLE) == set(cases)


@pytest.mark.parametrize(("asked", "given"), [(None, 3600), (-1, 600), (0, 600), (1800, 1800), (9**18, 3600)])
def test_access_lifetimes_are_clamped(asked: int | None, given: int) -> None:
    assert sessions.access_ttl(asked) == given


@pytest.mark.parametrize(
    ("asked", "given"), [(None, 604_800), (-1, 0), (0, 0), (1, 1), (302_400, 302_400), (9**18, 2_592_000)]
)
def test_refresh_lifetimes_are_clamped(asked: int | None, given: int) -> None:
    assert sessions.refresh_ttl(asked) == given


def refresh(store: SessionStore, token: str, now: datetime, client: str = "app") -> Issued:
    return store.refresh(client, token, Ttl(), lambda held: held, now)


def code_of(refused: pytest.ExceptionInfo[OAuthError]) -> str | None:
    return refused.value.code


def test_two_quick_refreshes_leave_the_first_access_token_corrupted_for_ten_seconds() -> None:
    store = SessionStore(threading.RLock())
    first = store.open(GRANT, Ttl(), at(0))
    second = refresh(store, first.refresh_token or "", at(1))
    refresh(store, second.refresh_token or "", at(2))
    assert store.use(first.access_token, at(5)).verdict is Access.CORRUPTED
    assert store.use(first.access_token, at(12)).verdict is Access.NOT_FOUND
    with pytest.raises(OAuthError) as refused:
        refresh(store, first.refresh_token or "", at(5))
    assert code_of(refused) == "OAU-213"


def test_a_sixth_session_ends_the_oldest_and_other_apps_are_left_alone() -> None:
    store = SessionStore(threading.RLock())
    other = store.open(Grant("other", 1, 7, SCOPE, "e"), Ttl(), at(0))
    opened = [store.open(GRANT, Ttl(), at(number)) for number in range(MOST_AT_ONCE + 1)]
    use = store.use(opened[0].access_token, at(10))
    assert (use.verdict, use.ours) == (Access.NOT_FOUND, True)
    assert "sixth" in use.why
    assert all(store.use(issued.access_token, at(10)).verdict is Access.LIVE for issued in opened[1:])
    assert store.use(other.access_token, at(10)).verdict is Access.LIVE


def test_sessions_that_ran_out_do_not_count_and_say_that_they_expired() -> None:
    store = SessionStore(threading.RLock())
    old = store.open(GRANT, Ttl(600, 700), at(0))
    opened = [store.open(GRANT, Ttl(), at(1000 + number)) for number in range(MOST_AT_ONCE)]
    assert all(store.use(issued.access_token, at(1010)).verdict is Access.LIVE for issued in opened)
    assert store.use(old.access_token, at(1010)).verdict is Access.EXPIRED
    with pytest.raises(OAuthError) as refused:
        refresh(store, old.refresh_token or "", at(1010))
    assert code_of(refused) == "OAU-210"


def test_an_answer_that_has_run_out_is_not_repeated() -> None:
    store = SessionStore(threading.RLock())
    first = store.open(GRANT, Ttl(), at(0))
    short = Ttl(600, 650)
    store.refresh("app", first.refresh_token or "", short, lambda held: held, at(100))
    again = store.refresh("app", first.refresh_token or "", short, lambda held: held, at(749))
    assert (again.expires_in, again.refresh_token_expires_in) == (0, 1)
    with pytest.raises(OAuthError) as refused:
        refresh(store, first.refresh_token or "", at(750))
    assert code_of(refused) == "OAU-213"


def test_a_changed_password_ends_all_the_users_sessions() -> None:
    store = SessionStore(threading.RLock())
    mine = [store.open(Grant(app, 1, 7, SCOPE, "e"), Ttl(), at(0)) for app in ("app", "app", "other")]
    anothers = store.open(Grant("app", 1, 8, SCOPE, "e"), Ttl(), at(0))
    assert store.end_user(7, "the password was changed") == 3
    assert store.end_user(7, "the password was changed") == 0
    for issued in mine:
        use = store.use(issued.access_token, at(1))
        assert (use.verdict, use.why) == (Access.NOT_FOUND, "the password was changed")
        with pytest.raises(OAuthError) as refused:
            refresh(store, issued.refresh_token or "", at(1), issued.session.grant.client_id)
        assert code_of(refused) == "OAU-213"
    assert store.use(anothers.access_token, at(1)).verdict is Access.LIVE


def test_parallel_refreshes_of_one_token_give_one_answer() -> None:
    store = SessionStore(threading.RLock())
    first = store.open(GRANT, Ttl(), at(0))
    answers: list[Issued] = []
    gate = threading.Barrier(16)

    def run() -> None:
        gate.wait()
        answers.append(refresh(store, first.refresh_token or "", at(1)))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(answer.access_token, answer.refresh_token) for answer in answers}) == 1
