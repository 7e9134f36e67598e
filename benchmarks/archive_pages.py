"""Call pages of a large company's year in an archive, beside the same questions asked of pandas.

Ours is the whole page as the web app answers it: rows, totals, charts, HTML. pandas has the archive's calls
in memory and answers with numbers and rows alone. The archive is written straight into its tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from . import archive_year
from .figures import Figure, less_is_better
from .plan import Plan
from .platform_servers import Server, asked, our_logins, ours
from .server import ROOT
from .worker import EXTENSIONS, environment

_SECONDS = 900


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each question, the slowest, loading and memory. RuntimeError when one fails."""
    with ours().running() as server, tempfile.TemporaryDirectory() as made:
        folder, now = Path(made), datetime.now(UTC)
        company, zone = _company(server)
        archive, csv = folder / "calls.duckdb", folder / "calls.csv"
        archive_year.write(archive, csv, company, plan.archived, now)
        questions = _questions(company, zone, now, plan.archived)
        seed = asked(server.port, "GET", "/_local/seed")
        told = _run(
            Path(sys.executable),
            "archive_ours",
            {
                "app": seed["apps"][0],
                "user": next(one for one in seed["users"] if one["admin"]),
                "server": company.server,
                "archive": str(archive),
                "questions": {name: one["query"] for name, one in questions.items()},
                "rounds": plan.page_rounds,
                "pages": plan.pages,
            },
        )
        peer = None
        if plan.pandas_python is not None:
            job = {"csv": str(csv), "questions": questions, "rounds": plan.page_rounds, "zone": str(zone)}
            peer = _run(plan.pandas_python, "archive_pandas", job)
    yield from _figures(plan, told, peer)


def _figures(plan: Plan, told: dict[str, Any], peer: dict[str, Any] | None) -> Iterator[Figure]:
    name = f"pandas {peer['version']}" if peer else None
    of = f"of {plan.archived:,} archived calls"
    theirs = {key: median(times) for key, times in peer["times"].items()} if peer else {}
    for key, times in told["times"].items():
        yield less_is_better(f"call page {of}, {key}", "ms", median(times), theirs.get(key), name)
    everything = [one for times in told["times"].values() for one in times]
    every = [one for times in peer["times"].values() for one in times] if peer else []
    yield less_is_better(
        f"call page {of}, the slowest", "ms", max(everything), max(every, default=None), name
    )
    yield less_is_better(
        f"first page {of}, from the start of the process, beside loading the CSV",
        "ms",
        told["first"],
        peer["loaded"] if peer else None,
        name,
    )
    yield less_is_better(
        f"memory of the web worker after {plan.pages:,} pages {of}; floor: before them",
        "MB",
        told["after"],
        peer["memory"] if peer else None,
        name,
        floor=told["before"],
    )


def _questions(
    company: archive_year.Company, zone: ZoneInfo, now: datetime, count: int
) -> dict[str, dict[str, Any]]:
    """Each with the page's query string, and the same for pandas."""
    last = now.astimezone(zone).date() - timedelta(days=1)
    first = last - timedelta(days=archive_year.DAYS - 3)
    person, queue = company.people[len(company.people) // 2], company.queues[0]
    deep = max(1, count // 100 * 2 // 3)

    def asked_for(
        *more: str, days: int | None = None, page: int = 1, sort: str = "", **frame: Any
    ) -> dict[str, Any]:
        begin = first if days is None else last - timedelta(days=days - 1)
        terms = ["scope=account", f"from={begin}", f"to={last}", *more]
        terms += [f"page={page}"] * (page > 1) + [f"sort={sort}"] * bool(sort)
        column = {"duration": "duration", "from": "from_key"}.get(sort.removeprefix("-"))
        return {
            "query": "&".join(terms),
            "begin": datetime.combine(begin, datetime.min.time(), zone).astimezone(UTC).isoformat(),
            "end": datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
            .astimezone(UTC)
            .isoformat(),
            "sort": [column] if column else [],
            "ways": [not sort.startswith("-")] if column else [],
            "offset": (page - 1) * 100,
            **frame,
        }

    return {
        "the year": asked_for(),
        "a week": asked_for(days=7),
        "inbound": asked_for("direction=inbound", direction="Inbound"),
        "missed": asked_for("result=missed", outcome="missed"),
        "faxes": asked_for("type=fax", type="Fax"),
        "a queue": asked_for(f"queue={queue.id}", queue=queue.name),
        "a number": asked_for("number=14155550123", number="14155550123"),
        "digits of half of the numbers": asked_for("number=5550", number="5550"),
        "digits of all numbers": asked_for("number=415555", number="415555"),
        "an extension": asked_for(
            f"extension={person.extension_number}", extension=[person.extension_number, str(person.id)]
        ),
        "longest first": asked_for(sort="-duration"),
        "by caller": asked_for(sort="from"),
        f"page {deep:,}": asked_for(page=deep),
        f"page {deep:,}, longest first": asked_for(page=deep, sort="-duration"),
    }


def _company(server: Server) -> tuple[archive_year.Company, ZoneInfo]:
    """The platform's people and queues, and the zone of who logs in."""
    from ringback.client.records.decoding import extension_from, extension_page_from

    login = our_logins(server)[0]
    proof = f"Bearer {login['access_token']}"
    seed = asked(server.port, "GET", "/_local/seed")
    admin = next(one for one in seed["users"] if one["admin"])
    found, number, more = [], 0, True
    while more:
        number += 1
        told = asked(server.port, "GET", f"{EXTENSIONS}?perPage=1000&page={number}", proof=proof)
        page = extension_page_from(json.dumps(told).encode())
        found += page.records
        more = page.has_next
    own = extension_from(json.dumps(asked(server.port, "GET", f"{EXTENSIONS}/~", proof=proof)).encode())
    region = own.regional_settings
    zone = region.timezone.name if region and region.timezone and region.timezone.name else "UTC"
    company = archive_year.Company(
        f"http://localhost:{server.port}",
        str(admin["extensionId"]),
        str(admin["accountId"]),
        [one for one in found if one.is_person and one.name and one.extension_number],
        [one for one in found if one.type == "Department" and one.name],
    )
    return company, ZoneInfo(zone)


def _run(python: Path, module: str, job: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-m", f"benchmarks.{module}"],
        cwd=ROOT,
        env=environment(),
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"benchmarks.{module} failed; what it said is above")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
