"""Scenario files: what comes with the platform, files of one's own, and what is said of bad ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from test_company_call_invariants import check_call

from ringback.platform.company import Call, CallLog, CompanySize, Overlay, build_company
from ringback.platform.company.scenario import play
from ringback.platform.company.scenario_file import ScenarioError, load, packed, read
from ringback.platform.company.views import milliseconds
from ringback.platform.state import State

START = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # 03:00 in California: nobody calls by himself
PACIFIC = ZoneInfo("America/Los_Angeles")


class World:
    """As much of a world as a scenario needs."""

    def __init__(self, start: datetime = START, size: CompanySize | None = None) -> None:
        self.state = State()
        self.company = build_company(1, start, size, self.state)
        self.calls = CallLog(self.company.schedule, Overlay(self.state))
        self.moment = start
        self.clock = SimpleNamespace(now=lambda: self.moment)

    def shown(self, extension_id: int | None = None) -> list[str]:
        since = self.moment - timedelta(hours=12)
        return [e.id for _, e in self.calls.newest_first(extension_id, since, self.moment, self.moment)]


@pytest.fixture
def world() -> World:
    return World()


def test_what_comes_with_the_platform() -> None:
    assert set(packed()) == {"deleted-between-syncs", "dst-night", "queue-call", "transfer-chain"}
    assert all(packed().values())


@pytest.mark.parametrize(
    "size", [CompanySize(2, 10, 30), CompanySize(13, 190, 90), CompanySize(100, 900, 30)]
)
@pytest.mark.parametrize("name", ["deleted-between-syncs", "dst-night", "queue-call", "transfer-chain"])
def test_every_scenario_gives_whole_calls(name: str, size: CompanySize) -> None:
    world = World(size=size)
    if size.employees == 2 and name in ("queue-call", "transfer-chain"):
        with pytest.raises(ScenarioError, match=r"there is no (agent|user)-[23], only [12] of them"):
            play(world, name)
        assert not world.calls.overlay.calls
        return
    calls = play(world, name)
    assert calls
    for call in calls:
        check_call(call, milliseconds(START))
    world.moment = max(
        START + timedelta(minutes=5),
        datetime.fromtimestamp(max(call.visible for call in calls) / 1000 + 1, UTC),
    )
    for call in calls:
        gone = world.calls.deleted(call.entries[0].id, None, world.moment)
        assert gone == (world.calls.find(None, call.entries[0].id, world.moment) is None)
        shown = since(call), since(call) + timedelta(hours=1)
        for entry in call.entries:
            owner = entry.part.extension_id
            listed = [e.id for _, e in world.calls.newest_first(owner, *shown, world.moment)]
            assert (entry.id in listed) == (not gone)
            assert len(world.calls.of_session(call.telephony_id, owner, world.moment)) == (not gone)


def since(call: Call) -> datetime:
    """When a call began."""
    return datetime.fromtimestamp(call.start // 1000, UTC)


def test_a_queue_call_goes_on_while_the_clock_does(world: World) -> None:
    call = play(world, "queue-call")[0]
    queue = world.company.schedule.roster.queues[0].id
    assert [entry.part.result for entry in call.entries] == ["Accepted", "Missed", "Missed", "Accepted"]
    assert call.entries[0].part.extension_id == queue
    assert call.entries[0].part.recording == "Automatic"
    world.moment = START + timedelta(seconds=60)
    assert [c for c, _ in world.calls.active(queue, world.moment)] == [call]
    assert call.entries[0].id not in world.shown(queue)
    world.moment = START + timedelta(seconds=5 + 133 + 31)
    assert world.calls.active(queue, world.moment) == []
    assert world.shown(queue)[0] == call.entries[0].id


def test_a_transfer_chain(world: World) -> None:
    chain, after = play(world, "transfer-chain")
    first, second, third = chain.entries
    assert [leg.leg_type for leg in first.legs] == ["Accept", "TransferCall", "TransferCall"]
    assert first.part.duration == sum(entry.legs[0].duration for entry in (first, second, third))
    assert third.part.extension_id == after.entries[0].part.extension_id
    assert first.part.caller.number == "+16505550142"


@pytest.mark.parametrize("month", [2, 6, 11])
def test_the_nights_on_which_the_clocks_are_changed(month: int) -> None:
    world = World(datetime(2026, month, 20, 3, tzinfo=UTC))
    calls = play(world, "dst-night")
    local = [datetime.fromtimestamp(call.start / 1000, PACIFIC) for call in calls]
    ends = [datetime.fromtimestamp(call.end / 1000, PACIFIC) for call in calls]
    assert [time.strftime("%H:%M") for time in local] == ["01:58", "03:10", "01:30", "01:59", "01:30"]
    assert ends[0].strftime("%H:%M") == "03:01"
    assert ends[3].strftime("%H:%M") == "01:01"
    assert calls[4].start - calls[2].start == 3_600_000
    assert local[0].date() == local[1].date() != local[2].date() == local[4].date()


def test_deleted_between_syncs(world: World) -> None:
    kept, deleted = play(world, "deleted-between-syncs")
    me = kept.entries[0].part.extension_id
    log, last = world.calls, milliseconds(START - timedelta(minutes=10))
    world.moment = START + timedelta(seconds=10)

    def changes() -> list[tuple[str, bool]]:
        nonlocal last
        now = world.moment
        rows = log.changed(me, last, now, START - timedelta(hours=1), 10, show_deleted=True)
        last = milliseconds(now)
        return [(entry.id, log.deleted(entry.id, me, now)) for _, entry in rows]

    ids = [call.entries[0].id for call in (kept, deleted)]
    assert changes() == [(ids[0], False), (ids[1], False)]
    world.moment = START + timedelta(seconds=61)
    assert changes()[0] == (ids[0], False)
    row = log.find(me, ids[0], world.moment)
    assert row is not None
    assert row[1].part.recording == "OnDemand"
    assert log.modified_ms(*row, world.moment) == milliseconds(START) + 60_000
    world.moment = START + timedelta(seconds=119)
    assert ids[1] in world.shown(me)
    changes()
    world.moment = START + timedelta(seconds=121)
    assert changes() == [(ids[1], True)]
    assert ids[1] not in world.shown(me) + world.shown()
    assert log.changed(me, last - 5_000, world.moment, START - timedelta(hours=1), 9) == []


def test_scenarios_are_in_the_state(world: World) -> None:
    calls = play(world, "deleted-between-syncs") + play(world, "deleted-between-syncs")
    assert len({call.session_id for call in calls}) == 4
    world.moment += timedelta(minutes=5)
    again = World()
    again.state.load(world.state.dump())
    again.moment = world.moment
    assert again.shown() == world.shown()
    assert calls[2].entries[0].id in again.shown()


def test_a_file_and_a_text_of_ones_own(world: World, tmp_path: Path) -> None:
    text = """
        title = "Mine"
        [[call]]
        kind = "fax"
        people = ["fax"]
        lasts = [60]
        [[call]]
        kind = "outgoing"
        people = ["103"]
        lasts = [12.5]
        result = "Busy"
    """
    (tmp_path / "mine.toml").write_text(text)
    for given in (text, tmp_path / "mine.toml", str(tmp_path / "mine.toml"), load(text)):
        fax, busy = play(world, given)
        assert fax.type == "Fax"
        assert (busy.entries[0].part.result, busy.entries[0].part.duration) == ("Busy", 12_500)
        check_call(fax, milliseconds(START))
        check_call(busy, milliseconds(START))


CALL = 'title = "x"\n[[call]]\nkind = "incoming"\npeople = ["user-1"]\nlasts = [40]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = \n", "is not TOML"),
        ("title = 'x'\n", "missing required field `call`"),
        (CALL + "colour = 1\n", "unknown field `colour`"),
        (CALL.replace("incoming", "smoke signal"), r"kind"),
        (CALL.replace("40", "-1"), "lasts"),
        (CALL.replace("40", "nan"), "finite|lasts"),
        (CALL.replace("[40]", "[40, 2]"), "lasts: a call of the kind incoming has 1"),
        (CALL.replace('"user-1"', '"user-99"'), "there is no user-99, only 13"),
        (CALL.replace('"user-1"', '"user-1", "101"'), "nobody can be in a call twice"),
        (CALL.replace('"user-1"', '"99999"'), "call 1: people: there is no extension '99999'"),
        (CALL + 'result = "Eaten"\n', "ends as one of Accepted"),
        (CALL + 'result = "Missed"\nrecorded = true\n', "only what was answered is recorded"),
        (CALL.replace("40", "20") + "recorded = true\n", "nothing under 30 seconds"),
        (CALL + 'outside = "me"\n', "outside"),
        (CALL + '[[delete]]\ncall = "y"\nat = 1\n', "delete: there is no call named 'y'"),
        (CALL + 'name = "y"\n[[amend]]\ncall = "y"\nat = 1\nresult = "Eaten"\n', "cannot become 'Eaten'"),
        (CALL + 'name = "y"\n' + CALL.split("\n", 1)[1] + 'name = "y"\n', "'y' comes twice"),
        (CALL.replace("incoming", "queue"), "a queue call has a queue"),
        (CALL.replace("incoming", "transfer"), "a transfer has two people or more"),
        (CALL.replace("lasts", "at = 1e300\nlasts"), "at"),
        ("#\n" * 40_000, "too long"),
    ],
)
def test_one_clear_line_about_a_bad_file(world: World, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as told:
        play(world, text)
    assert "\n" not in str(told.value)
    assert not world.calls.overlay.calls


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for name in ("queue", "../roster", tmp_path / "none.toml", ""):
        with pytest.raises(ScenarioError, match=r"there is no scenario|cannot be read"):
            load(name)
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="UTF-8"):
        load(tmp_path / "x.toml")
    assert read(CALL).title == "x"
