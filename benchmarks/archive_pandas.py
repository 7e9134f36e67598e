"""What a call page asks, asked of the same calls as a pandas data frame: a job on standard input, times out.

Runs in the virtual environment of pandas. It makes no page: four sums, the numbers of three charts, and the
hundred calls of a page, as one writes them with pandas.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd

_TIMES = ["start_time", "newest_time"]


def asked(calls: Any, question: dict[str, Any]) -> Any:
    """The calls that a question is about."""
    found = calls[
        (calls.start_time >= question["begin"]) & (calls.start_time <= question["end"]) & ~calls.deleted
    ]
    for column in ("direction", "type", "outcome", "queue"):
        if column in question:
            found = found[found[column] == question[column]]
    if "number" in question:
        found = found[found.numbers.str.contains(question["number"], regex=False)]
    if "extension" in question:
        names = [f"\n{name}\n" for name in question["extension"]]
        found = found[
            found.extensions.str.contains(names[0], regex=False)
            | found.extensions.str.contains(names[1], regex=False)
        ]
    return found


def answered(calls: Any, question: dict[str, Any], zone: str) -> int:
    """The page's numbers and rows; how many calls there are."""
    found = asked(calls, question)
    local = found.start_time.dt.tz_convert(zone)
    found.groupby("outcome").talk_seconds.agg(["size", "sum"])
    found.groupby([local.dt.date, "outcome"]).size()
    found.groupby([local.dt.day_of_week, local.dt.hour]).size()
    talked = pd.concat(
        [
            found[["talker", "talker_seconds"]],
            found[["talker_2", "talker_2_seconds"]].set_axis(["talker", "talker_seconds"], axis=1),
        ]
    )
    talked.groupby("talker").talker_seconds.agg(["size", "sum"]).sort_values("sum", ascending=False)
    keys, ways = [*question["sort"], "start_time"], [*question["ways"], False]
    start = question["offset"]
    page = found.sort_values(keys, ascending=ways).iloc[start : start + 100]
    if len(page) == 0:
        raise RuntimeError("the page is empty")
    return len(found)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each question, of loading, and the memory."""
    started = time.perf_counter()
    calls = pd.read_csv(
        job["csv"],
        parse_dates=_TIMES,
        dtype={
            "talker": "string",
            "talker_2": "string",
            "queue_id": "string",
            "telephony_session_id": "string",
        },
    )
    loaded = (time.perf_counter() - started) * 1000
    for question in job["questions"].values():
        for end in ("begin", "end"):
            question[end] = pd.Timestamp(question[end])
    times: dict[str, list[float]] = {name: [] for name in job["questions"]}
    counts: dict[str, int] = {}
    for _ in range(job["rounds"]):
        for name, question in job["questions"].items():
            begun = time.perf_counter()
            counts[name] = answered(calls, question, job["zone"])
            times[name].append((time.perf_counter() - begun) * 1000)
    status = Path("/proc/self/status").read_text()
    memory = int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6
    return {"times": times, "loaded": loaded, "memory": memory, "counts": counts, "version": pd.__version__}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.stdin.read()))))
