"""The numbers that DuckDB counts calls by: all keep theirs, names are the newest, a tail stores nothing."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import get_args

import duckdb
import pytest

from ringback.archive.duckdb_numbers import OUTCOMES, counted_by, numbered, numbers_in
from ringback.archive.rows import CallRow
from ringback.archive.schema import PEOPLE
from ringback.client.calls.outcome import Outcome

NOW = datetime(2026, 3, 3, 20, 7, 59, tzinfo=UTC)


@pytest.fixture
def db():
    with duckdb.connect() as found:
        found.execute("SET TimeZone = 'UTC'")
        found.execute(PEOPLE)
        yield found


def call(minutes=0, **told):
    empty = dict.fromkeys(one.name for one in fields(CallRow))
    return CallRow(
        **empty
        | {"start_time": NOW + timedelta(minutes=minutes), "outcome": "answered", "number_marks": 0}
        | told
    )


def people(db):
    return db.execute("SELECT no, key, name FROM people ORDER BY no").fetchall()


def test_every_outcome_has_a_place_and_those_stored_keep_theirs():
    assert set(OUTCOMES) == set(get_args(Outcome))
    assert len(set(OUTCOMES)) == len(OUTCOMES)
    assert OUTCOMES[:3] == ("other", "answered", "missed")


def test_everybody_keeps_their_number_and_has_the_name_of_their_newest_call(db):
    first = numbered(db, [call(talker="7", talker_name="Ann", talker_2="8", talker_2_name="Bob")])
    later = numbered(
        db,
        [
            call(5, talker="7", talker_name="Ann Lee"),
            call(-5, talker="8", talker_name="Robert"),
            call(6, talker="7", talker_name=None),
            call(0, talker="9", more_talkers='[["10", "Eve", 3]]'),
        ],
    )
    assert later["7"] == first["7"]
    assert later["8"] == first["8"]
    assert people(db) == [(0, "7", "Ann Lee"), (1, "8", "Bob"), (2, "9", ""), (3, "10", "Eve")]
    numbered(db, [call(-60, talker="9", talker_name="Kim")])
    assert people(db)[2] == (2, "9", "Kim")


def test_a_tails_people_get_numbers_of_their_own_and_nothing_is_stored(db):
    numbered(db, [call(talker="7", talker_name="Ann")])
    numbers, names = numbers_in(
        db,
        [call(1, talker="20", talker_name="New"), call(2, talker="7", talker_2="21", talker_2_name="Newer")],
    )
    assert numbers == {"7": 0, "20": -1, "21": -2}
    assert list(names.items()) == [("20", "New"), ("21", "Newer")]
    assert people(db) == [(0, "7", "Ann")]


def test_a_calls_numbers_are_its_quarter_of_an_hour_its_outcome_and_its_talkers():
    numbers = counted_by(call(talker="7", talker_2="8"), {"7": 4, "8": 2})
    assert numbers == (int(NOW.timestamp()) // 900, 1, 4, 2)
    assert counted_by(call(outcome="missed"), {})[1:] == (2, None, None)
