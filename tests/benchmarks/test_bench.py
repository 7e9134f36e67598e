"""`python -m benchmarks`: it runs, and writes what design.md promises. How fast anything is, is not asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# A run starts some forty processes, one after the other: on a busy machine that takes its time.
pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
NODE_PACKAGES = ROOT / ".peers" / "bench"
CASES = (
    "import",
    "GET extension, 1 thread",
    "GET extension, 1 thread, fast transport",
    "GET extension, 16 threads",
    "GET extension, 16 threads, fast transport",
    "GET extension, 1 thread, round trip 40 ms",
    "GET extension, 16 threads, round trip 40 ms, fast transport",
    "GET call log page",
    "2,000 Detailed records into objects, beside the SDK's json()",
    "2,000 Detailed records into objects, beside the SDK's json_dict()",
    "peak memory, 2,000 Detailed records held",
    "peak memory, 2,000 Detailed records streamed",
)
KEYS = ["name", "unit", "ours", "peer", "peer_name", "ratio", "floor", "floor_ratio"]


def bench(folder: Path, *options: str) -> tuple[str, list[dict[str, Any]]]:
    """What a quick run prints, and what it writes into a folder that was not there."""
    output = folder / "build" / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", output, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
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
        assert figure["unit"] in {"ms", "calls/s", "requests/s", "records/s", "MB"}
        assert figure["ours"] > 0
        if figure["floor"] is None:
            assert figure["unit"] != "calls/s"
            assert figure["floor_ratio"] is None
        else:
            assert figure["floor_ratio"] == pytest.approx(figure["ours"] / figure["floor"])
        if figure["peer"] is None:
            assert figure["ratio"] is None
        else:
            more, less = figure["ours"], figure["peer"]
            if figure["unit"] in {"ms", "MB"}:
                more, less = less, more
            assert figure["ratio"] == pytest.approx(more / less)


def of_the_platform(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows of platform_rows.py, by name; the others are beside the SDK."""
    return {one["name"]: one for one in figures if one["name"].startswith("platform: ")}


@pytest.mark.peer
def test_beside_the_official_sdk(tmp_path: Path) -> None:
    if not SDK_PYTHON.exists():
        pytest.skip("no .venv-sdk: run make test: it installs the official SDK there")
    _, figures = bench(tmp_path, "--only", "client", "--node-packages", str(tmp_path / "none"))
    check(figures)
    beside_sdk = [one for one in figures if one["name"] not in of_the_platform(figures)]
    alone = [one for one in beside_sdk if one["peer"] is None]
    assert [one["name"].partition(";")[0] for one in alone] == [
        "refreshed token sealed, made durable and read back"
    ]
    for figure in beside_sdk:
        assert figure in alone or "ringcentral 0.9.2" in figure["peer_name"]
    for case in CASES:
        assert any(one["name"].startswith(case) for one in beside_sdk), case


@pytest.mark.peer
def test_beside_other_servers(tmp_path: Path) -> None:
    if not (NODE_PACKAGES / "node_modules").is_dir():
        pytest.skip("no .peers/bench: make bench installs the servers from npm there, where node is")
    _, figures = bench(tmp_path, "--only", "platform", "--sdk-python", str(tmp_path / "no" / "python"))
    check(figures)
    rows = of_the_platform(figures)
    for server in ("oidc-provider", "oauth2-mock-server"):
        found = [row for name, row in rows.items() if name.endswith(f"beside {server}")]
        assert len(found) == 3  # start-up, memory, tokens
        for row in found:
            assert row["peer_name"].startswith(f"{server} ")
            assert row["peer"] > 0


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, Any]]]:
    """A run where no other program is installed."""
    folder = tmp_path_factory.mktemp("alone")
    missing = folder / "no" / "python"
    none = ("--sdk-python", str(missing), "--node-packages", str(folder), "--pandas-python", str(missing))
    return bench(folder, *none)


def test_without_any_peer(alone: tuple[str, list[dict[str, Any]]]) -> None:
    printed, figures = alone
    check(figures)
    assert "official SDK is not there" in printed
    assert "pandas is not there" in printed
    for figure in figures:
        assert figure["name"] in printed
    assert {figure[key] for figure in figures for key in ("peer", "ratio")} == {None}
    rows = of_the_platform(figures)
    beside = [row for row in rows.values() if "beside" in row["name"]]
    assert len(beside) == 6
    assert all("(not measured: " in row["peer_name"] for row in beside)
    assert {one["peer_name"] for one in figures if one not in beside} == {None}


def test_pages_of_an_archive_are_those_of_a_year(alone: tuple[str, list[dict[str, Any]]]) -> None:
    rows = [one for one in alone[1] if "archived calls" in one["name"]]
    assert len([one for one in rows if one["unit"] == "ms"]) >= 12
    assert [one["floor"] > 0 for one in rows if one["name"].startswith("memory of the web worker")] == [True]


def test_the_deep_page_is_beside_the_first(alone: tuple[str, list[dict[str, Any]]]) -> None:
    rows = of_the_platform(alone[1])
    first = rows["platform: call log page (100 records)"]
    deep = rows["platform: call log page at offset 9,000,000; floor: page 1"]
    assert deep["floor"] == first["ours"]
    assert rows["platform: memory after those pages; floor: before them"]["floor"] > 0
