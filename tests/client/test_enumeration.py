"""Every schedule of a few cores within a short bound; and cores that are wrong, which it must find.

The long bound is a campaign: `python -m campaigns enumeration`.
"""

from dataclasses import replace

import pytest
from campaigns.enumerated import model_vault
from campaigns.enumeration import Plan, explore, run

from ringback.client import housekeeping, session
from ringback.client import refresh as refresh_module
from ringback.client.effects import (
    AcquireLease,
    DiscardTokens,
    Elapsed,
    LoadLogin,
    Now,
    ReleaseLease,
    StoreRefreshed,
)
from ringback.client.errors import LoginRequired
from ringback.oauth.token_set import token_set_from_answer
from ringback.vault import Lease

MOST = 100_000


@pytest.mark.timeout(300)
def test_no_schedule_within_the_short_bound_breaks_a_promise(capsys):
    result = run(short=True)
    with capsys.disabled():
        print(f"\n  {result}")
    assert result.faults == []
    assert result.figures["states"] > 100_000


def test_a_walk_that_is_cut_short_says_so():
    found = explore(Plan(("call", "call")), most_states=10)
    assert not found.complete


def test_the_model_knows_a_strict_server_that_costs_a_login_for_a_lost_answer():
    """The one loss that no client can prevent, and none where nothing was lost."""
    assert explore(Plan(("call",), strict=True), most_states=MOST).violations == []
    lenient = Plan(("call",), faults=1)
    assert explore(lenient, most_states=MOST).violations == []
    assert explore(replace(lenient, strict=True), most_states=MOST).violations == []


# Cores with one thing wrong each. Every one is found.


def used_before_it_is_stored(lease, login, answer, asked_at):
    yield Now()
    return replace(login, tokens=token_set_from_answer(answer.body, now=asked_at))


def stored_without_compare(lease, login, answer, asked_at):
    """Whatever is there by now is written over."""
    tokens = token_set_from_answer(answer.body, now=asked_at)
    while True:
        current = yield LoadLogin(login.key.owner_id)
        if current is None:
            raise LoginRequired("1", "gone")
        stored = yield StoreRefreshed(current, tokens)
        if stored is not None:
            return stored


def not_loaded_again_after_the_lease(presented, client, within):
    while True:
        lease = yield AcquireLease(presented)
        if lease is not None:
            started = yield Elapsed()
            return (yield from refresh_module._refresh_under(lease, presented, client, within, started))
        current = yield LoadLogin("1")
        if not current.same_record(presented):
            return current
        yield refresh_module.Wait(0.1)


def sent_without_a_lease(presented, client, within):
    nobodys = Lease(presented.key, "none")
    started = yield Elapsed()
    return (yield from refresh_module._refresh_under(nobodys, presented, client, within, started))


def lost_to_another_and_revoked(login, received):
    latest = yield LoadLogin(login.key.owner_id)
    yield DiscardTokens(received)
    if latest is None:
        raise LoginRequired("1", "gone")
    return latest


def never_marked(lease, finished):
    return ReleaseLease(lease, finished=True)


MUTANTS = {
    "a token is used before it is stored": (
        "_store",
        used_before_it_is_stored,
        Plan(("call",)),
        "used before it was stored",
    ),
    "a store without compare": (
        "_store",
        stored_without_compare,
        Plan(("refresh", "call and refresh"), ticks=1),
        "asked to log in, and need not be",
    ),
    "no reload after the lease": (
        "refreshed",
        not_loaded_again_after_the_lease,
        Plan(("call", "call")),
        "refreshed more than once",
    ),
    "no lease": (
        "refreshed",
        sent_without_a_lease,
        Plan(("call", "call")),
        "without the lease",
    ),
    "a session in use is revoked": (
        "_settled",
        lost_to_another_and_revoked,
        Plan(("call", "call"), ticks=1),
        "put down for revocation",
    ),
    "no mark of an interrupted refresh": (
        "ReleaseLease",
        never_marked,
        Plan(("call",), faults=1),
        "asked to log in, and need not be",
    ),
    "an attempt that outlives its lease": (
        "ATTEMPT_SECONDS",
        60.0,
        Plan(("call", "call"), ticks=1),
        "after it had run out",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_core_that_is_wrong_is_found(monkeypatch, name):
    what, mutant, plan, told = MUTANTS[name]
    assert explore(plan, most_states=MOST).violations == [], "the right core passes"
    patched(monkeypatch, what, mutant)
    (violation,) = explore(plan, most_states=MOST).violations
    assert told in violation


def upsert(vault, login_id, generation, tokens):
    record = model_vault.Record(login_id, generation + 1, tokens)
    return vault._replace(record=record, held=None, written=vault.written | {tokens.access})


def deleted_whatever_it_is(vault, login_id, generation):
    return vault._replace(record=None, held=None)


def always_given(vault, login_id, lease_id, now):
    return vault._replace(held=model_vault.Held(lease_id, now + 5)), False


@pytest.mark.parametrize(
    ("what", "mutant", "plan", "told"),
    [
        ("store", upsert, Plan(("call", "logout")), "came back"),
        ("delete", deleted_whatever_it_is, Plan(("call", "login")), "need not be"),
        ("acquire", always_given, Plan(("call", "call")), "more than once"),
    ],
)
def test_a_back_end_that_does_not_keep_its_promise_is_found(monkeypatch, what, mutant, plan, told):
    assert explore(plan, most_states=MOST).violations == []
    monkeypatch.setattr(model_vault, what, mutant)
    (violation,) = explore(plan, most_states=MOST).violations
    assert told in violation


def patched(monkeypatch, what, mutant):
    for module in (refresh_module, session, housekeeping):
        if hasattr(module, what):
            monkeypatch.setattr(module, what, mutant)
