"""`ringback calls report`: the numbers of the call page, drawn in any width, with and without colour."""

import json
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
import pytest
from running import run
from test_login_command import log_in

from ringback import RingCentral
from ringback.cli.report_command import wants_colour
from ringback.cli.report_numbers import Report, Wanted, report_of
from ringback.cli.report_view import lines_of, plain
from ringback.client.calls.kinds import KINDS
from ringback.client.calls.sums import Talker, Totals

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
FIRST, LAST = date(2026, 2, 23), date(2026, 3, 1)
WEEK = ("--from", str(FIRST), "--to", str(LAST), "--zone", "America/Los_Angeles")


def report(desk, *options, **more):
    return run("calls", "report", *options, cwd=desk.folder, seconds=60, **desk.settings | more)


@pytest.fixture
def logged_in(desk):
    log_in(desk, desk.ringcentral.admin)
    return desk


def told_by_the_api(desk):
    """The week's calls, and the extensions."""
    from ringback.client.calls.days import day

    with desk.ringcentral.use_env(), RingCentral(vault="memory://") as client:
        begun = client.begin_login(redirect_uri=desk.ringcentral.redirect_uri)
        callback = desk.ringcentral.authorize(begun.url, desk.ringcentral.admin)
        user = client.finish_login(callback, begun.transaction)
        people = list(user.extensions())
        begin, end = day(FIRST, LOS_ANGELES, until=LAST)
        log = user.calls("account", date_from=begin, date_to=end)
        return list(log.joined(extensions=people)), people


def test_the_numbers_are_those_of_the_call_page(logged_in):
    pytest.importorskip("flask", reason="the call page needs flask: pip install 'ringback[web]'")
    from ringback.web.calls_filter import CallsFilter
    from ringback.web.calls_page import assembled

    calls, people = told_by_the_api(logged_in)
    assert len(calls) > 100
    number = next(call.from_.phone_number for call in calls if call.direction == "Inbound")
    for options, filters in (
        ((), {}),
        (("--direction", "Inbound", "--type", "Voice"), {"direction": "inbound", "type": "voice"}),
        (("--number", number), {"number": number}),
    ):
        printed = report(logged_in, *WEEK, "--scope", "account", *options, "--json")
        assert printed.returncode == 0, printed.stderr
        told = json.loads(printed.stdout)
        page = assembled(calls, people, CallsFilter(FIRST, LAST, "account", **filters), LOS_ANGELES)
        totals = page.totals
        assert told["totals"] == {
            "calls": totals.calls,
            "answered": totals.answered,
            "answeredPercent": totals.answered_percent,
            "notAnswered": totals.not_answered,
            "talkSeconds": totals.talk_seconds,
            "talkSecondsEach": totals.talk_each,
        }
        assert totals.calls
        days, hours, talk = page.charts
        assert [str(one["calls"]) for one in told["days"]] == [row[-1] for row in days.rows]
        assert [one["begin"] for one in told["days"]][:2] == ["2026-02-23", "2026-02-24"]
        assert sum(one["answered"] for one in told["days"]) == totals.answered
        assert [[str(n) for n in one["calls"]] for one in told["hours"]] == [
            list(row[1:-1]) for row in hours.rows
        ]
        assert [(one["name"], str(one["calls"])) for one in told["people"]] == [row[:2] for row in talk.rows]


def test_it_is_drawn_without_colour_in_a_pipe_and_fits(logged_in):
    drawn = report(logged_in, *WEEK, "--scope", "account")
    assert drawn.returncode == 0, drawn.stderr
    assert "\x1b" not in drawn.stdout
    lines = drawn.stdout.splitlines()
    assert lines[0].startswith("The account's calls, 23 February\N{EN DASH}1 March 2026.")
    for heading in ("Calls per day, by outcome", "Calls by weekday and hour", "Talk time by person"):
        assert heading in lines
    narrow = report(logged_in, *WEEK, "--scope", "account", "--width", "40", PYTHONIOENCODING="ascii")
    assert narrow.returncode == 0, narrow.stderr
    assert narrow.stdout.isascii()
    assert max(map(len, narrow.stdout.splitlines())) <= 40


def test_the_last_seven_days_are_shown_unless_told_otherwise(logged_in):
    told = json.loads(report(logged_in, "--zone", "UTC", "--json").stdout)
    today = logged_in.ringcentral.clock.now().date()
    assert told["to"] == str(today)
    assert len(told["days"]) == 7
    empty = report(logged_in, "--from", "2026-01-01", "--to", "2026-01-01", "--number", "99999999")
    assert (empty.returncode, empty.stdout.splitlines()[-1]) == (0, "No calls.")


