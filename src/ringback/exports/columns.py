"""The columns of an exported call, the same in each format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Literal

from ringback.client.calls.phones import normal_phone

if TYPE_CHECKING:
    from ringback import Party
    from ringback.client.calls.joined import JoinedCall

Value = str | int | datetime | None
Kind = Literal["text", "number", "utc", "local"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `value` takes a call and the user's zone. `utc` is an aware time, `local` a naive one."""

    name: str
    kind: Kind
    value: Callable[[JoinedCall, tzinfo], Value]


def row(call: JoinedCall, zone: tzinfo) -> tuple[Value, ...]:
    """The values of `call`, one for each of COLUMNS; text can be encoded as UTF-8."""
    values = (column.value(call, zone) for column in COLUMNS)
    return tuple(_encodable(value) if isinstance(value, str) else value for value in values)


def _encodable(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold, is written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _utc(call: JoinedCall, zone: tzinfo) -> Value:
    return call.start_time.astimezone(UTC)


def _local(call: JoinedCall, zone: tzinfo) -> Value:
    return call.start_time.astimezone(zone).replace(tzinfo=None)


def _party(side: Literal["from_", "to"], what: Callable[[Party], str | None]) -> Callable[..., Value]:
    def value(call: JoinedCall, zone: tzinfo) -> Value:
        party: Party | None = getattr(call, side)
        return None if party is None else what(party)

    return value


def _number(party: Party) -> str | None:
    return normal_phone(party.phone_number) if party.phone_number else None


def _answered_by(call: JoinedCall, zone: tzinfo) -> Value:
    names = (one.name or one.number or one.extension_number or "" for one in call.answered_by)
    return "; ".join(name for name in names if name) or None


def _text(name: str, value: Callable[[JoinedCall], str | None]) -> Column:
    return Column(name, "text", lambda call, zone: value(call))


def _seconds(name: str, value: Callable[[JoinedCall], int]) -> Column:
    return Column(name, "number", lambda call, zone: value(call))


COLUMNS: tuple[Column, ...] = (
    Column("start_utc", "utc", _utc),
    Column("start_local", "local", _local),
    Column("zone", "text", lambda call, zone: str(zone)),
    _text("direction", lambda call: call.direction),
    _text("type", lambda call: call.type),
    _text("outcome", lambda call: call.outcome),
    Column("from_name", "text", _party("from_", lambda party: party.name)),
    Column("from_number", "text", _party("from_", _number)),
    Column("from_extension", "text", _party("from_", lambda party: party.extension_number)),
    Column("to_name", "text", _party("to", lambda party: party.name)),
    Column("to_number", "text", _party("to", _number)),
    Column("to_extension", "text", _party("to", lambda party: party.extension_number)),
    _text("queue", lambda call: None if call.queue is None else call.queue.name or call.queue.id),
    Column("answered_by", "text", _answered_by),
    _seconds("ring_seconds", lambda call: call.ring_seconds),
    _seconds("talk_seconds", lambda call: call.talk_seconds),
    _seconds("duration_seconds", lambda call: call.duration),
    _text("recording_ids", lambda call: "; ".join(str(one.id) for one in call.recordings) or None),
    _text("record_ids", lambda call: "; ".join(one.id for one in call.records)),
    _text("session_id", lambda call: call.session_id),
    _text("telephony_session_id", lambda call: call.telephony_session_id),
)
