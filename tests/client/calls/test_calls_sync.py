"""A copy of a call log kept by syncs: equal to the server's after every step, whatever happens between."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ringback import BadRequest
from ringback.client.calls.sync_changes import CallSet, Delete, Restart, Upsert
from ringback.client.messages import Headers, HttpAnswer
from ringback.platform.company.scenario import play


@pytest.fixture
def admin(place, rc):
    return place.log_in(rc, next(user for user in place.users if user["admin"]))


def clock(place):
    return place.visits.server.world.clock.now()


def listed(user, scope, since, **view):
    return {one.id: one for one in user.calls(scope, date_from=since, **view)}


def follow(user, held, scope, **options):
    changes = list(sync := user.sync(scope, state=held.state, **options))
    for change in changes:
        held.apply(change)
    held.state = sync.state
    return changes


def assert_equal(held, user, scope, since, **view):
    expected = listed(user, scope, since, **view)
    assert {one.id: one for one in held} == expected


@pytest.mark.parametrize("scope", ["extension", "account"])
def test_a_copy_is_the_servers_after_every_step_of_some_days(place, admin, rc, scope):
    held, since = CallSet(), clock(place) - timedelta(days=10)
    follow(admin, held, scope, since=since, view="Detailed")
    assert len(held) > 20
    kinds = set()
    for hours in (0, 0.02, 1, 5, 17, 24):
        place.visits.advance(hours * 3600)
        changes = follow(admin, held, scope, since=since, view="Detailed")
        kinds |= {type(change) for change in changes}
        assert_equal(held, admin, scope, since, view="Detailed")
        if hours == 0:
            assert changes == []
    assert kinds >= {Upsert}


def test_amendments_and_deletions_are_followed(place, admin):
    world, since = place.visits.server.world, clock(place) - timedelta(days=5)
    with world.lock:
        kept, gone = play(world, "deleted-between-syncs")
    held = CallSet()
    follow(admin, held, "account", since=since)
    before = held.get(kept.entries[0].id)
    assert before is not None
    assert gone.entries[0].id in held
    place.visits.advance(130)
    changes = follow(admin, held, "account", since=since)
    assert Delete(gone.entries[0].id) in changes
    assert held.get(kept.entries[0].id).recording.type == "OnDemand"
    assert gone.entries[0].id not in held
    assert_equal(held, admin, "account", since)


def test_deletions_of_the_users_own_log_are_followed(place, rc):
    user = place.log_in(rc, place.users[0])
    world, since = place.visits.server.world, clock(place) - timedelta(days=20)
    held = CallSet()
    follow(user, held, "extension", since=since)
    assert len(held) > 30
    for ids in ([one.id for one in held][:5], [one.id for one in held][20:22]):
        with world.lock:
            now = world.clock.now()
            world.calls.delete(int(user.id), now, now, ids=ids)
        place.visits.advance(60)
        changes = follow(user, held, "extension", since=since)
        assert {Delete(one) for one in ids} <= set(changes)
        assert_equal(held, user, "extension", since)
    with world.lock:
        world.calls.delete(int(user.id), clock(place) - timedelta(days=3), world.clock.now())
    place.visits.advance(60)
    follow(user, held, "extension", since=since)
    assert_equal(held, user, "extension", since)


def test_more_changes_than_one_answer_holds_begin_anew_and_end_equal(place, admin):
    held, since = CallSet(), clock(place) - timedelta(days=4)
    follow(admin, held, "account", since=since)
    place.visits.advance(5 * 24 * 3600)
    changes = follow(admin, held, "account", since=since)
    assert [one for one in changes if isinstance(one, Restart)] == [Restart(since)]
    assert len(held) > 500
    assert_equal(held, admin, "account", since)
    assert follow(admin, held, "account", since=since) == []


def test_a_begin_that_is_long_ago_by_now_stays_the_begin(place, rc, admin):
    held, since = CallSet(), clock(place) - timedelta(days=20)
    follow(admin, held, "account", since=since)
    place.visits.advance(20 * 24 * 3600)
    admin = place.log_in(rc, next(user for user in place.users if user["admin"]))
    changes = follow(admin, held, "account")
    assert changes[0] == Restart(since)
    assert_equal(held, admin, "account", since)


def test_a_sync_goes_on_in_another_process_wherever_it_was_left(place, admin):
    since = clock(place) - timedelta(days=20)
    expected = listed(admin, "account", since)
    assert len(expected) > 500
    for left_after in (0, 1, 250, 251, 600):
        kept, held = None, CallSet()
        sync = admin.sync("account", since=since)
        for _ in range(left_after):
            held.apply(next(sync))
        kept = json.loads(json.dumps(sync.state))  # a plain string
        again = CallSet(kept, list(held))
        with place.client() as other:
            user = other.user(admin.id)
            follow(user, again, "account", since=since)
        assert {one.id for one in again} == set(expected)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_in_a_week_the_copies_are_equal(place, admin, seed):
    dice, world, since = Random(seed), place.visits.server.world, clock(place) - timedelta(days=3)
    copies = {"account": CallSet(), "extension": CallSet()}
    own = int(admin.id)
    for _ in range(14):
        for _ in range(dice.randint(0, 3)):
            step, now = dice.choice(["scenario", "delete", "wait", "delete older"]), clock(place)
            with world.lock:
                if step == "scenario":
                    play(world, dice.choice(["deleted-between-syncs", "queue-call", "transfer-chain"]))
                elif step == "delete" and len(copies["extension"]):
                    gone = dice.choice([one.id for one in copies["extension"]])
                    world.calls.delete(own, now, now, ids=[gone])
                elif step == "delete older" and dice.random() < 0.2:
                    world.calls.delete(own, now - timedelta(days=2), now)
            place.visits.advance(dice.choice([1, 20, 90, 4000, 40_000]))
        for scope, held in copies.items():
            if dice.random() < 0.8:
                follow(admin, held, scope, since=since, view="Detailed")
                assert_equal(held, admin, scope, since, view="Detailed")


def test_records_before_since_stay_out_also_when_since_is_long_ago(place, admin):
    since = clock(place) - timedelta(days=45)
    held = CallSet()
    follow(admin, held, "extension", since=since)
    assert_equal(held, admin, "extension", since)
    assert min(one.start_time for one in held) < clock(place) - timedelta(days=31)


def test_without_since_the_last_weeks_are_kept(place, rc):
    # This client's own clock says when 29 days ago is.
    user = place.log_in(rc, place.users[0])
    held = CallSet()
    sync = user.sync()
    assert list(sync)
    assert sync.state
    follow(user, held, "extension")
    assert all(one.start_time > datetime(2000, 1, 1, tzinfo=UTC) for one in held)


def test_a_state_of_another_sync_is_refused_before_anything_is_sent(place, admin):
    sync = admin.sync("account")
    next(sync)
    list(sync)
    sent = len(place.visits.journal())
    for wrong in ({}, {"view": "Detailed"}, {"extension_id": 7}):
        scope = "extension" if wrong.get("extension_id") or not wrong else "account"
        with pytest.raises(ValueError, match="state is from a sync of"):
            admin.sync(scope, state=sync.state, **wrong)
    for nonsense in ("", "nonsense", "é", sync.state[:-5]):
        with pytest.raises(ValueError, match="state is not one"):
            admin.sync("account", state=nonsense)
    with pytest.raises(ValueError, match="naive"):
        admin.sync("account", since=datetime(2026, 1, 1))
    assert len(place.visits.journal()) == sent


class Script:
    """A transport that gives these answers in turn, and keeps the queries."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def send(self, request, *, seconds):
        self.asked.append(request.target.partition("?")[2])
        return self.answers.pop(0)

    def close(self):
        pass


