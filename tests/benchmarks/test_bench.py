"""`python -m benchmarks`: it runs, and writes what design.md promises. How fast anything is, is not asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
KEYS = ["name", "unit", "ours", "peer", "peer_name", "ratio", "floor", "floor_ratio"]


def bench(folder: Path, *options: str) -> tuple[str, list[dict[str, Any]]]:
    """What a quick run prints, and what it writes into a folder that was not there."""
    output = folder / "build" / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", output, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout, json.loads(output.read_text())


def check(figures: list[dict[str, Any]]) -> None:
    """Keys, and numbers that fit together."""
    assert len(figures) >= 5
    assert len({figure["name"] for figure in figures}) == len(figures)
    for figure in figures:
        assert list(figure) == KEYS
        assert figure["unit"] in {"ms", "calls/s"}
        assert figure["ours"] > 0
        if figure["unit"] == "calls/s":
            assert figure["floor_ratio"] == pytest.approx(figure["ours"] / figure["floor"])
        else:
            assert figure["floor"] is figure["floor_ratio"] is None


@pytest.mark.peer
def test_beside_the_official_sdk(tmp_path: Path) -> None:
    if not SDK_PYTHON.exists():
        pytest.skip("no .venv-sdk: run make test: it installs the official SDK there")
    printed, figures = bench(tmp_path)
    check(figures)
    for figure in figures:
        assert figure["name"] in printed
        assert "ringcentral 0.9.2" in figure["peer_name"]
        more, less = figure["ours"], figure["peer"]
        if figure["unit"] == "ms":
            more, less = less, more
        assert figure["ratio"] == pytest.approx(more / less)


def test_without_the_official_sdk(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "python"
    printed, figures = bench(tmp_path, "--sdk-python", str(missing))
    check(figures)
    assert "official SDK is not there" in printed
    assert {figure[key] for figure in figures for key in ("peer", "peer_name", "ratio")} == {None}
