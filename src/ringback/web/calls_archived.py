"""The call page of an archive's calls, with the newest ones from the log: what is there is shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ringback import RateLimited, ServerTrouble, TransportError, User

from .archive_tail import fresh_calls, without_a_tail
from .calls_filter import CallsFilter, Matcher
from .calls_page import Shown, assembled_from
from .context import web
from .readings import Crowded, Reading, TooMany

if TYPE_CHECKING:
    from ringback import Extension

    from .archives import Part
    from .callers import Caller

# With these the archive's calls are shown all the same; any other is an answer about the user.
PASSING = (TooMany, Crowded, RateLimited, ServerTrouble, TransportError)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what a page shows comes from, with times in the user's zone.

    `as_of`: an archive's last sync; None: all is from the log. `since`: from then on it is the log's, read at
    `read_at`; `read_at` None: those calls are not shown (yet). `begins`: an archive that there is begins only
    then; `failed`: it could not be read. `other`: the page may be had from the other one too.
    """

    as_of: datetime | None = None
    since: datetime | None = None
    read_at: datetime | None = None
    begins: datetime | None = None
    failed: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is shown of an archive's calls, with the newest ones where they have been read."""

    shown: Shown
    people: Sequence[Extension]
    origin: Origin


def kept_page(
    part: Part,
    reading: Reading[Any] | None,
    user: User,
    caller: Caller,
    wanted: CallsFilter,
    window: tuple[datetime, datetime],
) -> Kept:
    """What to show of `part`, and of `reading` if it has ended well. Raises ArchiveError."""
    if reading is not None and not (reading.finished and reading.error is None):
        reading = None  # then the archive's part is shown alone
    fresh = None if reading is None else fresh_calls(part, reading)
    people = people_of(user) if reading is None else reading.people
    tail = fresh.tail if fresh else without_a_tail(part)
    with part.reader.ask(Matcher(wanted, people).question(*window), tail) as answers:
        shown = assembled_from(answers, fresh.calls if fresh else (), people, wanted, caller.zone)
    read_at = None if reading is None else datetime.fromtimestamp(reading.ended_at, caller.zone)
    return Kept(
        shown,
        people,
        Origin(
            as_of=part.as_of.astimezone(caller.zone),
            since=None if part.cut is None else part.cut.astimezone(caller.zone),
            read_at=read_at,
            other=True,
        ),
    )


def people_of(user: User) -> Sequence[Extension]:
    """The account's extensions, or none while they cannot be had: a page does not wait for names."""
    try:
        return web().callers.people(user, web().now())
    except PASSING:
        return ()
