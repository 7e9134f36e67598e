"""Which stretch of a log an archive has whole, without a gap (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .values import Progress, Window


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `begin` to before `end` (aware, UTC), without a gap."""

    begin: datetime
    end: datetime


def complete(progress: Progress, windows: Iterable[Window]) -> Stretch | None:
    """The newest stretch of which the archive has every record that the log had at its end.

    None before the first sync came to its end. `windows`: newest first.
    """
    parts = [Stretch(one.begin, one.end) for one in windows if one.proven_at is not None]
    if progress.since is not None and progress.synced_at is not None and progress.synced_at > progress.since:
        parts.insert(0, Stretch(progress.since, progress.synced_at))
    return joined(parts)[0] if parts else None


def joined(parts: Iterable[Stretch]) -> list[Stretch]:
    """Stretches, newest first, with those put together that meet."""
    found: list[Stretch] = []
    for part in parts:
        if found and found[-1].begin == part.end:
            found[-1] = Stretch(part.begin, found[-1].end)
        else:
            found.append(part)
    return found
