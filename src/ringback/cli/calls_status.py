"""What came of a `calls sync`, as one record: printed with --json, and kept in --status-file for monitoring.

A file whose name ends with `.prom` is in Prometheus' text format, for node_exporter's textfile collector.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failures import BROKEN_OFF, FAILED, LIMITED, LOGIN_REQUIRED, Failure

if TYPE_CHECKING:
    from ringback.archive import Archive

_OUTCOMES = {
    0: "ok",
    FAILED: "failed",
    LOGIN_REQUIRED: "login required",
    LIMITED: "limited",
    BROKEN_OFF: "broken off",
}
_AGAIN = timedelta(hours=1)
_METRICS = (
    ("last_success", "last_success_timestamp_seconds", "When a sync last came to its end."),
    ("ended", "last_run_timestamp_seconds", "When a sync last ended, however it did."),
    ("exit_code", "exit_code", "Of the last sync: 0 ok, 1 failed, 3 login required, 4 limited."),
    ("records", "records", "Records in the archive."),
    ("deleted", "deleted_records", "Records in the archive that the log has no more."),
    ("calls", "calls", "Calls in the archive."),
    ("complete_from", "complete_from_timestamp_seconds", "From when on the archive is complete."),
    ("complete_to", "complete_to_timestamp_seconds", "Until when the archive is complete."),
    ("windows_left", "windows_left", "Windows of history that are still to be read."),
)
_PREFIX = "ringback_archive_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A sync and the archive after it; times are ISO 8601 in UTC, None where not known.

    `complete_from`, `complete_to`: the stretch of the log that the archive has without a gap. `next`: when to
    sync again; None when somebody has to do something first.
    """

    file: str | None = None
    log: str | None = None
    outcome: str = "ok"
    exit_code: int = 0
    error: str | None = None
    started: str
    ended: str | None = None
    last_success: str | None = None
    records: int | None = None
    deleted: int | None = None
    calls: int | None = None
    complete_from: str | None = None
    complete_to: str | None = None
    windows_left: int | None = None
    next: str | None = None

    def with_archive(self, archive: Archive) -> Status:
        """The same, with what the archive holds now."""
        totals, stretch, log = archive.totals(), archive.complete(), archive.store.log()
        return replace(
            self,
            file=archive.place,
            log=None if log is None else log.path,
            records=totals.records,
            deleted=totals.deleted,
            calls=totals.calls,
            complete_from=None if stretch is None else _iso(stretch.begin),
            complete_to=None if stretch is None else _iso(stretch.end),
            windows_left=sum(one.proven_at is None for one in archive.windows()),
        )

    def after(self, code: int, error: str | None, now: datetime, *, pause: float | None = None) -> Status:
        """The same at its end. `pause`: seconds that RingCentral asks for."""
        told = _iso(now)
        again = {0: _AGAIN, LIMITED: timedelta(seconds=pause or 60)}.get(code)
        return replace(
            self,
            outcome=_OUTCOMES[code],
            exit_code=code,
            error=error,
            ended=told,
            last_success=told if code == 0 else self.last_success,
            next=None if again is None else _iso(now + again),
        )

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))


def begun(file: Path | None, now: datetime) -> Status:
    """A sync that begins; what the file says of the last one stays until it is known better."""
    kept: dict[str, Any] = {}
    if file is not None:
        kept = _read_prom(file) if _is_prom(file) else _read_json(file)
    names = {"file", "log", "records", "deleted", "calls", "complete_from", "complete_to", "windows_left"}
    known = {name: kept[name] for name in names | {"last_success"} if name in kept}
    return Status(started=_iso(now), **known)


def write(status: Status, file: Path, mask: int) -> None:
    """Replace the file, whole at any time; `mask`: the umask of who started us. Raises Failure."""
    text = _prom(status) if _is_prom(file) else status.line() + "\n"
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o666 & ~mask)
        draft.replace(file)
    except OSError as error:
        raise Failure(
            f"--status-file {file} cannot be written ({error.strerror}); the sync itself: {status.outcome}"
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def _is_prom(file: Path) -> bool:
    return file.suffix == ".prom"


def _prom(status: Status) -> str:
    told = asdict(status)
    label = (status.file or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    lines = []
    for name, metric, text in _METRICS:
        value = told[name]
        if value is None:
            continue
        number = datetime.fromisoformat(value).timestamp() if isinstance(value, str) else value
        lines += [
            f"# HELP {_PREFIX}{metric} {text}",
            f"# TYPE {_PREFIX}{metric} gauge",
            f'{_PREFIX}{metric}{{archive="{label}"}} {number}',
        ]
    return "\n".join(lines) + "\n"


def _read_json(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _read_prom(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    told: dict[str, Any] = {}
    for name, metric, _ in _METRICS:
        if found := re.search(rf"^{_PREFIX}{metric}\{{.*\}} ([0-9.]+)$", text, re.MULTILINE):
            number = float(found[1])
            told[name] = _iso(datetime.fromtimestamp(number, UTC)) if "timestamp" in metric else int(number)
    if found := re.search(r'\{archive="(.+)"\}', text):
        told["file"] = found[1].replace('\\"', '"').replace("\\\\", "\\")
    return told


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
