"""The answers to one question about an archive's calls, in DuckDB: few scans of narrow columns.

What the page needs of three million calls is counted by small numbers (duckdb_numbers.py); a page deep in is
found where counts of quarters of an hour say that it is. A question for digits or an extension reads long
texts, so that what it finds is kept, unless that is too much.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from .conditions import MOST_KEPT, SORT_COLUMNS, Dialect, conditions
from .duckdb_numbers import OUTCOMES, counted_by, numbers_in
from .duckdb_store import json_of
from .local_slots import DAY_SLOTS, HOUR_SLOTS, SLOT_SECONDS, day_of, local_slot, spans, weekday_of
from .questions import Found, Question, Spoken, Sum, Summary, Tail
from .schema import STORED_CALL_COLUMNS, as_lists, insert_from_lists, kind, values_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHALLOW = 5_000
"""Up to this place a page is the top of a sort; deeper ones are found by counting."""
_FEW_VALUES = 3
_COUNTED_COLUMNS = (
    "start_time, slot, outcome_no, talk_seconds, talker_no, talker_seconds, talker_2_no, talker_2_seconds, "
    "more_talkers"
)
_COLUMNS = f"{_COUNTED_COLUMNS}, direction, outcome, ring_seconds, duration, from_key, to_key"
_SAMPLED_PERCENT = 2
# A row each: a local day's calls of one outcome; an hour of the week's; a first and a second talker's.
_DAYS, _HOURS, _FIRST, _SECOND = range(4)
# Not materialized: each pass then reads the few columns that it needs.
_COUNTED = """
WITH asked AS {materialized} ({asked})
SELECT {days}, {day}, outcome_no, count(*), sum(talk_seconds) FROM asked GROUP BY 2, 3 UNION ALL
SELECT {hours}, {hour}, NULL, count(*), NULL FROM asked GROUP BY 2 UNION ALL
SELECT {first}, talker_no, NULL, count(*), sum(talker_seconds) FROM asked
    WHERE talker_no IS NOT NULL GROUP BY 2 UNION ALL
SELECT {second}, talker_2_no, NULL, count(*), sum(talker_2_seconds) FROM asked
    WHERE talker_2_no IS NOT NULL GROUP BY 2
