"""What a campaign has found: figures, and sentences about what went wrong."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Result:
    """One campaign on one store: it held when `faults` is empty; `skipped` says why it did not run."""

    campaign: str
    store: str
    figures: dict[str, float | str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    skipped: str = ""

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.campaign:9} {self.store:9} skipped: {self.skipped}"
        told = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        lines = [f"{self.campaign:9} {self.store:9} {'FAILED' if self.faults else 'held  '} {told}"]
        return "\n".join(lines + [f"    {fault}" for fault in self.faults[:20]])


def write(results: list[Result], path: Path) -> None:
    """Keep them as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
