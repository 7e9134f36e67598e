"""Times as the API writes them and reads them (contract 2, "Timestamps")."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"([Zz]|[+\- ]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def written(moment: datetime) -> str:
    """An aware time as the API writes it: UTC, milliseconds, Z."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text + "Z"


def written_ms(ms: int) -> str:
    """The same for milliseconds since 1970."""
    return written(moment_of(ms))


def read(text: str) -> datetime | None:
    """A request's time in UTC, or None where it is none.

    ISO 8601, possibly cut to the year, month, day, minute or second, with any offset. No offset means UTC. A
    blank for the plus of an offset is taken too: the Python SDK sends it so (contract 2).
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        local = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            tzinfo=_zone(offset),
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None) -> timezone:
    if offset is None or offset in "Zz":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if minutes > 59:
        raise ValueError("minutes of an offset are 0 to 59")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)


def milliseconds(moment: datetime) -> int:
    """An aware time as milliseconds since 1970, cut off."""
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(ms: int) -> datetime:
    """Milliseconds since 1970 as a time in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)
