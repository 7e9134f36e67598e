"""A large company's year of calls, written straight into an archive's tables, and the same calls as CSV.

DuckDB makes each call from a hash of its number: a working week with busy hours, people, queues, internal
calls, calls that two people answered, voicemail and faxes. `check` proves that the rows are what the archive
itself makes of the records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ringback.archive.duckdb_numbers import OUTCOMES, counted_by
from ringback.archive.local_slots import SLOT_SECONDS
from ringback.archive.schema import COUNTED_BY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ringback import Extension

DAYS = 365
OUTSIDE = 40_000
_CHECKED = 300
_NAMES = (
    "Alder",
    "Birch",
    "Cedar",
    "Elm",
    "Fir",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Pine",
    "Rowan",
)


@dataclass(frozen=True)
class Company:
    """Whose year: its people and queues, and what its archive is of."""

    server: str
    user_id: str
    account_id: str
    people: Sequence[Extension]
    queues: Sequence[Extension]


_MADE = """
CREATE TEMP TABLE made AS
WITH picks AS (
    SELECT n, hash(n, 'when') % 1000000 AS a, hash(n, 'kind') % 1000 AS b, hash(n, 'who') % $people AS c,
        hash(n, 'other') % ($people - 1) AS d, hash(n, 'outside') % $outside AS e, hash(n, 'long') % 1000 AS f,
        hash(n, 'hour') % 1000 AS g, hash(n, 'queue') % $queues AS q, hash(n, 'ms') % 3600000 AS ms
    FROM range($count) AS numbers(n)
), placed AS (
    SELECT *, CASE WHEN g < 30 THEN g % 24 WHEN g < 500 THEN 14 + g % 4 ELSE 17 + g % 7 END AS hour,
        CAST(floor(a * $days / 1000000.0) AS BIGINT) AS day
    FROM picks
), days AS (
    SELECT *, CASE WHEN (day + $weekday) % 7 >= 5 AND b % 10 < 8 THEN greatest(day - 2, 0) ELSE day END AS on_day
    FROM placed
), kinds AS (
    SELECT *, CASE WHEN b < 430 THEN 'Inbound' WHEN b < 830 THEN 'Outbound' ELSE 'Internal' END AS direction,
        b < 830 AND b % 50 = 7 AS fax, 30 + CAST((f * 37 + a) % 900 AS BIGINT) AS length
    FROM days
), outcomes AS (
    SELECT *, b < 430 AND b % 3 = 0 AND NOT fax AS queued, CASE WHEN fax THEN 'fax'
        WHEN f < 620 THEN 'answered' WHEN direction = 'Outbound' AND f < 850 THEN 'no_answer'
        WHEN direction = 'Outbound' THEN 'busy' WHEN f < 760 THEN 'missed' WHEN f < 900 THEN 'voicemail'
        ELSE 'rejected' END AS told
    FROM kinds
)
SELECT n, CAST($begin AS TIMESTAMPTZ) + to_days(CAST(on_day AS INTEGER)) + to_hours(CAST(hour AS BIGINT))
        + to_milliseconds(CAST(ms AS BIGINT)) AS start_time,
    direction, fax, told, queued, length, CASE WHEN fax THEN 0 ELSE CAST(f % 20 AS BIGINT) END AS rung,
    direction = 'Inbound' AND told = 'answered' AND b % 20 = 3 AS handed_on,
    c AS own, (c + 1 + d) % $people AS other, e AS outside, q AS queue
FROM outcomes
"""

_RESULTS = """CASE WHEN fax AND direction = 'Inbound' THEN 'Received' WHEN fax THEN 'Sent'
    WHEN told = 'answered' AND direction = 'Outbound' THEN 'Call connected' WHEN told = 'answered' THEN 'Accepted'
    WHEN told = 'missed' THEN 'Missed' WHEN told = 'voicemail' THEN 'Voicemail' WHEN told = 'rejected' THEN 'Rejected'
    WHEN told = 'no_answer' THEN 'No Answer' ELSE 'Busy' END"""

_ISO = "strftime({0}, '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(extract('ms' FROM {0}) % 1000 AS VARCHAR), 3, '0') || 'Z'"

_WITH_PARTIES = (
    """
