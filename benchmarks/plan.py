"""How much is measured: rounds, seconds, and whether the official SDK is there to measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """`rounds` of `seconds` for each side after `warm_up` seconds, `far_…` where the server is far away;
    `imports` fresh processes for each side.

    `starts`: of each server, after the first. `decodings` of `decoded` call records; `streamed`: how many are
    read in one go; `writes` of a token. `archived` calls, of which each question's page is opened
    `page_rounds` times, and `pages` more. `sdk_python`: the interpreter of the SDK's virtual environment;
    None where it is missing. `node_packages`: the folder with the servers from npm, which may be missing too.
    `pandas_python`: as `sdk_python`, of pandas.
    """

    sdk_python: Path | None
    node_packages: Path
    pandas_python: Path | None = None
    rounds: int = 5
    seconds: float = 1.2
    warm_up: float = 0.3
    far_rounds: int = 3
    far_seconds: float = 3.0
    imports: int = 9
    starts: int = 5
    decodings: int = 3
    decoded: int = 100_000
    streamed: int = 1_000_000
    writes: int = 300
    archived: int = 3_000_000
    page_rounds: int = 3
    pages: int = 300


def quick(sdk_python: Path | None, node_packages: Path, pandas_python: Path | None) -> Plan:
    """Just enough to see that everything runs; its figures mean nothing."""
    return Plan(
        sdk_python,
        node_packages,
        pandas_python,
        rounds=1,
        seconds=0.05,
        warm_up=0.02,
        far_rounds=1,
        far_seconds=0.1,
        imports=1,
        starts=1,
        decodings=1,
        decoded=2_000,
        streamed=2_000,
        writes=3,
        archived=5_000,
        page_rounds=1,
        pages=14,
    )


def long(sdk_python: Path | None, node_packages: Path, pandas_python: Path | None) -> Plan:
    """More rounds and larger sizes; takes an hour or two."""
    return Plan(
        sdk_python,
        node_packages,
        pandas_python,
        rounds=15,
        seconds=4.0,
        far_rounds=9,
        far_seconds=10.0,
        imports=31,
        starts=15,
        decodings=9,
        decoded=300_000,
        streamed=5_000_000,
        writes=3_000,
    )