TIME = "2026-01-02T03:04:05Z"


def answer(*ids, kind="ISync", token="T"):
    records = [
        {
            "id": one,
            "sessionId": one,
            "startTime": "2026-01-02T03:04:05Z",
            "type": "Voice",
            "direction": "Inbound",
        }
        for one in ids
    ]
    info = {"syncType": kind, "syncToken": token, "syncTime": TIME}
    return HttpAnswer(200, Headers(), json.dumps({"uri": "u", "records": records, "syncInfo": info}).encode())


def refusal(code):
    body = {"errorCode": code, "errors": [{"errorCode": code, "message": "Parameter [syncToken] is invalid"}]}
    return HttpAnswer(400, Headers(), json.dumps(body).encode())


def scripted(*answers):
    from ringback import RingCentral
    from ringback.oauth import Secret, TokenSet

    script = Script(*answers)
    rc = RingCentral(client_id="id", server="https://s", transport=script)
    rc.vault.put_login(TokenSet(Secret("A" * 20), None, 0, 9e9, None, (), "1"), "default", now=0)
    return rc.user("1"), script


@pytest.mark.parametrize("code", ["CLG-101", "CLG-103", "CLG-104"])
def test_every_refused_token_begins_a_full_sync(code):
    since = datetime(2026, 1, 1, tzinfo=UTC)
    user, script = scripted(answer("1", kind="FSync"), refusal(code), answer("2", kind="FSync", token="N"))
    held = CallSet()
    follow(user, held, "account", since=since)
    changes = follow(user, held, "account", since=since)
    assert changes[0] == Restart(since)
    assert [one.id for one in held] == ["2"]
    assert ["FSync" in query for query in script.asked] == [True, False, True]


def test_tokens_that_are_never_taken_and_other_refusals_are_told():
    since = datetime(2026, 1, 1, tzinfo=UTC)
    full = [str(n) for n in range(250)]
    user, _ = scripted(*[one for _ in range(9) for one in (answer(*full, kind="FSync"), refusal("CLG-104"))])
    with pytest.raises(BadRequest):
        list(user.sync("account", since=since))
    user, _ = scripted(answer("1", kind="FSync"), refusal("CMN-101"))
    held = CallSet()
    follow(user, held, "account", since=since)
    with pytest.raises(BadRequest):
        follow(user, held, "account", since=since)


def test_a_set_follows_changes_in_memory(place, admin):
    held = CallSet()
    since = clock(place) - timedelta(days=1)
    count = admin.sync("account", since=since).into(held)
    assert count == len(held) + 1
    assert [one.start_time for one in held] == sorted((one.start_time for one in held), reverse=True)
    assert held.state is not None
    assert admin.sync("account", state=held.state).into(held) == 0