CREATE TEMP TABLE ready AS
SELECT made.*, $results AS result, own.id AS own_id, own.number AS own_number, own.name AS own_name,
    {'extensionNumber': own.number, 'extensionId': own.id, 'name': own.name, 'phoneNumber': '+' || own.digits} AS own_side, own.digits AS own_digits, own.marks AS own_marks, own.bits AS own_bits,
    other.id AS other_id, other.number AS other_number, other.name AS other_name, {'extensionNumber': other.number, 'extensionId': other.id, 'name': other.name, 'phoneNumber': CASE WHEN handed_on THEN '+' || own.digits END} AS other_side,
    other.marks AS other_marks, outside.digits AS out_digits, {'extensionNumber': NULL, 'extensionId': NULL, 'name': outside.name, 'phoneNumber': '+' || outside.digits} AS out_side, outside.key AS out_key,
    outside.name AS out_name, outside.bits AS out_bits, queues.id AS queue_id, queues.name AS queue_name,
    $begun AS begun, $picked AS picked,
    'r' || (10000000000 + n) AS id, 's' || (20000000000 + n) AS session
FROM made JOIN persons AS own ON own.place = made.own JOIN persons AS other ON other.place = made.other
JOIN outside ON outside.place = made.outside JOIN queues ON queues.place = made.queue
ORDER BY start_time DESC
""".replace("$results", _RESULTS)
    .replace("$begun", _ISO.format("start_time"))
    .replace("$picked", _ISO.format("(start_time + to_seconds(CAST(rung AS DOUBLE)))"))
)

_LEG = """{{'startTime': picked, 'duration': length - rung, 'type': 'Voice',
    'direction': CASE WHEN direction = 'Outbound' THEN 'Outbound' ELSE 'Inbound' END, 'action': 'Phone Call',
    'legType': {kind}, 'result': result, 'from': from_side, 'to': {to}, 'extension': {{'id': {owner}::BIGINT}},
    'delegate': {delegate}, 'transport': 'PSTN'}}"""
_OWNER = "CASE WHEN direction = 'Internal' THEN other_id ELSE own_id END"
_FIRST = _LEG.format(
    kind="'Accept'",
    to="to_side",
    owner=_OWNER,
    delegate="CASE WHEN queued THEN {'id': queue_id, 'name': queue_name} END",
)
_SECOND = _LEG.format(
    kind="'TransferCall'",
    to="other_side",
    owner="other_id",
    delegate="CASE WHEN false THEN {'id': '', 'name': ''} END",
)
_JSON = f"""to_json({{'uri': 'https://platform.example/restapi/v1.0/account/1/call-log/' || id || '?view=Detailed',
    'id': id, 'sessionId': session, 'startTime': begun, 'duration': length, 'durationMs': length * 1000,
    'type': CASE WHEN fax THEN 'Fax' ELSE 'Voice' END, 'internalType': 'Local',
    'direction': CASE WHEN direction = 'Outbound' THEN 'Outbound' ELSE 'Inbound' END, 'action': 'Phone Call',
    'result': result, 'from': from_side, 'to': to_side, 'extension': {{'id': {_OWNER}::BIGINT}}, 'transport': 'PSTN',
    'lastModifiedTime': begun,
    'legs': CASE WHEN fax THEN [] WHEN handed_on THEN [{_FIRST}, {_SECOND}] ELSE [{_FIRST}] END}})::VARCHAR"""

_CALLS = """
SELECT session AS session_id, NULL AS telephony_session_id, start_time, direction,
    CASE WHEN fax THEN 'Fax' ELSE 'Voice' END AS type,
    CASE WHEN fax AND direction = 'Inbound' THEN 'fax_received' WHEN fax THEN 'fax_sent' ELSE told END AS outcome,
    CASE WHEN direction = 'Inbound' THEN '+' || out_digits ELSE '+' || own_digits END AS from_number,
    CASE WHEN direction = 'Inbound' THEN out_name ELSE own_name END AS from_name,
    CASE WHEN direction = 'Outbound' THEN '+' || out_digits WHEN direction = 'Inbound' THEN '+' || own_digits END
        AS to_number,
    CASE WHEN direction = 'Outbound' THEN out_name WHEN direction = 'Inbound' THEN own_name ELSE other_name END
        AS to_name,
    CASE WHEN queued THEN queue_name END AS queue,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Inbound' AND handed_on THEN own_name || '; ' || other_name
        WHEN direction = 'Inbound' THEN own_name WHEN direction = 'Internal' THEN other_name
        ELSE coalesce(out_name, '+' || out_digits) END AS answered_by,
    CASE WHEN answered THEN rung ELSE length END AS ring_seconds,
    CASE WHEN NOT answered THEN 0 WHEN handed_on THEN 2 * (length - rung) ELSE length - rung END AS talk_seconds,
    length AS duration, NULL AS recording_ids, id AS record_ids, start_time AS newest_time, id AS newest_id,
    CASE WHEN direction = 'Internal' THEN chr(10) || own_digits || chr(10)
        ELSE chr(10) || least(out_digits, own_digits) || chr(10) || greatest(out_digits, own_digits) || chr(10) END
        AS numbers,
    chr(10) || array_to_string(list_sort(CASE WHEN direction = 'Internal' OR handed_on
        THEN [own_id, own_number, other_id, other_number] ELSE [own_id, own_number] END), chr(10)) || chr(10)
        AS extensions,
    CASE WHEN queued THEN queue_id END AS queue_id, CASE WHEN queued THEN lower(queue_name) END AS queue_key,
    CASE WHEN direction = 'Inbound' THEN out_key ELSE lower(own_name) END AS from_key,
    CASE WHEN direction = 'Inbound' THEN lower(own_name) WHEN direction = 'Internal' THEN lower(other_name)
        ELSE out_key END AS to_key,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN other_id ELSE own_id END AS talker,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN other_name ELSE own_name END AS talker_name,
    CASE WHEN answered THEN length - rung END AS talker_seconds,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN own_id WHEN handed_on THEN other_id END
        AS talker_2,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN own_name WHEN handed_on THEN other_name END
        AS talker_2_name,
    CASE WHEN answered AND (direction = 'Internal' OR handed_on) THEN length - rung END AS talker_2_seconds,
    NULL AS more_talkers,
    CASE WHEN direction = 'Internal' THEN own_bits ELSE out_bits | own_bits END AS number_marks,
    CASE WHEN direction = 'Internal' OR handed_on THEN own_marks | other_marks ELSE own_marks END
        AS extension_marks,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN other ELSE own END AS talker_no,
    CASE WHEN NOT answered THEN NULL WHEN direction = 'Internal' THEN own WHEN handed_on THEN other END
        AS talker_2_no,
    false AS deleted
