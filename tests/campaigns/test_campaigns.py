"""The campaigns in their short forms, each in a process of its own; and that they can fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from campaigns.__main__ import CAMPAIGNS

ROOT = Path(__file__).parents[2]
# The enumeration's short form is in tests/client. The others run on one store here, and on all of them in
# `make prove`: what differs is the store's own steps, and those are in the conformance tests too.
# Kills run on all. Syncs that are killed on DuckDB: tests/archive.
ON = {"rotations": "sqlite", "archive": "postgres", "browsers": "postgres", "crowd": "postgres"}
SHORT = [
    (name, store)
    for name, (stores, _) in CAMPAIGNS.items()
    for store in stores
    if name not in ("enumeration", "archive-live") and (name == "kills" or store == ON.get(name, stores[0]))
]
BEYOND = """
from campaigns import kills
result = kills.run("sqlite", kills=60, users=15, minutes=(61, 70))
print(result.figures["logins lost"], any("must log in" in fault for fault in result.faults))
"""


def python(*arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("name", "store"), SHORT, ids=[" on ".join(each) for each in SHORT])
def test_it_holds_in_its_short_form(name, store, tmp_path):
    output = tmp_path / "prove.json"
    told = python("-m", "campaigns", name, "--short", "--stores", store, "--output", output)
    (result,) = json.loads(output.read_text())
    if result["skipped"]:
        pytest.skip(result["skipped"])
    assert "held" in told
    assert result["faults"] == []
    figures = result["figures"]
    match name:
        case "kills":
            assert figures["kills"] + figures["finished before their kill"] >= figures["steps"]
            assert figures["kills"] >= 40
            assert figures["logins lost"] == 0
        case "logouts":
            assert figures["kills"] >= 15
            assert figures["logged out"] > 0
            assert figures["sessions left behind"] == 0
        case "outages":
            assert figures["errors of the store"] >= 10
        case "archive":
            assert figures["kills"] >= 3
            assert (
                figures["records in the log"] == figures["in the archive"] == figures["verify counted"] > 500
            )
            assert figures["amended"] == figures["deleted"] > 0
        case "rotations":
            assert figures["kills"] >= 1
            assert figures["calls"] >= 20
            assert figures["failed calls"] == 0
            assert figures["refreshes stored"] >= figures["users"]
        case "restarts":
            assert figures["requests"] > 100
            assert figures["failed"] == 0
        case "browsers":
            assert figures["requests"] == figures["logins"] * 11
            assert figures["failed"] == 0
        case "pacing":
            assert len(figures) == 2
        case _:
            assert figures["refreshes stored"] == figures["users"] * figures["expiries"]
            assert figures["answers for another"] == 0


def test_the_kills_find_a_loss_where_there_must_be_one():
    """Where nothing runs for more than an hour, RingCentral's safety net is gone."""
    lost, said = python("-c", BEYOND).split()
    assert int(lost) > 0
    assert said == "True"


SKIPPED = """
import campaigns.rotations as rotations
from ringback.vault import new_key
begin = rotations.Deployment.restart
calls = []
def restart(self, *keys):
    calls.append(keys)
    if len(calls) > 1:  # nobody gets the new key before everything is sealed under it
        begin(self, *(keys if len(calls) == 3 else (keys[1],)))
rotations.Deployment.restart = restart
result = rotations.run("sqlite", rotations=1, kills=0, users=4, size=(1, 2))
print(result.figures["failed calls"] > 0, any("SealError" in fault for fault in result.faults))
"""


def test_the_rotations_find_a_deployment_that_skips_a_step():
    assert python("-c", SKIPPED).split() == ["True", "True"]


TAKEN_OUT = """
import duckdb
from campaigns import archive
end = archive._Month._end_worker
def end_and_take_one_out(month):
    end(month)
    if not month.result.figures:
        with duckdb.connect(month.place) as database:
            database.execute("DELETE FROM records WHERE id = (SELECT min(id) FROM records)")
archive._Month._end_worker = end_and_take_one_out
result = archive.run("duckdb", archive.Size(days=0, history=30, calls_per_day=10, live=False))
print(result.figures["missing"], result.figures["verify"].startswith("NOT"), len(result.faults))
"""


def test_the_archives_month_finds_a_record_that_is_missing():
    pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")
    missing, said, faults = python("-c", TAKEN_OUT).split()
    assert (missing, said) == ("1", "True")
    assert int(faults) >= 2
