"""The answers to one question about an archive's calls, in DuckDB: few scans of narrow columns.

What the page needs of three million calls comes from one pass that counts by quarter of an hour, outcome and
person; the page itself is then found where the counts say that it is. A question for digits or an extension
reads long texts, so that what it finds is kept, unless that is too much.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .conditions import MOST_KEPT, SORT_COLUMNS, Dialect, conditions
from .duckdb_store import json_of
from .local_slots import DAY_SLOTS, SLOT_SECONDS, Span, day_of, spans, weekday_of
from .questions import Found, Question, Spoken, Sum, Summary, Tail
from .schema import CALL_COLUMNS, as_lists, insert_from_lists, kind, values_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHALLOW = 5_000
"""Up to this place a page is the top of a sort; deeper ones are found by counting."""
_FEW_VALUES = 3
_COUNTED_COLUMNS = (
    "start_time, outcome, talk_seconds, talker, talker_seconds, talker_2, talker_2_seconds, more_talkers"
)
_COLUMNS = (
    f"{_COUNTED_COLUMNS}, direction, ring_seconds, duration, from_key, to_key, talker_name, talker_2_name"
)
_SLOT = f"epoch_us(start_time) // {SLOT_SECONDS * 1_000_000}"
_BY_SLOT = f"{_SLOT} AS slot, outcome, count(*) AS calls, sum(talk_seconds) AS talked"
# In one pass, for a question whose terms are dear; else in three, each of which is cheaper by itself.
_COUNTED_AT_ONCE = (
    f"SELECT {_BY_SLOT}, talker, talker_2, sum(talker_seconds) AS first, sum(talker_2_seconds) AS second, "
    f"grouping({_SLOT}) AS no_slot, grouping(talker) AS no_talker "
    f"FROM asked GROUP BY GROUPING SETS (({_SLOT}, outcome), (talker), (talker_2))"
)
_COUNTED = (
    f"SELECT {_BY_SLOT}, NULL AS talker, NULL AS talker_2, NULL AS first, NULL AS second, 0 AS no_slot, "
    "1 AS no_talker FROM asked GROUP BY 1, 2 UNION ALL "
    "SELECT NULL, NULL, count(*), NULL, talker, NULL, sum(talker_seconds), NULL, 1, 0 "
    "FROM asked WHERE talker IS NOT NULL GROUP BY talker UNION ALL "
    "SELECT NULL, NULL, count(*), NULL, NULL, talker_2, NULL, sum(talker_2_seconds), 1, 1 "
    "FROM asked WHERE talker_2 IS NOT NULL GROUP BY talker_2"
)


def _among(column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
    return f"{column} IN ({', '.join('?' * len(values))})", list(values)


DIALECT = Dialect("?", "contains({text}, ?)", _among)


class DuckAnswers:
    """Answers from one open connection; its temporary tables end with it. Implements Answers."""

    def __init__(self, db: DuckDBPyConnection, wanted: Question, tail: Tail | None) -> None:
        self._db = db
        self._wanted = wanted
        self._tail = tail
        self._counted = False
        db.execute("SET preserve_insertion_order = false")
        if tail is not None:
            columns = ", ".join(f"{name} {kind(name)}" for name in CALL_COLUMNS)
            db.execute(f"CREATE TEMP TABLE tail (place BIGINT, deleted BOOLEAN, {columns})")
            if tail.rows:
                insert = insert_from_lists("tail", CALL_COLUMNS, ", place, deleted", ", unnest(?), false")
                places = [-1 - at for at in range(len(tail.rows))]
                db.execute(insert, [*as_lists(map(values_of, tail.rows)), places])
        self._source, self._values = self._asked()
        self._full, self._full_values = self._source, self._values
        self._dear = bool(wanted.digits or wanted.extensions)
        if self._dear:
            self._keep()

    def in_window(self) -> int:
        """How many calls began in the window."""
        source, values = self._asked(window_only=True)
        return int(self._one(f"SELECT count(*) FROM ({source})", values)[0])

    def summary(self, zone: tzinfo, known: Collection[str]) -> Summary:
        """The numbers."""
        self._count()
        outcomes = {
            outcome: Sum(calls, talked)
            for outcome, calls, talked in self._db.execute(
                "SELECT outcome, sum(calls)::BIGINT, sum(talked)::BIGINT FROM counts WHERE no_slot = 0 "
                "GROUP BY 1"
            ).fetchall()
        }
        local, values = _local(spans(zone, self._wanted.begin, self._wanted.end))
        days = self._db.execute(
            f"SELECT ({local}) // {DAY_SLOTS}, outcome, sum(calls)::BIGINT FROM counts WHERE no_slot = 0 "
            "GROUP BY ALL",
            values,
        ).fetchall()
        hours = self._db.execute(
            f"SELECT ({local}) // {DAY_SLOTS} % 7, ({local}) % {DAY_SLOTS} // 4, sum(calls)::BIGINT "
            "FROM counts WHERE no_slot = 0 GROUP BY ALL",
            [*values, *values],
        ).fetchall()
        return Summary(
            outcomes,
            {(day_of(day), outcome): calls for day, outcome, calls in days},
            {(weekday_of(day), hour): calls for day, hour, calls in hours},
            self._talkers(known),
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

    def _count(self) -> None:
        if not self._counted:
            counted = _COUNTED_AT_ONCE if self._dear else _COUNTED
            # Not materialized: each part then reads the few columns that it needs.
            asked = f"WITH asked AS NOT MATERIALIZED ({self._source})"
            self._db.execute(f"CREATE TEMP TABLE counts AS {asked} {counted}", self._values)
            self._counted = True

    def _talkers(self, known: Collection[str]) -> list[Spoken]:
        found: dict[str, tuple[int, int]] = {}
        names: dict[str, str] = {}
        for key, calls, seconds in self._db.execute(
            "SELECT key, sum(calls)::BIGINT, sum(seconds)::BIGINT FROM ("
            "SELECT talker AS key, calls, first AS seconds FROM counts WHERE no_talker = 0 UNION ALL "
            "SELECT talker_2, calls, second FROM counts WHERE no_slot = 1 AND no_talker = 1) "
            "WHERE key IS NOT NULL GROUP BY key"
        ).fetchall():
            found[key] = (calls, seconds)
        rest = "more_talkers IS NOT NULL ORDER BY start_time DESC, place"
        for told in self._rows("more_talkers", rest, counted=True):
            for key, name, seconds in json.loads(told[0]):
                calls, talked = found.get(key, (0, 0))
                found[key] = (calls + 1, talked + seconds)
                names.setdefault(key, name)
        if unknown := [key for key in found if key not in known]:
            names |= self._names(unknown)
        return [Spoken(key, names.get(key, ""), *sums) for key, sums in found.items()]

    def _names(self, keys: Sequence[str]) -> dict[str, str]:
        """What people are called in their newest call, where nobody else knows it."""
        return dict(
            self._db.execute(
                f"WITH asked AS NOT MATERIALIZED ({self._full}), "
                "these AS (SELECT unnest(CAST(? AS VARCHAR[])) AS key) "
                "SELECT key, arg_max(name, start_time) FROM ("
                "SELECT talker AS key, talker_name AS name, start_time FROM asked UNION ALL "
                "SELECT talker_2, talker_2_name, start_time FROM asked) "
                "WHERE key IN (FROM these) GROUP BY key",
                [*self._full_values, list(keys)],
            ).fetchall()
        )

    def _by_time(self, down: bool, offset: int, limit: int, terms: list[str], values: list[Any]) -> list[int]:
        """By begin: the counts tell in which quarters of an hour the page lies."""
        way = "DESC" if down else "ASC"
        if offset + limit > _SHALLOW:
            self._count()
            if terms:  # of some of the calls only
                counts = (
                    f"(SELECT {_SLOT} AS slot, count(*) AS calls FROM ({self._full}) "
                    f"WHERE {terms[0]} GROUP BY 1)"
                )
                known = [*self._full_values, *values]
            else:
                counts, known = (
                    "(SELECT slot, sum(calls) AS calls FROM counts WHERE no_slot = 0 GROUP BY 1)",
                    [],
                )
            first, last, before = self._one(
                "SELECT min(slot), max(slot), min(before)::BIGINT FROM (SELECT slot, calls, "
                f"sum(calls) OVER (ORDER BY slot {way}) - calls AS before FROM {counts}) "
                "WHERE before < ? AND before + calls > ?",
                [*known, offset + limit, offset],
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
            these = ", ".join(map(str, stored))
            rows = self._db.execute(
                f"SELECT rowid, record_ids FROM calls WHERE rowid IN ({these})"
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


def _local(zone: Sequence[Span]) -> tuple[str, list[int]]:
    """A slot's local one as SQL."""
    if len(zone) == 1:
        return "slot + ?", [zone[0].offset]
    values: list[int] = []
    for one, following in pairwise(zone):
        values += [following.begin, one.offset]
    return f"slot + CASE {'WHEN slot < ? THEN ? ' * (len(zone) - 1)}ELSE ? END", [*values, zone[-1].offset]


def _moment(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


def _order(name: str, down: bool) -> str:
    return f"{SORT_COLUMNS[name]} {'DESC' if down else 'ASC'}"
