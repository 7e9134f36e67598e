"""The calls of a page in four figures, and whose talking it was: pure sums over whole calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringback.client.calls.in_call import talks_of
from ringback.client.calls.kinds import kind_of

if TYPE_CHECKING:
    from ringback import Extension
    from ringback.client.calls.joined import JoinedCall


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
    ids = {one.extension_number: str(one.id) for one in people if one.extension_number}
    found: dict[str, Talker] = {}
    for call in calls:
        for talk in talks_of(call, ids):
            held = found.get(talk.key) or Talker(talk.key, names.get(talk.key) or talk.name, 0, 0)
            found[talk.key] = Talker(talk.key, held.name, held.calls + 1, held.talk_seconds + talk.seconds)
    return ranked(found.values())


def ranked(people: Iterable[Talker]) -> tuple[Talker, ...]:
    """Those who talked most first."""
    return tuple(sorted(people, key=lambda one: (-one.talk_seconds, one.name.casefold(), one.key)))