"""
# 37 bytes a call are held meanwhile, of all that DuckDB may take here: one question at a time.
_HOLDING = threading.Lock()
_SUMMED_COLUMNS = "slot, outcome_no, talk_seconds, talker_no, talker_seconds, talker_2_no, talker_2_seconds"


def _among(column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
    return f"{column} IN ({', '.join('?' * len(values))})", list(values)


DIALECT = Dialect("?", "contains({text}, ?)", _among)


class DuckAnswers:
    """Answers from one open connection; its temporary tables end with it. Implements Answers."""

    def __init__(self, db: DuckDBPyConnection, wanted: Question, tail: Tail | None) -> None:
        self._db = db
        self._wanted = wanted
        self._tail = tail
        self._new_people: dict[str, str] = {}
        db.execute("SET preserve_insertion_order = false")
        if tail is not None:
            self._add(tail)
        self._source, self._values = self._asked()
        self._full, self._full_values = self._source, self._values
        # Several passes would each look for them anew.
        self._dear = bool(wanted.type or wanted.outcome or wanted.queues)
        if wanted.digits or wanted.extensions:
            self._keep()

    def in_window(self) -> int:
        """How many calls began in the window."""
        source, values = self._asked(window_only=True)
        return int(self._one(f"SELECT count(*) FROM ({source})", values)[0])

    def summary(self, zone: tzinfo, known: Collection[str]) -> Summary:
        """The numbers."""
        local = local_slot(spans(zone, self._wanted.begin, self._wanted.end))
        counting = _COUNTED.format(
            materialized="MATERIALIZED" if self._dear else "NOT MATERIALIZED",
            asked=f"SELECT {_SUMMED_COLUMNS} FROM ({self._source})",
            day=f"({local}) // {DAY_SLOTS}",
            hour=f"({local}) % {7 * DAY_SLOTS} // {HOUR_SLOTS}",
            days=_DAYS,
            hours=_HOURS,
            first=_FIRST,
            second=_SECOND,
        )
        outcomes: Counter[str] = Counter()
        talked: Counter[str] = Counter()
        days: dict[tuple[date, str], int] = {}
        hours: dict[tuple[int, int], int] = {}
        talkers: Counter[int] = Counter()
        seconds: Counter[int] = Counter()
        with _HOLDING if self._dear else nullcontext():
            counted = self._db.execute(counting, self._values).fetchall()
        for part, key, outcome_no, calls, spoken in counted:
            if part == _DAYS:
                outcome = OUTCOMES[outcome_no]
                outcomes[outcome] += calls
                talked[outcome] += spoken
                days[day_of(key), outcome] = calls
            elif part == _HOURS:
                day, hour = divmod(key, 24)
                hours[weekday_of(day), hour] = calls
            else:
                talkers[key] += calls
                seconds[key] += spoken
        return Summary(
            {outcome: Sum(calls, talked[outcome]) for outcome, calls in outcomes.items()},
            days,
            hours,
            self._spoken(talkers, seconds, known),
        )

    def page(self, sort: str, offset: int, limit: int) -> list[Found]:
        """Some of the calls, sorted."""
        name, down = sort.removeprefix("-"), sort.startswith("-")
        if name in ("", "when"):
            places = self._by_time(down or not name, offset, limit, [], [])
        elif offset + limit <= _SHALLOW:
            places = self._places(f"{_order(name, down)}, start_time DESC, place", offset, limit, [], [])
        else:
            places = self._by_counting(name, down, offset, limit)
        return self._found(places)

    def _add(self, tail: Tail) -> None:
        """The tail's calls as a table of this connection."""
        columns = (*STORED_CALL_COLUMNS, "place")
        kinds = ", ".join(f"{name} {kind(name)}" for name in columns)
        self._db.execute(f"CREATE TEMP TABLE tail ({kinds})")
        if tail.rows:
            people, self._new_people = numbers_in(self._db, tail.rows)
            rows = (
                (*values_of(row), *counted_by(row, people), False, -1 - place)
                for place, row in enumerate(tail.rows)
            )
            self._db.execute(insert_from_lists("tail", columns), as_lists(rows))

    def _asked(self, *, window_only: bool = False) -> tuple[str, list[Any]]:
        """The calls that the question is about, as a query."""
        terms, values = conditions(self._wanted, DIALECT, window_only=window_only)
        where = " AND ".join(terms)
        if self._tail is None:
            return f"SELECT rowid AS place, {_COLUMNS} FROM calls WHERE {where}", values
        earlier, before = [f"{where} AND start_time < ?"], [*values, self._tail.cut]
        if self._tail.replaced:
            replaced = sorted(self._tail.replaced)
            earlier.append(f"session_id NOT IN ({', '.join('?' * len(replaced))})")
            before += replaced
        return (
            f"SELECT rowid AS place, {_COLUMNS} FROM calls WHERE {' AND '.join(earlier)} "
            f"UNION ALL SELECT place, {_COLUMNS} FROM tail WHERE {where}",
            [*before, *values],
        )

    def _keep(self) -> None:
        """Keep what the question finds, unless that is very much: as few columns of it as are counted."""
        self._dear = True
        if self._may_be() > MOST_KEPT:
            return
        self._db.execute(
            f"CREATE TEMP TABLE kept AS SELECT place, {_COUNTED_COLUMNS} FROM ({self._source}) "
            f"LIMIT {MOST_KEPT + 1}",
            self._values,
        )
        if self._one("SELECT count(*) FROM kept", [])[0] > MOST_KEPT:
            self._db.execute("DROP TABLE kept")
            return
        self._dear = False
        self._source, self._values = "SELECT * FROM kept", []
        self._full = f"SELECT rowid AS place, {_COLUMNS} FROM calls WHERE rowid IN (SELECT place FROM kept)"
        if self._tail is not None:
            self._full += (
                f" UNION ALL SELECT place, {_COLUMNS} FROM tail WHERE place IN (SELECT place FROM kept)"
            )
        self._full_values = []

    def _may_be(self) -> int:
        """About how many calls the marks allow, by a part of the archive."""
        terms, values = conditions(self._wanted, DIALECT, by_marks=True)
        sampled = f"calls TABLESAMPLE system({_SAMPLED_PERCENT} PERCENT)"
        found = self._one(f"SELECT count(*) FROM {sampled} WHERE {' AND '.join(terms)}", values)[0]
        return int(found * 100 / _SAMPLED_PERCENT)

    def _spoken(self, calls: Counter[int], seconds: Counter[int], known: Collection[str]) -> list[Spoken]:
        """Who talked, with the names of those whom the caller does not know."""
        told = {
            no: (key, name)
            for no, key, name in self._db.execute("SELECT no, key, name FROM people").fetchall()
        }
        told |= {-1 - place: person for place, person in enumerate(self._new_people.items())}
        numbers = {key: no for no, (key, _) in told.items()}
        for (more,) in self._rows("more_talkers", "more_talkers IS NOT NULL", counted=True):
            for key, _, talked in json.loads(more):
                calls[numbers[key]] += 1
                seconds[numbers[key]] += talked
        return [
            Spoken(key, "" if key in known else name, calls[no], seconds[no])
            for no, (key, name) in told.items()
            if no in calls
        ]

    def _by_time(self, down: bool, offset: int, limit: int, terms: list[str], values: list[Any]) -> list[int]:
        """By begin: the counts tell in which quarters of an hour the page lies."""
        way = "DESC" if down else "ASC"
        if offset + limit > _SHALLOW:
            where = " AND ".join(terms) or "true"
            first, last, before = self._one(
                "SELECT min(slot), max(slot), min(before)::BIGINT FROM (SELECT slot, calls, "
                f"sum(calls) OVER (ORDER BY slot {way}) - calls AS before FROM "
                f"(SELECT slot, count(*) AS calls FROM ({self._full}) WHERE {where} GROUP BY 1)) "
                "WHERE before < ? AND before + calls > ?",
                [*self._full_values, *values, offset + limit, offset],
            )
            if first is None:
                return []
            terms = [*terms, "start_time >= ?", "start_time < ?"]
            values = [*values, _moment(first), _moment(last + 1)]
            offset -= before
        counted = not any(one in terms[0] for one in SORT_COLUMNS.values()) if terms else True
        return self._places(f"start_time {way}, place", offset, limit, terms, values, counted=counted)

    def _by_counting(self, name: str, down: bool, offset: int, limit: int) -> list[int]:
        """By another column, deep in: count its values, then take those that the page lies in."""
        key = SORT_COLUMNS[name]
        way = "DESC" if down else "ASC"
        rows = self._db.execute(
            f"WITH counted AS (SELECT {key} AS key, count(*) AS calls FROM ({self._full}) GROUP BY 1), "
            f"placed AS (SELECT *, (sum(calls) OVER (ORDER BY key {way}) - calls)::BIGINT AS before "
            "FROM counted) "
            "SELECT key, calls, before FROM placed WHERE before < ? AND before + calls > ? ORDER BY before",
            [*self._full_values, offset + limit, offset],
        ).fetchall()
        if len(rows) > _FEW_VALUES:  # the page has a part of the first and the last, and all between them
            terms, values = [f"{key} IN ({', '.join('?' * len(rows))})"], [row[0] for row in rows]
            order = f"{_order(name, down)}, start_time DESC, place"
            return self._places(order, offset - rows[0][2], limit, terms, values)
        places: list[int] = []
        for value, calls, before in rows:
            begin = max(offset - before, 0)
            count = min(offset + limit - before, calls) - begin
            places += self._by_time(True, begin, count, [f"{key} = ?"], [value])
        return places

    def _places(
        self,
        order: str,
        offset: int,
        limit: int,
        terms: list[str],
        values: list[Any],
        *,
        counted: bool = False,
    ) -> list[int]:
        where = " AND ".join(terms) or "true"
        rest = f"{where} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        return [row[0] for row in self._rows("place", rest, values, counted=counted)]

    def _found(self, places: Sequence[int]) -> list[Found]:
        stored = [place for place in places if place >= 0]
        told: dict[int, list[str]] = {}
        if stored:
            # As a table of their own: of a list of constants DuckDB reads far more.
            rows = self._db.execute(
                "SELECT rowid, record_ids FROM calls WHERE rowid IN (SELECT unnest(CAST(? AS BIGINT[])))",
                [stored],
            ).fetchall()
            told = {place: ids.split("; ") for place, ids in rows}
        texts = json_of(self._db, [key for ids in told.values() for key in ids])
        return [
            Found(tail=-1 - place)
            if place < 0
            else Found(tuple(texts[key].encode() for key in told[place] if key in texts))
            for place in places
        ]

    def _rows(
        self, columns: str, rest: str, values: Sequence[Any] = (), *, counted: bool = False
    ) -> list[tuple[Any, ...]]:
        """Of the calls asked for; `counted`: those of the columns that are counted are enough."""
        source, known = (self._source, self._values) if counted else (self._full, self._full_values)
        return self._db.execute(
            f"SELECT {columns} FROM ({source}) WHERE {rest}", [*known, *values]
        ).fetchall()

    def _one(self, query: str, values: Sequence[Any]) -> tuple[Any, ...]:
        row = self._db.execute(query, list(values)).fetchone()
        assert row is not None, "a sum has a row"
        return row


def _moment(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


def _order(name: str, down: bool) -> str:
    return f"{SORT_COLUMNS[name]} {'DESC' if down else 'ASC'}"
