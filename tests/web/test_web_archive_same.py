"""An archive's answers are those of the live page over the same records: rows, totals, charts, every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from invented_calls import EVERYBODY, PEOPLE, as_json, records

from archive_homes import HOMES, DuckHome, home_of

pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")

from ringback.archive import duckdb_answers, duckdb_reader, open_archive, postgres_answers, postgres_reader
from ringback.archive.duckdb_file import DuckFile
from ringback.archive.duckdb_reader import DuckReader
from ringback.archive.places import place_of
from ringback.archive.postgres_reader import PostgresReader
from ringback.archive.postgres_store import PostgresStore
from ringback.archive.questions import Tail
from ringback.archive.rows import call_row, call_rows, ids_of, record_of, record_row
from ringback.archive.values import Log, Progress, Step
from ringback.client.calls.days import day
from ringback.client.calls.joined import join_calls
from ringback.client.records.decoding import call_record_from
from ringback.web.calls_filter import SORTS, Matcher, parse
from ringback.web.calls_page import assembled, assembled_from

FIRST = datetime(2026, 10, 20, tzinfo=UTC)
DAYS = 40
ZONES = ("US/Pacific", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe")
TODAY = date(2026, 11, 26)


class Company:
    """The same records in an archive, and as the live page reads them."""

    def __init__(self, home):
        told = records(7, 1000, FIRST, DAYS)
        self.records = sorted(
            (call_record_from(as_json(one)) for one in told),
            key=lambda one: (one.start_time, one.id),
            reverse=True,
        )
        rows = {one["id"]: record_row(record_of(as_json(one), original=True)) for one in told}
        with open_archive(home.place) as archive:
            archive.store.claim(Log("https://server.example", "500", "/log"))
            everything = list(rows)
            Random(3).shuffle(everything)
            for at in range(0, len(everything), 400):
                some = {key: rows[key] for key in everything[at : at + 400]}
                archive.store.apply(
                    Step(FIRST + timedelta(days=60), Progress(), some),
                    lambda texts: call_rows(texts, EVERYBODY),
                )
        self.store = None
        if isinstance(home, DuckHome):
            self.reader = DuckReader(DuckFile(Path(home.place)))
        else:
            self.store = PostgresStore(place_of(home.place), create=False)
            self.reader = PostgresReader(self.store)
        self.joined = list(join_calls(self.records, extensions=EVERYBODY))

    def calls(self, begin, end):
        """The calls that began in a window, as the live page has them."""
        return [one for one in self.joined if begin <= one.start_time <= end]


@pytest.fixture(scope="module", params=HOMES)
def company(request, tmp_path_factory):
    """Once a back end of the archive."""
    home = home_of(request.param, tmp_path_factory.mktemp("archive"))
    found = Company(home)
    yield found
    if found.store is not None:
        found.store.close()
    home.remove()


def question(zone, **asked):
    parsed = parse({"scope": "account", "from": "2026-10-20", "to": "2026-12-05", **asked}, TODAY)
    assert parsed.errors == {}
    return parsed.filter, day(parsed.filter.first, zone, until=parsed.filter.last)


def told(shown):
    """All that is shown; calls of one moment, which no sort tells apart, in one order."""
    rows = sorted(repr(one) for one in shown.rows) if shown.rows else []
    return shown.totals, shown.charts, shown.headings, shown.page, shown.pages, shown.first, rows


def filters(dice, count):
    """Questions of all kinds."""
    for _ in range(count):
        asked = {"sort": dice.choice(("", *SORTS, *(f"-{one}" for one in SORTS)))}
        for name, values in (
            ("direction", ("inbound", "outbound", "internal")),
            ("type", ("voice", "fax")),
            ("result", ("answered", "missed", "voicemail", "abandoned")),
            ("number", ("2005550123", "555", "0001", "550 3", "99999")),
            ("extension", ("101", "500", "801", "112", "7")),
            ("queue", ("Sales", "801", "STRASSE", "901", "nobody's")),
        ):
            if dice.random() < 0.25:
                asked[name] = dice.choice(values)
        first = dice.randrange(0, 30)
        if dice.random() < 0.5:
            asked["from"] = str((FIRST + timedelta(days=first)).date())
            asked["to"] = str((FIRST + timedelta(days=first + dice.randrange(0, 12))).date())
        yield dice.choice(ZONES), asked


@pytest.mark.parametrize("seed", range(2))
def test_every_filter_sort_and_zone(company, seed):
    for zone_name, asked in filters(Random(seed), 25):
        zone = ZoneInfo(zone_name)
        wanted, (begin, end) = question(zone, **asked)
        live = assembled(company.calls(begin, end), EVERYBODY, wanted, zone)
        with company.reader.ask(Matcher(wanted, EVERYBODY).question(begin, end)) as answers:
            kept = assembled_from(answers, (), EVERYBODY, wanted, zone)
        assert told(kept) == told(live), asked
        if not live.totals.calls:
            assert kept.all_read == live.all_read


@pytest.mark.parametrize("sort", ["", "when", *(f"-{one}" for one in SORTS[1:]), "from"])
def test_pages_hold_every_call_once_also_deep_in(company, monkeypatch, sort):
    monkeypatch.setattr(duckdb_answers, "_SHALLOW", 150)
    zone = ZoneInfo("US/Pacific")
    wanted, (begin, end) = question(zone, sort=sort)
    with company.reader.ask(Matcher(wanted).question(begin, end)) as answers:
        found = [one for at in range(0, 1100, 100) for one in answers.page(sort, at, 100)]
    sessions = [record_of(one.records[0]).id.rstrip("b") for one in found]
    expected = {one.records[0].id.rstrip("b") for one in company.calls(begin, end)}
    assert len(sessions) == len(set(sessions))
    assert set(sessions) == expected


@pytest.mark.parametrize("sampled_percent", [2, 100])
def test_more_hits_than_are_kept_are_answered_too(company, monkeypatch, sampled_percent):
    monkeypatch.setattr(duckdb_answers, "_SAMPLED_PERCENT", sampled_percent)
    monkeypatch.setattr(duckdb_answers, "MOST_KEPT", 10)
    monkeypatch.setattr(postgres_answers, "MOST_KEPT", 10)
    zone = ZoneInfo("UTC")
    for asked in ({"number": "555"}, {"extension": "103", "sort": "-talk"}):
        wanted, (begin, end) = question(zone, **asked)
        live = assembled(company.calls(begin, end), EVERYBODY, wanted, zone)
        with company.reader.ask(Matcher(wanted, EVERYBODY).question(begin, end)) as answers:
            assert told(assembled_from(answers, (), EVERYBODY, wanted, zone)) == told(live)


def test_people_whom_nobody_lists_have_their_newest_name(company):
    zone = ZoneInfo("UTC")
    wanted, (begin, end) = question(zone)
    live = assembled(company.calls(begin, end), PEOPLE[:3], wanted, zone)
    with company.reader.ask(Matcher(wanted, EVERYBODY).question(begin, end)) as answers:
        kept = assembled_from(answers, (), PEOPLE[:3], wanted, zone)
    names = {row[0] for row in kept.charts[2].rows}
    assert names >= {one.name for one in PEOPLE[:3]}
    assert names & {one.name for one in PEOPLE[3:]}
    assert not names & {str(one.id) for one in PEOPLE}
    assert kept.totals == live.totals


@pytest.mark.parametrize("sort", ["", "-duration", "from"])
def test_a_tail_counts_and_sorts_among_the_rest(company, sort):
    zone, cut = ZoneInfo("US/Pacific"), FIRST + timedelta(days=30)
    wanted, (begin, end) = question(zone, sort=sort, result="answered")
    everything = company.calls(begin, end)
    fresh = [one for one in everything if any(record.start_time >= cut for record in one.records)]
    early = frozenset(one.session_id for one in fresh if one.start_time < cut)
    tail = Tail(cut, [call_row(one, ids_of(EVERYBODY)) for one in fresh], early)
    live = assembled(everything, EVERYBODY, wanted, zone)
    with company.reader.ask(Matcher(wanted, EVERYBODY).question(begin, end), tail) as answers:
        kept = assembled_from(answers, fresh, EVERYBODY, wanted, zone)
    assert told(kept) == told(live)
    assert any(record.start_time >= cut for one in everything for record in one.records)


def test_a_stream_has_every_call_once_newest_first(company, monkeypatch):
    monkeypatch.setattr(duckdb_reader, "_CALLS_AT_ONCE", 300)
    monkeypatch.setattr(postgres_reader, "_CALLS_AT_ONCE", 300)
    zone = ZoneInfo("UTC")
    wanted, (begin, end) = question(zone)
    found = [
        min(record_of(text).start_time for text in texts)
        for texts in company.reader.stream(Matcher(wanted).question(begin, end))
    ]
    assert found == sorted(found, reverse=True)
    assert len(found) == 1000
    assert sum(1 for _ in company.reader.records(begin, end)) == len(company.records)
