"""`python -m benchmarks`: measures everything, prints the table and writes build/bench.json.

`--quick` only shows that it runs; `--long` takes an hour or two. Without either it ends within 20 minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from . import archive_pages, call_records, calls_per_second, durable, figures, import_time, platform_rows
from .plan import Plan, long, quick
from .platform_servers import NODE_PACKAGES
from .server import ROOT

PARTS = {
    "client": (import_time, calls_per_second, call_records, durable),
    "platform": (platform_rows,),
    "archive": (archive_pages,),
}
PANDAS_PYTHON = ROOT / ".peers" / "pandas" / "bin" / "python"
SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 when a measurement failed (then nothing is written)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="tiny rounds: shows only that it runs")
    size.add_argument("--long", action="store_true", help="more rounds, larger sizes: an hour or two")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json", metavar="FILE")
    parser.add_argument("--sdk-python", type=Path, default=SDK_PYTHON, help="Python with the official SDK")
    parser.add_argument(
        "--node-packages", type=Path, default=NODE_PACKAGES, help="folder with the servers from npm"
    )
    parser.add_argument("--pandas-python", type=Path, default=PANDAS_PYTHON, help="Python with pandas")
    parser.add_argument("--only", choices=PARTS, help="measure only this part")
    asked = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 150)
    sdk_python = asked.sdk_python if os.access(asked.sdk_python, os.X_OK) else None
    if sdk_python is None:
        console.print(f"The official SDK is not there: no {asked.sdk_python}. Run make .venv-sdk/sdk.stamp")
        console.print("to install it. Until then ours is measured alone, without a ratio.")
    sized = quick if asked.quick else long if asked.long else Plan
    pandas_python = asked.pandas_python if os.access(asked.pandas_python, os.X_OK) else None
    if pandas_python is None:
        console.print(f"pandas is not there: no {asked.pandas_python}. Run make .peers/pandas/peer.stamp")
    plan = sized(sdk_python, asked.node_packages, pandas_python)
    found = []
    try:
        for benchmark in (one for part in PARTS if asked.only in (None, part) for one in PARTS[part]):
            for figure in benchmark.measure(plan):
                console.print(f"measured: {figure.name}", style="dim")
                found.append(figure)
    except RuntimeError as failure:
        console.print(f"The benchmark failed: {failure}.")
        return 1
    figures.show(found, console)
    figures.write(found, asked.output)
    console.print(f"Written to {asked.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
