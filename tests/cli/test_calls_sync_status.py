"""`ringback calls sync` for cron: exit codes, a status file for monitoring, no waiting, one at a time."""

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from running import COMMAND, environment, run
from test_login_command import log_in

pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")
LOG = "/restapi/v1.0/account/~/extension/~/call-log"
METRIC = re.compile(r'^ringback_archive_(\w+)\{archive="a.duckdb"\} ([0-9.]+)$', re.MULTILINE)


@pytest.fixture
def logged_in(desk):
    log_in(desk, desk.ringcentral.admin)
    return desk


def sync(desk, *more):
    options = ("calls", "sync", "--archive", "a.duckdb", "--history", "2026-01-01")
    return run(*options, *more, cwd=desk.folder, seconds=60, **desk.settings)


def test_cron_reads_the_status_file_and_the_exit_code(logged_in):
    file = logged_in.folder / "sync.json"
    first = sync(logged_in, "--status-file", file.name)
    assert first.returncode == 0, first.stderr
    done = json.loads(file.read_text())
    assert (done["outcome"], done["exit_code"], done["error"]) == ("ok", 0, None)
    assert done["records"] > 50
    assert datetime.fromisoformat(done["next"]) - datetime.fromisoformat(done["ended"]) == timedelta(hours=1)
    assert datetime.now(UTC) - datetime.fromisoformat(done["last_success"]) < timedelta(minutes=2)
    assert done["log"] == LOG

    logged_in.ringcentral.faults.add(
        path="/restapi/v1.0/account/~/extension/~/call-log-sync", status=503, times=9
    )
    failed = sync(logged_in, "--status-file", file.name, "--json")
    assert failed.returncode == 1
    told = json.loads(file.read_text())
    assert json.loads(failed.stdout) == told
    assert (told["outcome"], told["exit_code"], told["next"]) == ("failed", 1, None)
    assert told["error"] in failed.stderr
    assert told["last_success"] == done["last_success"]
    assert (told["records"], told["complete_to"]) == (done["records"], done["complete_to"])

    run("logout", cwd=logged_in.folder, **logged_in.settings)
    nobody = sync(logged_in, "--status-file", file.name)
    assert nobody.returncode == 3
    told = json.loads(file.read_text())
    assert (told["outcome"], told["last_success"]) == ("login required", done["last_success"])
    assert told["records"] == done["records"]
    assert not [one for one in logged_in.folder.iterdir() if one.name.startswith(".sync.json")]


def test_prometheus_reads_the_status_file_too(logged_in):
    file = logged_in.folder / "sync.prom"
    assert sync(logged_in, "--status-file", file.name).returncode == 0
    figures = dict(
        re.findall(r'^ringback_archive_(\w+)\{archive="a.duckdb"\} ([0-9.]+)$', file.read_text(), re.M)
    )
    assert figures["exit_code"] == "0"
    assert int(figures["records"]) > 50
    run("logout", cwd=logged_in.folder, **logged_in.settings)
    assert sync(logged_in, "--status-file", file.name).returncode == 3
    later = dict(
        re.findall(r'^ringback_archive_(\w+)\{archive="a.duckdb"\} ([0-9.]+)$', file.read_text(), re.M)
    )
    assert later["exit_code"] == "3"
    for name in ("last_success_timestamp_seconds", "records", "complete_to_timestamp_seconds"):
        assert float(later[name]) == pytest.approx(float(figures[name]), abs=0.01)


def test_a_pause_that_is_not_waited_for_is_exit_code_4_and_the_next_sync_goes_on(logged_in):
    logged_in.ringcentral.faults.add(path=LOG, status=429, times=1)
    limited = sync(logged_in, "--no-wait", "--json")
    assert limited.returncode == 4, limited.stderr
    told = json.loads(limited.stdout)
    assert (told["outcome"], told["exit_code"]) == ("limited", 4)
    assert told["next"] > told["ended"]
    assert told["records"] > 0
    assert told["windows_left"] > 0
    logged_in.ringcentral.clock.advance(120)
    done = sync(logged_in, "--no-wait", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["windows_left"] == 0


def test_of_two_syncs_at_once_the_second_says_so_and_leaves_the_status_to_the_first(logged_in):
    file = logged_in.folder / "sync.json"
    logged_in.ringcentral.faults.add(path=LOG + "-sync", times=1, delay=20, when="before")
    first = subprocess.Popen(
        [*COMMAND, "calls", "sync", "--archive", "a.duckdb"],
        cwd=logged_in.folder,
        env=environment(**logged_in.settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (logged_in.folder / "a.duckdb").exists():
        assert first.poll() is None
    second = sync(logged_in, "--status-file", file.name)
    first.kill()
    first.wait()
    assert (second.returncode, len(second.stderr.splitlines())) == (1, 1)
    assert "is being synced by another process" in second.stderr
    assert not file.exists()


def test_a_status_file_that_cannot_be_written_is_one_clear_line(logged_in):
    result = sync(logged_in, "--status-file", "none/sync.json")
    assert result.returncode == 1
    assert "--status-file none/sync.json cannot be written" in result.stderr.splitlines()[-1]
