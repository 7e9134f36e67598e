"""`ringback calls sync`: an archive of the log of who is logged in, brought to where the log is now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .breaking_off import breakable
from .calls_options import Asked
from .calls_status import Status, begun, write
from .failures import BROKEN_OFF, Failure, code_of
from .profile import Profile, cli_client, cli_profile, cli_user
from .progress import Progress, progress_of

if TYPE_CHECKING:
    from ringback.archive import Archive, Source

_GOES_ON = "what was stored is kept; run the same command again to go on"


def run_sync(
    asked: Asked, place: str | None, *, history: str | None, as_json: bool, status_file: Path | None
) -> None:
    """Sync, and say what came of it. Raises Failure, and what the client and the archive do."""
    begin = asked.moment("--history", history)
    progress = progress_of(asked.quiet)
    # An archive's own files hold names and numbers: nobody else may read them.
    outcome = _Outcome(begun(status_file, _now()), status_file, os.umask(0o077), as_json=as_json)
    with (
        breakable(lambda: _GOES_ON),
        outcome.told(),
        progress,
        opened(asked, place, progress, create=True) as (archive, source),
    ):
        progress.begin(f"Syncing {asked.the_log}")

        def told(line: str) -> None:
            if not hasattr(line, "seconds"):
                windows = archive.windows()
                read = sum(one.proven_at is not None for one in windows)
                share = read / len(windows) if windows else None
                progress.advanced(read, f"of {len(windows)} windows of history", share=share)
            progress.note(line)

        try:
            archive.sync(source, history=begin, tell=told)
        finally:
            outcome.look_at(archive)


class _Outcome:
    """What comes of a sync, on its way to standard output and to the status file."""

    def __init__(self, status: Status, file: Path | None, mask: int, *, as_json: bool) -> None:
        self._status = status
        self._file = file
        self._mask = mask
        self._as_json = as_json

    def look_at(self, archive: Archive) -> None:
        """See what the archive holds now, if it can be seen."""
        from ringback.archive import ArchiveError

        with suppress(ArchiveError):
            self._status = self._status.with_archive(archive)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell how the block ended. Of two syncs at once the first one tells."""
        from ringback.archive import ArchiveInUse
        from ringback.oauth.errors import RingbackError

        try:
            yield
        except ArchiveInUse:
            raise
        except (Failure, RingbackError) as error:
            self._end(code_of(error), str(error), pause=getattr(error, "retry_after", None))
            raise
        except KeyboardInterrupt:
            self._end(BROKEN_OFF, f"broken off: {_GOES_ON}")
            raise
        self._end(0, None)

    def _end(self, code: int, error: str | None, *, pause: float | None = None) -> None:
        status = self._status.after(code, error, _now(), pause=pause)
        if self._as_json:
            click.echo(status.line())
        elif code == 0:
            click.echo(_words(status))
        if self._file is not None:
            write(status, self._file, self._mask)


def _words(status: Status) -> str:
    held = f"{status.records} records ({status.deleted} of them deleted), {status.calls} calls"
    return f"{status.file}: {held}; complete from {status.complete_from} to {status.complete_to}"


@contextmanager
def opened(
    asked: Asked, place: str | None, progress: Progress, *, create: bool
) -> Iterator[tuple[Archive, Source]]:
    """The archive, and the log that it is of. Raises Failure with exit code 3 when nobody is logged in."""
    from ringback.archive import Source, open_archive

    os.umask(0o077)
    profile = cli_profile()
    with cli_client(profile, wait=not asked.no_wait) as client:
        user = cli_user(client, profile)
        client.add_hook(progress.hook)
        with open_archive(place or _usual_file(asked, profile), create=create) as archive:
            yield archive, Source(client, user, asked.scope, asked.extension_id)


def _usual_file(asked: Asked, profile: Profile) -> Path:
    """A file of its own for each log, in the user's data folder."""
    name = "-".join(["calls", asked.scope, *filter(None, [asked.extension_id])])
    return profile.folder / f"{name}.duckdb"


def _now() -> datetime:
    return datetime.now(UTC)
