"""Days as people mean them: the span of a date in a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_MILLISECOND = timedelta(milliseconds=1)


def day(when: date, zone: tzinfo, *, until: date | None = None) -> tuple[datetime, datetime]:
    """From when to when a day lasts in a zone, as aware UTC times for `date_from` and `date_to`.

    With `until` the span reaches to the end of that day. Both ends belong to it: the second one is the day's
    last millisecond, since both ends of a call log's window do. A day on which clocks change has 23 or 25
    hours. Raises ValueError for a date-time (its date depends on a zone), or days in the wrong order.
    """
    for name, given in (("when", when), ("until", until)):
        if isinstance(given, datetime):
            raise ValueError(f"{name} must be a date without a time: use .astimezone(zone).date()")
    last = when if until is None else until
    if last < when:
        raise ValueError("until lies before the first day")
    begin = datetime.combine(when, time(), zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return begin, end - _MILLISECOND