def test_an_archive_is_reported_on_without_a_login(logged_in):
    pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")
    file = str(logged_in.folder / "own.duckdb")
    sync = ("calls", "sync", "--archive", file, "--history", "2026-02-15")
    synced = run(*sync, cwd=logged_in.folder, seconds=60, **logged_in.settings)
    assert synced.returncode == 0, synced.stderr
    nobody = {"RC_SERVER_URL": "http://localhost:1"}
    from_file = json.loads(report(logged_in, *WEEK, "--archive", file, "--json", **nobody).stdout)
    from_api = json.loads(report(logged_in, *WEEK, "--json").stdout)
    for name in ("totals", "days", "hours"):
        assert from_file[name] == from_api[name]
    everything = json.loads(report(logged_in, "--archive", file, "--json", **nobody).stdout)
    assert everything["totals"]["calls"] > from_file["totals"]["calls"]
    assert everything["from"] < str(FIRST)


def made_up(days=14, calls=50):
    dates = [date.fromordinal(FIRST.toordinal() + day) for day in range(days)]
    kinds = Counter({(day, kind): calls for day in dates for kind in KINDS})
    talkers = tuple(Talker(str(n), f"Long name {n} " * (n + 1), n, 90_000 // n) for n in range(1, 20))
    hours = Counter({(day, hour): day * hour for day in range(7) for hour in range(24)})
    totals = Totals(calls * days * 5, calls * days, calls * days * 2, 123_456)
    return Report("The account's calls", LOS_ANGELES, FIRST, dates[-1], totals, kinds, hours, talkers)


@pytest.mark.parametrize("width", [30, 31, 40, 60, 76, 77, 80, 120, 200])
@pytest.mark.parametrize("days", [1, 7, 31, 62, 400, 3650])
@pytest.mark.parametrize("calls", [1, 999_999])
def test_no_line_is_wider_than_asked(width, days, calls):
    for line in lines_of(made_up(days, calls), width):
        bare = click.unstyle(line)
        assert len(bare) <= width, bare
        assert plain(bare).isascii()


def test_bars_are_as_high_as_the_calls_are_many():
    one, two = date(2026, 3, 2), date(2026, 3, 3)
    kinds = Counter({(one, "Answered"): 60, (one, "Voicemail"): 60, (two, "Answered"): 30})
    made = made_up(2)
    shown = Report(made.of, made.zone, one, two, made.totals, kinds, made.hours, ())
    lines = [click.unstyle(line) for line in lines_of(shown, 80)]
    start = lines.index("Calls per day, by outcome") + 1
    columns = [[line[4 + 9 * day : 5 + 9 * day] for line in lines[start : start + 12]] for day in range(2)]
    assert "".join(columns[0]) == "░" * 6 + "█" * 6
    assert "".join(columns[1]) == " " * 9 + "█" * 3
    assert "Nobody talked." in lines


def test_a_name_cannot_steer_the_terminal():
    made = made_up()
    talkers = (Talker("1", "\x1b[2JEve\x07", 1, 60),)
    shown = Report(made.of, made.zone, FIRST, LAST, made.totals, made.kinds, made.hours, talkers)
    assert any("?[2JEve?" in click.unstyle(line) for line in lines_of(shown, 80))


def test_wide_letters_keep_the_columns():
    made = made_up()
    talkers = (Talker("1", "山田太郎", 1, 60), Talker("2", "Ann", 1, 60))
    shown = Report(made.of, made.zone, FIRST, LAST, made.totals, made.kinds, made.hours, talkers)
    lines = [click.unstyle(line) for line in lines_of(shown, 80)][-2:]
    assert lines[0].startswith("山田太郎  1:00")
    assert lines[1].startswith("Ann       1:00")


def test_nothing_at_all_is_a_report_too():
    made = report_of([], [], of="Your calls", zone=LOS_ANGELES, first=None, last=None, today=FIRST)
    assert (made.first, made.last, made.totals.calls) == (FIRST, FIRST, 0)
    assert list(lines_of(made, 80))[-1] == "No calls."
    assert list(Wanted("Inbound").of([])) == []
    assert made.days().counts == {FIRST: Counter()}


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, False, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(environment, terminal, colour):
    assert wants_colour(environment, terminal=terminal) is colour


def test_times_of_day_are_those_of_the_zone():
    class Call:
        start_time = datetime(2026, 3, 1, 7, 30, tzinfo=ZoneInfo("UTC"))
        outcome = "answered"
        direction = "Inbound"
        answered_by = ()
        talk_seconds = 60

    made = report_of([Call()], [], of="", zone=LOS_ANGELES, first=None, last=None, today=LAST)
    assert made.hours == {(5, 23): 1}
    assert made.first == date(2026, 2, 28)
