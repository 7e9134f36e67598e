"""Where a file's calls come from: a reading of the log, or an archive and a reading of what is newer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from ringback.client.calls.joined import by_id, joined_call

from .archive_tail import Fresh, fresh_calls
from .calls_filter import CallsFilter, Matcher
from .context import web
from .readings import Progress, Reading

if TYPE_CHECKING:
    from ringback import CallRecord, Extension
    from ringback.archive.questions import Question
    from ringback.client.calls.joined import JoinedCall

    from .archives import Part

_MOMENT = timedelta(milliseconds=1)


class CallsSource(Protocol):
    """The wanted calls or records, newest first, as they come. Iterating raises what broke them off."""

    @property
    def bounded(self) -> bool:
        """Are there so few that a file of them may be made in memory?"""

    @property
    def error(self) -> BaseException | None:
        """What has gone wrong so far."""

    def settle(self, seconds: float, *, first_page: bool = False) -> bool:
        """As `Reading.settle`."""

    def progress(self) -> Progress:
        """How far it is."""

    @property
    def size(self) -> int:
        """How many records have been read so far."""

    def count(self) -> int | None:
        """How many calls there are, where that is known at once."""

    def calls(self) -> Iterator[JoinedCall]:
        """The wanted calls."""

    def records(self) -> Iterator[CallRecord]:
        """The log's records in its own order; of a narrowed filter, those of the wanted calls."""


class FromReading:
    """What a reading of the log has read."""

    bounded = True

    def __init__(self, reading: Reading[Any], wanted: CallsFilter) -> None:
        self._reading = reading
        self._wanted = wanted

    @property
    def error(self) -> BaseException | None:
        """The reading's error; it is told once."""
        if self._reading.error is not None:
            web().readings.forget(self._reading.key)
        return self._reading.error

    def settle(self, seconds: float, *, first_page: bool = False) -> bool:
        """Wait for the reading."""
        return self._reading.settle(seconds, first_page=first_page)

    def progress(self) -> Progress:
        """How far the reading is."""
        return self._reading.progress()

    @property
    def size(self) -> int:
        """What the reading holds."""
        return self._reading.size

    def count(self) -> int | None:
        """Not known before it has all been read."""
        return None

    def calls(self) -> Iterator[JoinedCall]:
        """The wanted calls."""
        matcher: Matcher | None = None
        for call in self._reading.follow_calls():
            matcher = matcher or Matcher(self._wanted, self._reading.people)
            if matcher.wants(call):
                yield call

    def records(self) -> Iterator[CallRecord]:
        """The records."""
        if not self._wanted.narrowed():
            yield from self._reading.follow()
            return
        for call in self.calls():
            yield from reversed(call.records)


class FromArchive:
    """What an archive has, after what a reading of the log's newest calls has read."""

    bounded = False

    def __init__(
        self,
        part: Part,
        reading: Reading[Any] | None,
        wanted: CallsFilter,
        window: tuple[datetime, datetime],
        people: Sequence[Extension],
    ) -> None:
        self._part = part
        self._reading = reading
        self._wanted = wanted
        self._window = window
        self._people = people
        self._taken = 0

    @property
    def error(self) -> BaseException | None:
        """The reading's error."""
        return None if self._reading is None else FromReading(self._reading, self._wanted).error

    def settle(self, seconds: float, *, first_page: bool = False) -> bool:
        """Wait for the reading, if there is one."""
        return self._reading is None or self._reading.settle(seconds, first_page=first_page)

    def progress(self) -> Progress:
        """How far the reading is, and after it the archive."""
        if self._reading is None or self._taken:
            return Progress(self.size, None, None, finished=False)
        return self._reading.progress()

    @property
    def size(self) -> int:
        """How many records have been taken."""
        return self._taken + (0 if self._reading is None else self._reading.size)

    def count(self) -> int:
        """How many calls the archive has of them; the newest ones are not counted."""
        with self._part.reader.ask(self._question()) as answers:
            return answers.summary(UTC, ()).calls

    def calls(self) -> Iterator[JoinedCall]:
        """The wanted calls."""
        fresh = self._fresh()
        if fresh is not None:
            matcher = self._matcher()
            begin, end = self._window
            for call in sorted(fresh.calls, key=lambda one: one.start_time, reverse=True):
                if begin <= call.start_time <= end and matcher.wants(call):
                    yield call
        yield from self._kept(frozenset() if fresh is None else fresh.tail.replaced)

    def records(self) -> Iterator[CallRecord]:
        """The records."""
        from ringback.archive.rows import record_of

        if self._wanted.narrowed():
            for call in self.calls():
                yield from reversed(call.records)
            return
        if self._reading is not None:
            yield from self._reading.follow()
        question = self._question()
        for text in self._part.reader.records(question.begin, question.end):
            self._taken += 1
            yield record_of(text, original=True)

    def _kept(self, replaced: frozenset[str]) -> Iterator[JoinedCall]:
        from ringback.archive.rows import record_of

        known = by_id(self._everybody())
        for texts in self._part.reader.stream(self._question()):
            self._taken += len(texts)
            call = joined_call([record_of(text, original=True) for text in texts], known)
            if call.session_id not in replaced:
                yield call

    def _fresh(self) -> Fresh | None:
        if self._reading is None:
            return None
        for _ in self._reading.follow():
            continue  # to its end, through every pause
        return fresh_calls(self._part, self._reading)

    def _everybody(self) -> Sequence[Extension]:
        return self._people if self._reading is None else self._reading.people or self._people

    def _matcher(self) -> Matcher:
        return Matcher(self._wanted, self._everybody())

    def _question(self) -> Question:
        begin, end = self._window
        cut = self._part.cut
        return self._matcher().question(begin, end if cut is None else min(end, cut - _MOMENT))
