"""Reads call records with Ringback, once: a job as JSON on standard input, {"seconds", "megabytes"} out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ringback import CallRecord, RingCentral

from .worker import DETAILED_PAGE, once


def decode(job: dict[str, Any]) -> float:
    """Pages into records, all kept; the seconds it took."""
    from ringback.client.records import call_log_page_from

    body = Path(job["page"]).read_bytes()
    kept: list[CallRecord] = []
    started = time.perf_counter()
    while len(kept) < job["count"]:
        kept.extend(call_log_page_from(body).records)
    return time.perf_counter() - started


def hold(job: dict[str, Any]) -> float:
    """Read records from the platform, and keep them all."""
    started = time.perf_counter()
    kept = list(records(job))
    if len(kept) != job["count"]:
        raise RuntimeError("the log is too short")
    return time.perf_counter() - started


def stream(job: dict[str, Any]) -> float:
    """Read records from the platform, and keep none."""
    started = time.perf_counter()
    if sum(1 for _ in records(job)) != job["count"]:
        raise RuntimeError("the log is too short")
    return time.perf_counter() - started


def records(job: dict[str, Any]) -> Iterator[CallRecord]:
    """The company's log, as a program reads it."""
    app, token = job["app"], job["token"]
    client = RingCentral(
        client_id=app["clientId"], client_secret=app["clientSecret"], server=job["server"], vault="memory://"
    )
    user = client.login_with_tokens(
        access_token=token["access_token"],
        refresh_token=token["refresh_token"],
        expires_in=token["expires_in"],
    )
    log = user.calls(
        "account", date_from=datetime(2000, 1, 1, tzinfo=UTC), view="Detailed", per_page=DETAILED_PAGE
    )
    return islice(log, job["count"])


if __name__ == "__main__":
    once({"decode": decode, "hold": hold, "stream": stream})
