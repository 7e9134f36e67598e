"""The interface of an archive's back end: small, so that another database can follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from .rows import CallRow
from .values import Held, Log, Progress, Query, Step, Totals, Window

Join = Callable[[Iterable[bytes]], list[CallRow]]
"""Puts the records of some calls, as JSON, together to one row per call."""


class ArchiveStore(Protocol):
    """One call log's archive. Every method raises ArchiveError; what it has stored, a crash does not undo."""

    @property
    def place(self) -> str:
        """Where it is, for people; never a password."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else syncs it meanwhile. Raises ArchiveError when somebody does."""

    def outdated(self) -> bool:
        """Was it made by an earlier Ringback? Everything but `log` and `upgrade` then raises ArchiveError."""

    def upgrade(self, join: Join, tell: Callable[[str], None]) -> None:
        """Bring an outdated archive up to date, whole or not at all. `tell` is given a line now and then."""

    def log(self) -> Log | None:
        """The log that is kept here; None while it is nobody's. Also told of an outdated archive."""

    def claim(self, log: Log) -> None:
        """From now on this log is kept here: said again when more is known of it."""

    def progress(self) -> Progress:
        """How far it is."""

    def windows(self) -> list[Window]:
        """The windows of its history, newest first."""

    def plan(self, windows: Iterable[Window], progress: Progress) -> None:
        """Add windows that are still to be read, and set the progress, in one transaction."""

    def apply(self, step: Step, join: Join) -> None:
        """Store a step in one transaction, and join the calls anew that it touches.

        A record that is older than the one held (by its last modification) changes nothing. What is gone is
        marked, never removed.
        """

    def held(self, record_id: str) -> Held | None:
        """The record with this id."""

    def between(self, begin: datetime, end: datetime) -> dict[str, Held]:
        """The records that began in a window, by id."""

    def records(self, query: Query) -> Iterator[Held]:
        """The records that a query asks for, newest first."""

    def totals(self) -> Totals:
        """How much there is."""

    def export(self, folder: Path) -> None:
        """Write Parquet files to `folder`: `records` and `calls`, each partitioned by month (UTC)."""

    def close(self) -> None:
        """Let go of file or server."""
