"""Which records belong to the calls that a step touches, and those calls joined anew (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rows import CallRow
    from .store import Join


@dataclass(frozen=True, slots=True)
class Found:
    """A record that an archive holds, as far as a join needs it."""

    session_id: str
    telephony_session_id: str | None
    json: str
    deleted_at: datetime | None


@dataclass(slots=True)
class Related:
    """The records of some calls: what shares a session or a telephony session, in turn."""

    found: dict[str, Found] = field(default_factory=dict)
    _asked: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))

    def with_rows(self, rows: Iterable[Sequence[Any]]) -> tuple[list[str], list[str]] | None:
        """Take what was found: (id, session, telephony session, json, deleted_at).

        The sessions and telephony sessions to look for next; None when these are all.
        """
        self.found = {row[0]: Found(row[1], row[2], row[3], row[4]) for row in rows}
        sessions = {one.session_id for one in self.found.values()}
        telephony = {one.telephony_session_id for one in self.found.values() if one.telephony_session_id}
        if (sessions, telephony) == self._asked:
            return None
        self._asked = (sessions, telephony)
        return sorted(sessions), sorted(telephony)


def joined_anew(found: Mapping[str, Found], join: Join) -> Iterator[tuple[CallRow, bool]]:
    """Each call of these records, and whether all its records are gone.

    A call of which only some are gone is told by those that the log still has, as the log itself tells it.
    """
    live = {key for key, one in found.items() if one.deleted_at is None}
    for row in join(found[key].json.encode() for key in live):
        yield row, False
    if len(live) < len(found):
        for row in join(one.json.encode() for one in found.values()):
            if live.isdisjoint(row.record_ids.split("; ")):
                yield row, True
