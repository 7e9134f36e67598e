"""What is asked of an archive's calls, and the interface of what answers: `CallReader`, for each back end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Protocol

from .coverage import Stretch
from .rows import CallRow
from .values import Log

SORTS = ("when", "direction", "from", "to", "outcome", "ring", "talk", "duration")


@dataclass(frozen=True, slots=True)
class Question:
    """Which calls: those that began from `begin` to `end` (aware, both included). What is empty asks nothing.

    `direction`, `type`: small letters. `outcome`: one of them. `digits`: in a number of anybody in the call.
    `extensions`: ids and numbers, one of which is in the call. `queues`: ids and names in one case, one of
    which is its queue's.
    """

    begin: datetime
    end: datetime
    direction: str = ""
    type: str = ""
    outcome: str = ""
    digits: str = ""
    extensions: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tail:
    """Calls that the log itself tells, in place of the archive's that began at `cut` (aware) or later.

    `replaced`: session ids of earlier calls that are among `rows` too, as wholes.
    """

    cut: datetime
    rows: Sequence[CallRow]
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """What an archive is of, and the stretch that it has whole; None before its first sync came to an end."""

    log: Log | None
    stretch: Stretch | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Calls, and the seconds talked in them."""

    calls: int
    talk_seconds: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who of the company talked in how many calls how long. `name` is '' for a key that is known."""

    key: str
    name: str
    calls: int
    talk_seconds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All wanted calls in numbers: by outcome; by local day and outcome; by weekday (Monday 0) and hour."""

    outcomes: Mapping[str, Sum]
    days: Mapping[tuple[date, str], int]
    hours: Mapping[tuple[int, int], int]
    talkers: Sequence[Spoken]

    @property
    def calls(self) -> int:
        """How many there are."""
        return sum(one.calls for one in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Found:
    """A call of a page: its records' JSON, or its place among the tail's rows."""

    records: tuple[bytes, ...] = ()
    tail: int | None = None


class Answers(Protocol):
    """The answers to one question, all of one state of the archive."""

    def in_window(self) -> int:
        """How many calls began in the window, whatever else is asked of them."""

    def summary(self, zone: tzinfo, known: Collection[str]) -> Summary:
        """The numbers. `known`: the extensions' ids whose names the caller has."""

    def page(self, sort: str, offset: int, limit: int) -> list[Found]:
        """Some of them, by one of SORTS ('-' in front: the other way round); '' is newest first.

        Equal ones come newest first.
        """


class CallReader(Protocol):
    """Reads an archive's calls while others sync it. Safe between threads. All of it raises ArchiveError."""

    @property
    def place(self) -> str:
        """Where it is, for people; never a password."""

    def state(self) -> State:
        """What it is of and how far."""

    def ask(self, wanted: Question, tail: Tail | None = None) -> AbstractContextManager[Answers]:
        """Answers about these calls. Be done with them soon: a sync may be waiting."""

    def stream(self, wanted: Question) -> Iterator[tuple[bytes, ...]]:
        """The records' JSON of each call, newest call first. Others may sync meanwhile."""

    def records(self, begin: datetime, end: datetime) -> Iterator[bytes]:
        """The JSON of all records from `begin` to `end` that the log still has, newest first."""

    def sharing(
        self, before: datetime, sessions: Collection[str], telephony_sessions: Collection[str]
    ) -> Mapping[str, Sequence[bytes]]:
        """Calls that began within a day before a moment and share a session: session id, records' JSON."""
