"""`python -m campaigns [NAME…]`: try to make Ringback lose a login or a call, and tell what came of it.

Names: kills, logouts, outages, rotations, crowd, hosts, pacing, restarts, browsers, archive, archive-live,
enumeration; all of them when none is given. `--short` takes seconds and is part of `make test`; the whole
takes minutes (`make prove`). Writes build/prove.json.
Exit code 1: something did not hold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import (
    archive,
    browsers,
    crowd,
    enumeration,
    hosts,
    kills,
    logouts,
    outages,
    pacing,
    restarts,
    rotations,
)
from .platform import ROOT
from .results import Result, write
from .service import Missing
from .stores import STORES

Run = Callable[[str, bool], Result]

CAMPAIGNS: dict[str, tuple[tuple[str, ...], Run]] = {
    "kills": (
        STORES,
        lambda store, short: kills.run(store, kills=60 if short else 1000, users=15 if short else 100),
    ),
    "logouts": (
        STORES,
        lambda store, short: logouts.run(store, kills=20 if short else 300, users=10 if short else 50),
    ),
    "outages": (
        STORES,
        lambda store, short: outages.run(store, users=4 if short else 25, store_deaths=2 if short else 40),
    ),
    "rotations": (
        STORES,
        lambda store, short: rotations.run(
            store,
            rotations=1 if short else 10,
            kills=6 if short else 30,
            users=20 if short else 100,
            size=(1, 2) if short else (3, 4),
        ),
    ),
    "crowd": (
        STORES,
        lambda store, short: crowd.run(store, crowd.Size(2, 8, 6, 2, 2) if short else crowd.Size()),
    ),
    "hosts": (
        STORES[1:],
        lambda store, short: hosts.run(
            store, crowd.Size(4, 4, 6, 2, 2) if short else crowd.Size(4, 25, 100, 4, 6)
        ),
    ),
    "pacing": (STORES, lambda store, short: pacing.run(store, short=short)),
    "restarts": (
        ("sqlite",),
        lambda store, short: restarts.run(store, rounds=1 if short else 15, clients=6 if short else 24),
    ),
    "browsers": (
        STORES[1:],
        lambda store, short: browsers.run(
            store, browsers=12 if short else 200, users=6 if short else 50, rounds=1 if short else 3
        ),
    ),
    "archive": (
        archive.STORES,
        lambda store, short: archive.run(store, archive.SHORT if short else archive.Size(), told=print),
    ),
    "archive-live": (
        archive.STORES,
        lambda store, short: archive.run(store, archive.SHORT if short else archive.LIVE, told=print),
    ),
    "enumeration": (("model",), lambda _, short: enumeration.run(short=short, told=print)),
}
"""Each campaign: the back ends it runs on, and how; the second argument says whether in its short form."""

_BACK_ENDS = (*STORES, "duckdb")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*CAMPAIGNS, []], metavar="NAME", help="which campaigns")
    parser.add_argument("--stores", default=",".join(_BACK_ENDS), help="which back ends, comma-separated")
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "prove.json", metavar="FILE")
    asked = parser.parse_args(arguments)
    wanted = asked.stores.split(",")
    results = []
    for name in asked.names or CAMPAIGNS:
        stores, run = CAMPAIGNS[name]
        for store in stores:
            if store in wanted or store not in _BACK_ENDS:
                results.append(one(name, store, run, asked.short))
                print(results[-1], flush=True)
    write(results, asked.output)
    return int(any(result.faults for result in results))


def one(name: str, store: str, run: Run, short: bool) -> Result:
    """The result of one campaign on one back end; a service that is not installed skips it."""
    try:
        return run(store, short)
    except Missing as missing:
        return Result(name, store, skipped=str(missing))


if __name__ == "__main__":
    sys.exit(main())
