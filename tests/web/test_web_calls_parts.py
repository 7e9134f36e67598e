"""The pure parts of the call pages: filters, presets, sums and charts, without a server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback import CallRecord, Extension, Leg, Party
from ringback.client.calls.in_call import phone_for_people
from ringback.client.calls.joined import JoinedCall, joined_call
from ringback.client.calls.kinds import KINDS, kind_of
from ringback.client.calls.sums import Talker, talkers, totals
from ringback.client.records.calls import ExtensionRef
from ringback.web.calls_filter import OUTCOMES, CallsFilter, Matcher, days_in_words, parse
from ringback.web.calls_page import assembled
from ringback.web.calls_presets import presets
from ringback.web.charts import calls_per_day, hours_by_weekday, talk_by_person
from ringback.web.charts.shapes import nice
from ringback.web.charts.talk import MOST_ROWS
from ringback.web.rows import as_row, in_order
from ringback.web.words import duration_in_words, time_left

TODAY = date(2026, 11, 26)
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADA = Party(name="Ada Lovelace", extension_number="101", extension_id=11)
OUTSIDE = Party(phone_number="+16505550100", name="Bob")


def call(number: int = 1, result: str = "Accepted", **changed: Any) -> JoinedCall:
    """An inbound call from outside to Ada."""
    values: dict[str, Any] = {
        "id": str(number),
        "session_id": f"s{number}",
        "start_time": START + timedelta(minutes=number),
        "type": "Voice",
        "direction": "Inbound",
        "result": result,
        "duration": 60,
        "from_": OUTSIDE,
        "to": ADA,
        "extension": ExtensionRef(id=11),
    }
    return joined_call([CallRecord(**{**values, **changed})])


def test_the_default_is_the_last_seven_days():
    parsed = parse({}, TODAY)
    assert parsed.errors == {}
    assert parsed.filter == CallsFilter(date(2026, 11, 20), TODAY)


def test_an_address_and_its_filter_are_the_same_thing():
    asked = {"scope": "account", "from": "2026-11-01", "to": "2026-12-31", "direction": "Inbound"}
    asked |= {"number": "+1 650 555", "queue": "Sales & more", "sort": "-talk", "page": "3"}
    wanted = parse(asked, TODAY).filter
    from urllib.parse import parse_qsl

    assert parse(dict(parse_qsl(wanted.query())), TODAY).filter == wanted
    assert wanted.query(format="csv", page=1, sort="").endswith("&queue=Sales+%26+more&format=csv")


@given(
    st.dictionaries(st.sampled_from(["scope", "from", "to", "number", "page", "sort", "queue"]), st.text())
)
def test_no_address_breaks_the_filter(asked: dict[str, str]):
    parsed = parse(asked, TODAY)
    assert parsed.errors or parsed.filter.first <= parsed.filter.last


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 3), date(2026, 11, 3), "3 November 2026"),
        (date(2026, 11, 1), date(2026, 11, 23), "1–23 November 2026"),  # noqa: RUF001
        (date(2026, 10, 28), date(2026, 11, 3), "28 October–3 November 2026"),  # noqa: RUF001
        (date(2025, 12, 31), date(2026, 1, 1), "31 December 2025–1 January 2026"),  # noqa: RUF001
    ],
)
def test_days_in_words(first: date, last: date, words: str):
    assert days_in_words(first, last) == words


def test_the_filter_says_itself():
    wanted = CallsFilter(TODAY, TODAY, "account", "inbound", "voice", "no_answer", queue="9")
    told = wanted.sentence("US/Pacific", "Sales")
    asked = "inbound, voice, no answer, through queue Sales"
    assert told == f"Account calls, 26 November 2026, {asked}. Days in US/Pacific."


def test_presets_are_of_the_users_today():
    found = {one.name: (one.first, one.last) for one in presets(date(2026, 3, 1))}
    assert found["Last month"] == (date(2026, 2, 1), date(2026, 2, 28))
    assert found["This week"] == (date(2026, 2, 23), date(2026, 3, 1))
    assert found["Last 7 days"] == (date(2026, 2, 23), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"number": "(650) 555-0100"}, True),
        ({"number": "0199"}, False),
        ({"extension": "101"}, True),
        ({"extension": "11"}, True),
        ({"extension": "10"}, False),
        ({"queue": "Sales"}, False),
        ({"result": "answered"}, True),
        ({"result": "missed"}, False),
        ({"result": "No Answer"}, False),
        ({"direction": "outbound"}, False),
    ],
)
def test_a_call_is_wanted_or_not(asked: dict[str, str], fits: bool):
    people = [Extension(id=11, extension_number="101", name="Ada Lovelace", type="User")]
    assert Matcher(parse(asked, TODAY).filter, people).wants(call()) is fits


def test_a_leg_that_rang_finds_a_call_by_the_extensions_number():
    legs = (Leg(direction="Inbound", result="Missed", extension=ExtensionRef(id=77), duration=5),)
    people = [Extension(id=77, extension_number="177", type="User")]
    assert Matcher(parse({"extension": "177"}, TODAY).filter, people).wants(call(legs=legs))


def test_totals_are_four_figures():
    found = totals([call(1), call(2, "Missed"), call(3, "Voicemail"), call(4, "Received", type="Fax")])
    assert (found.calls, found.answered, found.not_answered, found.talk_seconds) == (4, 1, 2, 60)
    assert (found.answered_percent, found.talk_each) == (33, 60)
    nothing = totals([])
    assert (nothing.calls, nothing.answered_percent, nothing.talk_each) == (0, None, None)
    assert {kind_of(one) for one in OUTCOMES} == set(KINDS)


def test_both_ends_of_an_internal_call_talk():
    grace = Party(name="Grace Hopper", extension_number="102", extension_id=12)
    own = {"extension": ExtensionRef(id=12)}
    inside = call(1, "Call connected", direction="Outbound", from_=grace, to=ADA, **own)
    found = {one.name: (one.calls, one.talk_seconds) for one in talkers([inside, call(2)])}
    assert found["Grace Hopper"] == (1, 60)
    assert found["Ada Lovelace"][0] >= 1


def test_the_columns_of_the_day_chart_add_up():
    days = [(date(2026, 11, 20), "Answered")] * 3 + [(date(2026, 11, 20), "Fax"), (TODAY, "Voicemail")]
    chart = calls_per_day(days, date(2026, 11, 20), TODAY)
    assert chart.headings == ("Day", "Answered", "Voicemail", "Fax", "All")
    assert len(chart.rows) == 7
    assert chart.rows[0] == ("Fri 20 Nov 2026", "3", "0", "1", "4")
    assert sum(int(row[-1]) for row in chart.rows) == 5
    assert chart.description.startswith("5 calls. Busiest: Fri 20 Nov 2026, 4 calls.")
    stack = [one for one in chart.bars if one.told.startswith("Fri 20")]
    assert stack[0].y == pytest.approx(stack[1].y + stack[1].height, abs=0.1)


@pytest.mark.parametrize(
    ("length", "step", "columns"), [(1, "Day", 1), (62, "Day", 62), (63, "Week", 10), (800, "Month", 27)]
)
def test_longer_spans_are_drawn_by_week_and_month(length: int, step: str, columns: int):
    first = date(2026, 1, 1)
    chart = calls_per_day([], first, first + timedelta(days=length - 1))
    assert (chart.headings[0], len(chart.rows)) == (step, columns)
    assert len([one for one in chart.marks if one.anchor == "middle"]) <= 10


def test_the_heat_map_has_a_field_for_every_hour():
    chart = hours_by_weekday([START, START, START + timedelta(hours=1)])
    assert len(chart.bars) == 7 * 24
    assert {one.look for one in chart.bars} == {"heat-0", "heat-3", "heat-5"}
    assert chart.rows[0][1 + 10] == "2"
    assert chart.description == "Most calls begin on Monday between 10:00 and 11:00: 2."
    assert hours_by_weekday([]).description == "No calls."


def test_those_who_talked_little_are_drawn_as_one():
    people = [Talker(str(n), f"Person {n}", 1, 100 - n) for n in range(MOST_ROWS + 3)]
    chart = talk_by_person(people)
    assert len(chart.bars) == MOST_ROWS + 1
    assert chart.bars[-1].told.startswith("3 others: ")
    assert len(chart.rows) == MOST_ROWS + 3
    assert len(talk_by_person(people[: MOST_ROWS + 1]).bars) == MOST_ROWS + 1
    assert talk_by_person([]).rows == ()


@given(st.integers(0, 10**7))
def test_the_top_of_a_scale_is_round_and_not_below(most: int):
    assert nice(most) >= most
    assert nice(most) % 2 == 0
    assert nice(most) <= max(2.5 * most, 2)


def test_pages_and_sorts():
    calls = [call(number, duration=number % 7) for number in range(250, 0, -1)]
    wanted = parse({"page": "3", "from": "2026-11-23", "to": "2026-11-23", "sort": "-duration"}, TODAY).filter
    shown = assembled(calls, [], wanted, UTC)
    assert (shown.page, shown.pages, shown.first, len(shown.rows), shown.all_read) == (3, 3, 201, 50, 250)
    assert [one.sorted for one in shown.headings if one.name == "Duration"] == ["descending"]
    assert [one.duration for one in in_order(calls, "duration")] == sorted(
        number % 7 for number in range(1, 251)
    )
    beyond = parse({"page": "900", "from": "2026-11-23", "to": "2026-11-23"}, TODAY).filter
    assert assembled(calls, [], beyond, UTC).page == 3
    empty = assembled([], [], beyond, UTC)
    assert (empty.page, empty.pages, empty.rows, empty.charts) == (1, 1, (), ())


def test_a_row_says_who_with_whom():
    row = as_row(call(), UTC)
    assert (row.from_.name, row.from_.number, row.from_.normal) == (
        "Bob",
        "+1 (650) 555-0100",
        "+16505550100",
    )
    assert (row.to.name, row.to.number, row.to.normal) == ("Ada Lovelace", "ext. 101", "")
    assert (row.duration, row.tone, row.outcome, row.direction) == ("1:00", "good", "Answered", "Inbound")
    assert [(leg.after, leg.x, leg.width) for leg in row.legs] == [("+0:00", 0.0, 100.0)]
    assert as_row(call(from_=None), UTC).from_.name == "Unknown"


def test_words():
    assert [duration_in_words(s) for s in (0, 59, 245, 3723, None)] == [
        "0:00",
        "0:59",
        "4:05",
        "1:02:03",
        "\N{EN DASH}",
    ]
    assert [time_left(s) for s in (0, 40, 61, 3600, 90_000)] == [
        "none: it has run out",
        "40 seconds",
        "1 minute",
        "1 hour",
        "1 day 1 hour",
    ]
    assert phone_for_people("+442071838750") == "+442071838750"
    assert phone_for_people(None) == ""