FROM (SELECT *, told = 'answered' AS answered FROM ready)
"""
_FILL = f"""
INSERT INTO calls BY NAME (SELECT *, epoch_us(start_time) // {SLOT_SECONDS * 1_000_000} AS slot,
    list_position(?, outcome) - 1 AS outcome_no FROM ({_CALLS}))
"""
_PEOPLE = "INSERT INTO people SELECT place, id, name, CAST(? AS TIMESTAMPTZ) FROM persons"


def write(path: Path, csv: Path, company: Company, count: int, now: datetime) -> None:
    """An archive of `count` calls, a record each, of the year before `now`; and its table of calls as CSV.

    RuntimeError when its rows are not what the archive would have made.
    """
    import duckdb

    from ringback.archive import open_archive
    from ringback.archive.values import Log, Progress

    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    with open_archive(path) as archive:
        log = Log(company.server, company.user_id, "/restapi/v1.0/account/~/call-log", company.account_id)
        archive.store.claim(log)
        archive.store.plan([], Progress(since=first, synced_at=now))
    with duckdb.connect(str(path)) as database:
        database.execute("SET TimeZone = 'UTC'")
        _parties(database, company)
        values = {
            "count": count,
            "people": len(company.people),
            "queues": len(company.queues),
            "outside": OUTSIDE,
            "days": DAYS - 1,  # none lies after now
            "weekday": first.weekday(),
            "begin": first,
        }
        database.execute(_MADE, values)
        database.execute(_WITH_PARTIES)
        database.execute(_PEOPLE, [now])
        database.execute(_FILL, [list(OUTCOMES)])
        database.execute(f"INSERT INTO records BY NAME ({_records()})")
        database.execute(
            f"COPY (SELECT * EXCLUDE (number_marks, extension_marks, {', '.join(COUNTED_BY)}) "
            "FROM calls ORDER BY start_time DESC) "
            f"TO '{csv}' (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ')"
        )
        check(database, company)


def check(database: DuckDBPyConnection, company: Company) -> None:
    """Are the rows of some calls what the archive makes of their records? RuntimeError when they are not."""
    from ringback.archive.rows import call_rows
    from ringback.archive.schema import CALL_COLUMNS, values_of

    asked = (*CALL_COLUMNS, *COUNTED_BY)
    columns = ", ".join(f"calls.{name}" for name in asked)
    places = {str(one.id): place for place, one in enumerate(company.people)}
    rows = database.execute(
        f"SELECT {columns}, json FROM calls JOIN records ON records.id = calls.newest_id "
        f"USING SAMPLE reservoir({_CHECKED} ROWS) REPEATABLE (1)"
    ).fetchall()
    for row in rows:
        (made,) = call_rows([row[-1].encode()], [*company.people, *company.queues])
        right = (*values_of(made), *counted_by(made, places))
        for name, value, told in zip(asked, row, right, strict=False):
            if (value.astimezone(UTC) if isinstance(value, datetime) else value) != told:
                raise RuntimeError(f"the year's {name} is {value!r}, and the archive makes it {told!r}")


def _records() -> str:
    return (
        "SELECT id, session AS session_id, NULL AS telephony_session_id, start_time, start_time AS last_modified, "
        "CASE WHEN direction = 'Outbound' THEN 'Outbound' ELSE 'Inbound' END AS direction, "
        "CASE WHEN fax THEN 'Fax' ELSE 'Voice' END AS type, result, length AS duration, own_id AS extension_id, "
        f"{_JSON} AS json, start_time AS first_seen, NULL AS deleted_at, 1 AS reading FROM (SELECT *, "
        "CASE WHEN direction = 'Inbound' THEN out_side ELSE own_side END AS from_side, "
        "CASE WHEN direction = 'Outbound' THEN out_side WHEN direction = 'Inbound' THEN own_side "
        "ELSE other_side END AS to_side FROM ready) ORDER BY start_time DESC"
    )


def _parties(database: DuckDBPyConnection, company: Company) -> None:
    from ringback.archive.marks import digits_marks, names_marks
    from ringback.client.calls.in_call import phone_for_people

    people: list[list[Any]] = []
    for place, one in enumerate(company.people):
        digits, number, name = f"1415555{place:04}", one.extension_number or "", one.name or ""
        marks = names_marks([str(one.id), number])
        people.append([place, str(one.id), number, name, digits, marks, digits_marks([digits])])
    outside: list[list[Any]] = []
    for place in range(OUTSIDE):
        digits = f"1{201 + place % 700}{2000000 + place * 173 % 7000000:07}"
        name = None if place % 2 else f"{_NAMES[place % 12]} {_NAMES[place // 12 % 12]} {place}"
        key = name.casefold() if name else phone_for_people(f"+{digits}")
        outside.append([place, digits, key, name, digits_marks([digits])])
    queues = [[place, str(one.id), one.name] for place, one in enumerate(company.queues)]
    for name, columns, rows in (
        (
            "persons",
            "place BIGINT, id VARCHAR, number VARCHAR, name VARCHAR, digits VARCHAR, "
            "marks BIGINT, bits BIGINT",
            people,
        ),
        (
            "outside",
            "place BIGINT, digits VARCHAR, key VARCHAR, name VARCHAR, bits BIGINT",
            outside,
        ),
        ("queues", "place BIGINT, id VARCHAR, name VARCHAR", queues),
    ):
        database.execute(f"CREATE TEMP TABLE {name} ({columns})")
        lists = ", ".join("unnest(?)" for _ in rows[0])
        database.execute(
            f"INSERT INTO {name} SELECT {lists}", [list(column) for column in zip(*rows, strict=True)]
        )
