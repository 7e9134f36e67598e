"""`ringback calls sync` and `verify`: an archive of the log of who is logged in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .breaking_off import breakable
from .calls_options import Asked
from .failures import FAILED
from .profile import Profile, cli_client, cli_profile, cli_user
from .progress import Progress, progress_of

if TYPE_CHECKING:
    from ringback.archive import Archive, Source
    from ringback.archive.verifying import Checked

_IDS_SHOWN = 5


def run_sync(asked: Asked, place: str | None, *, history: str | None, as_json: bool) -> str:
    """Sync; how much the archive holds then. Raises Failure, and what the client and the archive do."""
    begin = asked.moment("--history", history)
    progress = progress_of(asked.quiet)
    goes_on = "what was stored is kept; run the same command again to go on"
    opened = _opened(asked, place, progress, create=True)
    with breakable(lambda: goes_on), progress, opened as (archive, source):
        progress.begin(f"Syncing {asked.the_log}")

        def told(line: str) -> None:
            if not hasattr(line, "seconds"):
                windows = archive.windows()
                read = sum(one.proven_at is not None for one in windows)
                share = read / len(windows) if windows else None
                progress.advanced(read, f"of {len(windows)} weeks of history", share=share)
            progress.note(line)

        totals = archive.sync(source, history=begin, tell=told)
    if as_json:
        return json.dumps(
            {
                "file": archive.place,
                "records": totals.records,
                "deleted": totals.deleted,
                "calls": totals.calls,
            }
        )
    return (
        f"{archive.place}: {totals.records} records ({totals.deleted} of them deleted), {totals.calls} calls"
    )


def run_verify(asked: Asked, place: str | None, *, repair: bool, as_json: bool) -> int:
    """Compare, and print what is not right; the exit code. Raises what `run_sync` does."""
    from ringback.archive.values import windows_back

    wrong = count = weeks = 0
    progress = progress_of(asked.quiet)

    def kept() -> str:
        changed = "what was repaired is kept" if repair else "nothing was changed"
        return f"{weeks} weeks were compared, {changed}; the next run begins anew"

    with breakable(kept), progress, _opened(asked, place, progress, create=False) as (archive, source):
        progress.begin(f"Comparing {archive.place} with {asked.the_log}")
        known = archive.progress()
        whole = len(archive.windows())
        if known.since is not None and known.synced_at is not None:
            whole += len(windows_back(known.synced_at, known.since))
        for weeks, checked in enumerate(archive.verify(source, repair=repair, tell=progress.note), 1):
            wrong += not checked.right
            count += checked.count
            progress.advanced(weeks, f"of {whole} weeks", share=weeks / max(whole, weeks))
            if as_json:
                progress.out(json.dumps(_told(checked)))
            elif not checked.right:
                for line in _lines(checked):
                    progress.out(line)
    if not as_json:
        what = (
            "is right"
            if not wrong
            else f"is wrong in {wrong} weeks" + (" and was repaired" if repair else "")
        )
        click.echo(f"{archive.place} {what}: {count} records in the log")
    return FAILED if wrong else 0


@contextmanager
def _opened(
    asked: Asked, place: str | None, progress: Progress, *, create: bool
) -> Iterator[tuple[Archive, Source]]:
    from ringback.archive import Source, open_archive

    # An archive's own files hold names and numbers: nobody else may read them.
    os.umask(0o077)
    profile = cli_profile()
    with cli_client(profile) as client:
        user = cli_user(client, profile)
        client.add_hook(progress.hook)
        with open_archive(place or _usual_file(asked, profile), create=create) as archive:
            yield archive, Source(client, user, asked.scope, asked.extension_id)


def _usual_file(asked: Asked, profile: Profile) -> Path:
    """A file of its own for each log, in the user's data folder."""
    name = "-".join(["calls", asked.scope, *filter(None, [asked.extension_id])])
    return profile.folder / f"{name}.duckdb"


def _told(checked: Checked) -> dict[str, object]:
    window = checked.window
    return {
        "begin": window.begin.isoformat(),
        "end": window.end.isoformat(),
        "count": checked.count,
        "missing": checked.missing,
        "extra": checked.extra,
        "different": checked.different,
        "newer": checked.newer,
    }


def _lines(checked: Checked) -> Iterator[str]:
    days = f"{checked.window.begin:%Y-%m-%d} to {checked.window.end:%Y-%m-%d}"
    yield f"{days}: {checked.count} records in the log"
    for name in ("missing", "extra", "different"):
        ids = getattr(checked, name)
        if ids:
            more = "" if len(ids) <= _IDS_SHOWN else f" and {len(ids) - _IDS_SHOWN} more"
            yield f"  {len(ids)} {name}: {', '.join(ids[:_IDS_SHOWN])}{more}"
