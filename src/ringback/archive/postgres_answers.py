"""The answers to one question about an archive's calls, in PostgreSQL: index-only scans, one for each sum.

The index `calls_to_count` has all that totals and charts need. A question for digits or an extension reads
long texts; the places of what it finds are kept, unless that is too much.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import tzinfo
from typing import Any, TypeVar

from sqlalchemy import Connection

from .conditions import MOST_KEPT, SORT_COLUMNS, Dialect, conditions
from .local_slots import DAY_SLOTS, HOUR_SLOTS, SLOT_SECONDS, day_of, local_slot, spans, weekday_of
from .memo import Memo
from .questions import Found, Question, Spoken, Sum, Summary, Tail
from .schema import CALL_COLUMNS, kind, values_of

T = TypeVar("T")
_SLOT = f"CAST(floor(date_part('epoch', start_time) / {SLOT_SECONDS}) AS bigint)"
_PG_KINDS = {"VARCHAR": "text", "BIGINT": "bigint", "TIMESTAMPTZ": "timestamptz", "BOOLEAN": "boolean"}


def _among(column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
    return f"{column} = ANY(%s)", [list(values)]


DIALECT = Dialect("%s", "strpos({text}, %s) > 0", _among)


class PostgresAnswers:
    """Answers from one transaction, which sees one state of the archive. Implements Answers.

    What is counted in the archive itself is kept in `memo`, until it changes; the tail is counted each time.
    """

    def __init__(self, db: Connection, wanted: Question, tail: Tail | None, memo: Memo) -> None:
        self._db = db
        self._wanted = wanted
        self._tail = tail
        self._memo = memo
        self._stamp = self._all("SELECT CAST(xmin AS text) FROM state", [])[0][0]
        self._kept: list[int] | None = None
        self._looked = not (wanted.digits or wanted.extensions)

    def in_window(self) -> int:
        """How many calls began in the window."""

        def count(source: str, values: list[Any]) -> int:
            return int(self._all(f"SELECT count(*) FROM ({source}) AS asked", values)[0][0])

        return sum(self._both("in_window", "place", count, window_only=True))

    def summary(self, zone: tzinfo, known: Collection[str]) -> Summary:
        """The numbers."""
        local = local_slot(spans(zone, self._wanted.begin, self._wanted.end))
        hour = f"mod(slot, {7 * DAY_SLOTS}) / {HOUR_SLOTS}"

        def count(source: str, values: list[Any]) -> list[Any]:
            return self._all(
                f"WITH counts AS MATERIALIZED (SELECT {_SLOT} AS slot, outcome, count(*) AS calls, "
                f"sum(talk_seconds) AS talked FROM ({source}) AS asked GROUP BY 1, 2), "
                f"placed AS MATERIALIZED (SELECT {local} AS slot, outcome, calls, talked FROM counts) "
                "SELECT 'outcome', outcome, 0, CAST(sum(calls) AS bigint), CAST(sum(talked) AS bigint) "
                "FROM placed GROUP BY outcome UNION ALL "
                f"SELECT 'day', outcome, slot / {DAY_SLOTS}, CAST(sum(calls) AS bigint), 0 "
                f"FROM placed GROUP BY outcome, slot / {DAY_SLOTS} UNION ALL "
                f"SELECT 'hour', '', {hour}, CAST(sum(calls) AS bigint), 0 "
                f"FROM placed GROUP BY {hour}",
                values,
            )

        calls: Counter[tuple[str, str, int]] = Counter()
        talked: Counter[str] = Counter()
        key = ("summary", local)
        for rows in self._both(key, "start_time, outcome, talk_seconds", count):
            for what, outcome, place, count_of, seconds in rows:
                calls[what, outcome, place] += count_of
                talked[outcome] += seconds
        return Summary(
            {
                one: Sum(count_of, talked[one])
                for (what, one, _), count_of in calls.items()
                if what == "outcome"
            },
            {(day_of(at), one): count_of for (what, one, at), count_of in calls.items() if what == "day"},
            {
                (weekday_of(at // 24), at % 24): count_of
                for (what, _, at), count_of in calls.items()
                if what == "hour"
            },
            self._talkers(known),
        )

    def _both(
        self,
        key: Hashable,
        columns: str,
        count: Callable[[str, list[Any]], T],
        *,
        window_only: bool = False,
    ) -> list[T]:
        """What is counted in the archive, and in the tail."""
        tail = self._tail
        asked = (key, self._wanted, tail and (tail.cut, tail.replaced))
        stored = self._memo.get(
            self._stamp, asked, lambda: count(*self._stored(columns, window_only=window_only))
        )
        if tail is None:
            return [stored]
        return [stored, count(*self._told(columns, window_only=window_only))]

    def page(self, sort: str, offset: int, limit: int) -> list[Found]:
        """Some of the calls, sorted."""
        name, down = sort.removeprefix("-"), sort.startswith("-")
        if name in ("", "when"):
            way = "DESC" if down or not name else "ASC"
            order = f"start_time {way}, newest_time DESC, newest_id DESC"
        else:
            order = f"{SORT_COLUMNS[name]} {'DESC' if down else 'ASC'}, start_time DESC, place"
        columns = "place, start_time, newest_time, newest_id"
        source, values = self._asked(f"{columns}, {SORT_COLUMNS[name]}" if name in SORT_COLUMNS else columns)
        rows = self._all(
            f"SELECT place FROM ({source}) AS asked ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        return self._found([row[0] for row in rows])

    def _asked(self, columns: str) -> tuple[str, list[Any]]:
        """These columns of the calls that the question is about, as a query."""
        stored, values = self._stored(columns)
        if self._tail is None:
            return stored, values
        told, more = self._told(columns)
        return f"{stored} UNION ALL {told}", [*values, *more]

    def _stored(self, columns: str, *, window_only: bool = False) -> tuple[str, list[Any]]:
        """Of those that the archive has, without what the tail tells instead."""
        if not self._looked and not window_only:
            self._look()
        if self._kept is not None and not window_only:
            stored = f"SELECT {columns} FROM calls WHERE place = ANY(CAST(%s AS bigint[]))"
            values: list[Any] = [self._kept]
        else:
            terms, values = conditions(self._wanted, DIALECT, window_only=window_only)
            stored = f"SELECT {columns} FROM calls WHERE {' AND '.join(terms)}"
        if self._tail is None:
            return stored, values
        stored += " AND start_time < %s AND session_id <> ALL(CAST(%s AS text[]))"
        return stored, [*values, self._tail.cut, sorted(self._tail.replaced)]

    def _told(self, columns: str, *, window_only: bool = False) -> tuple[str, list[Any]]:
        """The same columns of the tail's rows, which have places below zero."""
        assert self._tail is not None
        rows = [values_of(one) for one in self._tail.rows]
        arrays = ", ".join(f"CAST(%s AS {_PG_KINDS[kind(name)]}[])" for name in CALL_COLUMNS)
        lists = [[_clean(row[at]) for row in rows] for at in range(len(CALL_COLUMNS))]
        terms, values = conditions(self._wanted, DIALECT, window_only=window_only)
        return (
            f"SELECT {columns} FROM (SELECT *, false AS deleted FROM unnest(CAST(%s AS bigint[]), {arrays}) "
            f"AS told (place, {', '.join(CALL_COLUMNS)})) AS tail WHERE {' AND '.join(terms)}",
            [[-1 - at for at in range(len(rows))], *lists, *values],
        )

    def _look(self) -> None:
        """Keep where that is which the question finds, unless it is very much."""
        self._looked = True
        terms, values = conditions(self._wanted, DIALECT)
        rows = self._all(f"SELECT place FROM calls WHERE {' AND '.join(terms)} LIMIT {MOST_KEPT + 1}", values)
        if len(rows) <= MOST_KEPT:
            self._kept = [row[0] for row in rows]

    def _talkers(self, known: Collection[str]) -> list[Spoken]:
        calls: Counter[str] = Counter()
        talked: Counter[str] = Counter()
        names: dict[str, str] = {}
        for key in ("talker", "talker_2"):
            for rows in self._both(key, f"{key} AS who, {key}_seconds AS seconds", self._spoken):
                for who, count, seconds in rows:
                    calls[who] += count
                    talked[who] += seconds
        for rows in reversed(self._both("more", "more_talkers, start_time, place", self._more)):
            for who, name, seconds in rows:
                calls[who] += 1
                talked[who] += seconds
                names.setdefault(who, name)
        if unknown := frozenset(who for who in calls if who not in known):
            names |= self._names(unknown)
        return [Spoken(who, names.get(who, ""), count, talked[who]) for who, count in calls.items()]

    def _spoken(self, source: str, values: list[Any]) -> list[Any]:
        return self._all(
            f"SELECT who, count(*), CAST(sum(seconds) AS bigint) FROM ({source}) AS asked "
            "WHERE who IS NOT NULL GROUP BY who",
            values,
        )

    def _more(self, source: str, values: list[Any]) -> list[Any]:
        """Those beyond two in a call: key, name and seconds; newest call first."""
        rows = self._all(
            f"SELECT more_talkers FROM ({source}) AS asked WHERE more_talkers IS NOT NULL "
            "ORDER BY start_time DESC, place",
            values,
        )
        return [one for (told,) in rows for one in json.loads(told)]

    def _names(self, keys: frozenset[str]) -> dict[str, str]:
        """What people are called in their newest call, where nobody else knows it."""

        def named(source: str, values: list[Any]) -> list[Any]:
            return self._all(
                f"WITH asked AS MATERIALIZED ({source}) SELECT DISTINCT ON (key) key, name, start_time FROM ("
                "SELECT talker AS key, talker_name AS name, start_time FROM asked UNION ALL "
                "SELECT talker_2, talker_2_name, start_time FROM asked) AS both_of_them "
                "WHERE key = ANY(CAST(%s AS text[])) AND name IS NOT NULL ORDER BY key, start_time DESC",
                [*values, sorted(keys)],
            )

        columns = "talker, talker_name, talker_2, talker_2_name, start_time"
        rows = [row for part in self._both(("names", keys), columns, named) for row in part]
        return {key: name for key, name, _ in sorted(rows, key=lambda row: row[2])}

    def _found(self, places: Sequence[int]) -> list[Found]:
        stored = [place for place in places if place >= 0]
        rows = (
            self._all("SELECT place, record_ids FROM calls WHERE place = ANY(%s)", [stored]) if stored else []
        )
        told = {place: ids.split("; ") for place, ids in rows}
        texts = json_of(self._db, [key for ids in told.values() for key in ids])
        return [
            Found(tail=-1 - place)
            if place < 0
            else Found(tuple(texts[key].encode() for key in told[place] if key in texts))
            for place in places
        ]

    def _all(self, query: str, values: Sequence[Any]) -> list[Any]:
        return list(self._db.exec_driver_sql(query, tuple(values)).all())


def json_of(db: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The JSON of these records."""
    found = db.exec_driver_sql("SELECT id, json FROM records WHERE id = ANY(%s)", (list(ids),))
    return {row[0]: row[1] for row in found}


def _clean(value: Any) -> Any:
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
