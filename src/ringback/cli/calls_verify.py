"""`ringback calls verify`: an archive beside the log, window by window, and what that proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from .breaking_off import breakable
from .calls_options import Asked
from .calls_sync import opened
from .failures import FAILED
from .progress import progress_of

if TYPE_CHECKING:
    from ringback.archive.coverage import Stretch
    from ringback.archive.values import Window
    from ringback.archive.verifying import Checked, Verified

_IDS_SHOWN = 5


def run_verify(asked: Asked, place: str | None, *, repair: bool, as_json: bool) -> int:
    """Compare, and print what that says; the exit code. Raises what `run_sync` does."""
    from ringback.archive.values import windows_back
    from ringback.archive.verifying import Verified

    seen = Verified()
    progress = progress_of(asked.quiet)

    def kept() -> str:
        changed = "what was repaired is kept" if repair else "nothing was changed"
        return f"windows compared: {seen.windows}; {changed}; the next run begins anew"

    with breakable(kept), progress, opened(asked, place, progress, create=False) as (archive, source):
        progress.begin(f"Comparing {archive.place} with {asked.the_log}")
        known = archive.progress()
        whole = len(archive.windows())
        if known.since is not None and known.synced_at is not None:
            whole += len(windows_back(known.synced_at, known.since))
        for checked in archive.verify(source, repair=repair, tell=progress.note):
            seen.add(checked)
            share = seen.windows / max(whole, seen.windows)
            progress.advanced(seen.windows, f"of {whole} windows", share=share)
            for line in [json.dumps(_told(checked))] if as_json else _lines(checked):
                progress.out(line)
        place = archive.place
    if as_json:
        click.echo(json.dumps({"summary": _summary(place, seen, repair=repair)}))
    else:
        click.echo("\n".join(_words(place, seen, repair=repair)))
    return 0 if seen.right else FAILED


def _told(checked: Checked) -> dict[str, object]:
    return {
        "begin": _iso(checked.window.begin),
        "end": _iso(checked.window.end),
        "count": checked.count,
        "held": checked.held,
        "deleted": checked.deleted,
        "right": checked.right,
        "read": not checked.unread,
        "missing": checked.missing,
        "extra": checked.extra,
        "different": checked.different,
        "newer": checked.newer,
    }


def _lines(checked: Checked) -> Iterator[str]:
    days = _span(checked.window)
    if checked.unread:
        yield f"{days}: not read by any sync yet"
        return
    kept = f", {checked.deleted} deleted ones kept" if checked.deleted else ""
    newer = f", {len(checked.newer)} newer than the last sync" if checked.newer else ""
    verdict = "the same" if checked.right else "NOT the same"
    yield f"{days}: {checked.count} records in the log, {checked.held} in the archive: {verdict}{kept}{newer}"
    for name in ("missing", "extra", "different"):
        ids = getattr(checked, name)
        if ids:
            more = "" if len(ids) <= _IDS_SHOWN else f" and {len(ids) - _IDS_SHOWN} more"
            yield f"  {len(ids)} {name}: {', '.join(ids[:_IDS_SHOWN])}{more}"


def _words(place: str, told: Verified, *, repair: bool) -> Iterator[str]:
    read = told.windows - told.unread
    counted = f"{told.count} records in the log in {read} windows, {told.deleted} deleted ones kept"
    if told.right:
        yield f"{place} is right, complete {_span(told.proven[0])} UTC: {counted}"
        return
    if told.wrong:
        yield f"{place} is wrong in {told.wrong} windows{' and was repaired' if repair else ''}: {counted}"
    if told.unread:
        yield f"{place} is not complete: {told.unread} windows are still to be read by `ringback calls sync`"
    for stretch in told.proven:
        yield f"  proven {_span(stretch)} UTC"


def _summary(place: str, told: Verified, *, repair: bool) -> dict[str, Any]:
    whole = told.proven[0] if told.right else None
    return {
        "file": place,
        "right": told.right,
        "complete_from": None if whole is None else _iso(whole.begin),
        "complete_to": None if whole is None else _iso(whole.end),
        "proven": [{"begin": _iso(one.begin), "end": _iso(one.end)} for one in told.proven],
        "windows": told.windows,
        "wrong": told.wrong,
        "unread": told.unread,
        "records": told.count,
        "held": told.held,
        "deleted": told.deleted,
        "newer": told.newer,
        "repaired": repair and told.wrong > 0,
    }


def _span(stretch: Window | Stretch) -> str:
    return f"from {stretch.begin:%Y-%m-%d %H:%M} to {stretch.end:%Y-%m-%d %H:%M}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
