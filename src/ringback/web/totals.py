"""The calls of a page in four figures, and whose talking it was: pure sums over whole calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringback import Extension
    from ringback.client.calls.joined import JoinedCall

# The outcomes as charts and totals sum them up, in the order in which they are stacked.
KINDS = ("Answered", "Not answered", "Voicemail", "Fax", "Other")
_KIND = {
    "answered": "Answered",
    "missed": "Not answered",
    "abandoned": "Not answered",
    "rejected": "Not answered",
    "busy": "Not answered",
    "no_answer": "Not answered",
    "cancelled": "Not answered",
    "blocked": "Not answered",
    "failed": "Not answered",
    "voicemail": "Voicemail",
    "fax_received": "Fax",
    "fax_sent": "Fax",
    "fax_failed": "Fax",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Four figures: calls, those answered, those not answered (voicemail included), seconds talked."""

    calls: int
    answered: int
    not_answered: int
    talk_seconds: int

    @property
    def answered_percent(self) -> int | None:
        """Of the calls that could be answered; None when there were none."""
        asked = self.answered + self.not_answered
        return round(100 * self.answered / asked) if asked else None

    @property
    def talk_each(self) -> int | None:
        """Seconds talked in an answered call on average; None when none was answered."""
        return round(self.talk_seconds / self.answered) if self.answered else None


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody of the company, and how long they talked in how many calls. `key` is the extension's id."""

    key: str
    name: str
    calls: int
    talk_seconds: int


def kind_of(outcome: str) -> str:
    """Which of KINDS an outcome counts as."""
    return _KIND.get(outcome, "Other")


def totals(calls: Iterable[JoinedCall]) -> Totals:
    """The sums over `calls`."""
    count = answered = missed = talk = 0
    for call in calls:
        kind = kind_of(call.outcome)
        count += 1
        answered += kind == "Answered"
        missed += kind in ("Not answered", "Voicemail")
        talk += call.talk_seconds
    return Totals(count, answered, missed, talk)


def talkers(calls: Iterable[JoinedCall], people: Sequence[Extension] = ()) -> tuple[Talker, ...]:
    """Who of the company talked how long, most first. An internal call counts for both its ends.

    `people` name extensions that a record has only the id of.
    """
    names = {str(one.id): one.name or one.extension_number or "" for one in people}
    numbers = {one.extension_number: str(one.id) for one in people if one.extension_number}
    found: dict[str, tuple[str, set[int], int]] = {}

    def add(which: int, identity: str | None, number: str | None, name: str | None, seconds: int) -> None:
        key = identity or numbers.get(number or "") or number or name or ""
        if not key:
            return
        held, calls_of, talked = found.get(key, ("", set(), 0))
        calls_of.add(which)
        found[key] = (held or names.get(key) or name or number or key, calls_of, talked + seconds)

    for which, call in enumerate(calls):
        if call.direction != "Outbound":
            for answer in call.answered_by:
                add(which, answer.extension_id, answer.extension_number, answer.name, answer.talk_seconds)
        if call.direction != "Inbound" and call.talk_seconds:
            main, party = call.records[0], call.from_
            own = main.extension.id if main.extension and main.direction == "Outbound" else None
            identity = own or (party.extension_id if party else None)
            add(
                which,
                None if identity is None else str(identity),
                party.extension_number if party else None,
                party.name if party else None,
                call.talk_seconds,
            )
    everyone = (Talker(key, name, len(which), talked) for key, (name, which, talked) in found.items())
    return tuple(sorted(everyone, key=lambda one: (-one.talk_seconds, one.name.casefold(), one.key)))
