"""What a case came to: one entry of build/bench.json, one row of the table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

PEER = "ringcentral 0.9.2 (official SDK)"


@dataclass(frozen=True)
class Figure:
    """Medians of a case. `ratio` over 1: ours is better. `floor`: what is physically possible here.

    None where there is no peer, or no floor.
    """

    name: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str | None
    ratio: float | None
    floor: float | None
    floor_ratio: float | None


def more_is_better(
    name: str, unit: str, ours: float, peer: float | None, floor: float | None, peer_name: str | None = None
) -> Figure:
    """A speed; floor_ratio is the share of the possible that ours reaches.

    `peer_name` is given for a peer that is not the SDK; it stays where that peer was not measured.
    """
    return Figure(
        name,
        unit,
        ours,
        peer,
        peer_name or (None if peer is None else PEER),
        None if peer is None else ours / peer,
        floor,
        None if floor is None else ours / floor,
    )


def less_is_better(
    name: str,
    unit: str,
    ours: float,
    peer: float | None,
    peer_name: str | None = None,
    floor: float | None = None,
) -> Figure:
    """A time or a size; floor_ratio over 1: more than the floor."""
    return Figure(
        name,
        unit,
        ours,
        peer,
        peer_name or (None if peer is None else PEER),
        None if peer is None else peer / ours,
        floor,
        None if floor is None else ours / floor,
    )


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write bench.json; its folder is made when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print the table."""
    table = Table(title="Ringback beside other programs (medians; ratio over 1: ours is better)")
    table.add_column("case")
    table.add_column("unit")
    for heading in ("ours", "peer", "ratio", "floor", "ours / floor"):
        table.add_column(heading, justify="right")
    for figure in figures:
        table.add_row(
            figure.name,
            figure.unit,
            _number(figure.ours),
            _number(figure.peer),
            "-" if figure.ratio is None else f"{figure.ratio:.2f}x",
            _number(figure.floor),
            "-" if figure.floor_ratio is None else f"{figure.floor_ratio:.2f}",
        )
    console.print(table)
    for figure in figures:
        if figure.peer_name is not None and figure.peer is None:
            console.print(f"{figure.name}: {figure.peer_name}")
    console.print("floor, of calls/s: a kept-alive socket for each thread, and msgspec")
    console.print("floor, of requests/s: the same load on a server that gives one answer to everything")
    console.print(
        "peer, of calls/s: one SDK object for all threads; it connects and loads its CA bundle for each"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
