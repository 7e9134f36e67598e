"""`ringback calls`: the log on the command line, as lines, JSON and files, and its archive."""

import csv
import io
import json
import signal
import subprocess

import pytest
from running import COMMAND, environment, run
from test_login_command import log_in

import services
from ringback import RingCentral

WEEK = ("--from", "2026-02-23", "--to", "2026-03-01", "--zone", "America/Los_Angeles")


@pytest.fixture
def logged_in(desk):
    log_in(desk, desk.ringcentral.admin)
    return desk


def calls(desk, *arguments, **more):
    return run("calls", *arguments, cwd=desk.folder, seconds=60, **desk.settings | more)


def told_by_the_api(desk, **window):
    ringcentral = desk.ringcentral
    with RingCentral(
        client_id=ringcentral.client_id,
        client_secret=ringcentral.client_secret,
        server=ringcentral.server_url,
        vault="memory://",
    ) as client:
        begun = client.begin_login(redirect_uri=ringcentral.redirect_uri)
        user = client.finish_login(ringcentral.authorize(begun.url, ringcentral.admin), begun.transaction)
        return list(user.calls("extension", original=True, **window))


def a_week(desk):
    from datetime import date
    from zoneinfo import ZoneInfo

    from ringback.client.calls.days import day

    begin, end = day(date(2026, 2, 23), ZoneInfo("America/Los_Angeles"), until=date(2026, 3, 1))
    return told_by_the_api(desk, date_from=begin, date_to=end)


def test_list_has_the_logs_records_as_lines_and_as_json(logged_in):
    expected = a_week(logged_in)
    assert len(expected) > 10
    lines = calls(logged_in, "list", *WEEK).stdout.splitlines()
    assert [line.split("\t")[-1] for line in lines] == [one.id for one in expected]
    assert all(line[:10] >= "2026-02-23" and "-08:00" in line for line in lines)
    told = calls(logged_in, "list", *WEEK, "--json", "--limit", "3").stdout.splitlines()
    assert [json.loads(line)["id"] for line in told] == [one.id for one in expected[:3]]
    faxes = calls(logged_in, "list", *WEEK, "--direction", "Inbound").stdout.splitlines()
    assert len(faxes) == sum(one.direction == "Inbound" for one in expected)
    shown = calls(logged_in, "show", expected[0].id)
    assert f"ID: {expected[0].id}" in shown.stdout
    assert "Leg 1: " in shown.stdout
    assert json.loads(calls(logged_in, "show", expected[0].id, "--json").stdout)["id"] == expected[0].id
    nothing = calls(logged_in, "show", "123")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (1, 1)


def test_a_file_of_each_format_has_every_call(logged_in):
    pytest.importorskip("duckdb", reason="Parquet needs duckdb: pip install 'ringback[archive]'")
    pytest.importorskip("xlsxwriter", reason="XLSX needs xlsxwriter: pip install 'ringback[archive]'")
    import duckdb

    expected = {one.id for one in a_week(logged_in)}
    for name in ("w.csv", "w.jsonl", "w.parquet", "w.xlsx"):
        made = calls(logged_in, "export", *WEEK, "--output", name)
        assert made.returncode == 0, made.stderr
        assert f"written to {name}" in made.stderr
    text = (logged_in.folder / "w.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {one for row in rows for one in row["record_ids"].split("; ")} == expected
    assert {row["zone"] for row in rows} == {"America/Los_Angeles"}
    assert all(row["start_utc"].endswith("Z") for row in rows)
    records = [json.loads(line) for line in (logged_in.folder / "w.jsonl").read_text().splitlines()]
    assert {one["id"] for one in records} == expected
    found = duckdb.sql(f"SELECT record_ids FROM read_parquet('{logged_in.folder / 'w.parquet'}')").fetchall()
    assert sorted(one[0] for one in found) == sorted(row["record_ids"] for row in rows)
    assert (logged_in.folder / "w.xlsx").read_bytes()[:2] == b"PK"
    out = calls(logged_in, "export", *WEEK, "--output", "-", "--format", "csv").stdout
    assert list(csv.DictReader(io.StringIO(out))) == rows
    assert {one.name for one in logged_in.folder.iterdir()} >= {"w.csv", "w.xlsx"}
    assert not list(logged_in.folder.glob(".ringback-*"))


def test_an_archive_is_synced_verified_read_and_exported(logged_in):
    pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")
    file = logged_in.folder / "own.duckdb"
    options = ("--archive", str(file))
    first = calls(logged_in, "sync", *options, "--history", "2026-01-01", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["records"] > 50
    assert (told["outcome"], told["file"], told["windows_left"]) == ("ok", str(file), 0)
    assert told["complete_from"].startswith("2026-01-01T")
    assert told["complete_to"] == "2026-03-03T20:00:00.000Z"
    assert "the log is followed to its end" in first.stderr
    logged_in.ringcentral.clock.advance(1800)
    second = calls(logged_in, "sync", *options, "--history", "2026-01-01")
    assert second.stdout.startswith(f"{file}: ")
    right = calls(logged_in, "verify", *options)
    assert right.returncode == 0, right.stdout + right.stderr
    lines = right.stdout.splitlines()
    assert all(line.endswith(": the same") for line in lines[:-1])
    assert lines[-1].startswith(f"{file} is right, complete from 2026-01-01 ")
    as_json = calls(logged_in, "verify", *options, "--json").stdout.splitlines()
    summary = json.loads(as_json[-1])["summary"]
    assert summary["right"]
    assert summary["records"] == summary["held"] == sum(json.loads(one)["count"] for one in as_json[:-1])
    assert summary["complete_to"].startswith("2026-03-03T20:30:00")
    from_file = calls(logged_in, "list", *WEEK, *options, RC_SERVER_URL="http://localhost:1")
    assert from_file.stdout == calls(logged_in, "list", *WEEK).stdout
    made = calls(logged_in, "export", *options, "--by-month", "--output", "months")
    assert made.returncode == 0, made.stderr
    assert (logged_in.folder / "months" / "records" / "month=2026-02").is_dir()
    assert file.stat().st_mode & 0o077 == 0
    other = calls(logged_in, "sync", *options, "--scope", "account")
    assert (other.returncode, len(other.stderr.splitlines())) == (1, 1)
    assert "The archive is of" in other.stderr
    assert logged_in.printed_nothing_secret(first.stdout + first.stderr, right.stdout, made.stderr)
    import duckdb

    with duckdb.connect(str(file)) as database:
        database.execute("DELETE FROM records WHERE id = (SELECT min(id) FROM records)")
    wrong = calls(logged_in, "verify", *options, "--repair")
    assert wrong.returncode == 1
    assert "1 missing: " in wrong.stdout
    assert calls(logged_in, "verify", *options).returncode == 0


def test_an_archive_on_postgresql_is_synced_verified_read_and_exported(logged_in):
    pytest.importorskip("duckdb", reason="Parquet needs duckdb: pip install 'ringback[archive]'")
    server = services.postgres()
    options = ("--archive", f"{server.url}?schema=cli_test")
    try:
        first = calls(logged_in, "sync", *options, "--history", "2026-01-01")
        assert first.returncode == 0, first.stderr
        assert first.stdout.startswith(f"postgresql://127.0.0.1:{server.port}/postgres?schema=cli_test: ")
        assert "may see" in first.stderr.splitlines()[0]
        right = calls(logged_in, "verify", *options)
        assert (right.returncode, "is right" in right.stdout) == (0, True), right.stderr
        nobody = {"RC_SERVER_URL": "http://localhost:1"}
        listed = calls(logged_in, "list", *WEEK, *options, **nobody)
        assert listed.stdout == calls(logged_in, "list", *WEEK).stdout
        made = calls(logged_in, "export", *options, "--by-month", "--output", "months", **nobody)
        assert made.returncode == 0, made.stderr
        assert (logged_in.folder / "months" / "records" / "month=2026-02").is_dir()
        nothing = calls(logged_in, "show", "1", *options)
        assert "There is no record 1 in postgresql://127.0.0.1" in nothing.stderr
        printed = [first, right, listed, made, nothing]
        assert not any("password%20" in each.stdout + each.stderr for each in printed)
    finally:
        server.execute("DROP SCHEMA IF EXISTS cli_test CASCADE")


def test_nobody_logged_in_is_exit_code_3(desk):
    for command in (["list"], ["export", "--output", "x.csv"], ["sync"], ["verify"], ["show", "1"]):
        result = calls(desk, *command)
        assert result.returncode == 3, result.stderr
        assert "ringback login" in result.stderr
    assert not (desk.folder / "x.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--from", "yesterday"], "--from must be a date"),
        (["list", "--from", "2026-03-02", "--to", "2026-03-01"], "--from lies after --to"),
        (["list", "--number", "abc"], "abc"),
        (["list", "--zone", "Mars/Base"], "not a time zone"),
        (["list", "--scope", "account", "--extension-id", "1"], "--extension-id"),
        (["list", "--extension-id", "x"], "extension_id must be an id"),
        (["export", "--output", "calls.doc"], "--format"),
        (["export", "--output", "-", "--format", "xlsx"], "--output"),
        (["export", "--output", "x", "--by-month"], "--archive"),
        (["sync", "--history", "soon"], "--history must be a date"),
    ],
)
def test_options_that_cannot_be_are_exit_code_2(desk, arguments, words):
    result = calls(desk, *arguments)
    assert result.returncode == 2, result.stderr
    assert words in result.stderr


def test_ctrl_c_leaves_no_half_file(logged_in):
    logged_in.ringcentral.faults.add(
        path="/restapi/v1.0/account/~/extension/~/call-log", times=5, delay=20, when="before"
    )
    process = subprocess.Popen(
        [*COMMAND, "calls", "export", *WEEK, "--output", "w.jsonl"],
        cwd=logged_in.folder,
        env=environment(**logged_in.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    part = logged_in.folder / ".ringback-w.jsonl.part"
    while not (part.exists() and part.stat().st_size):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert not list(logged_in.folder.glob(".ringback-*"))
    assert not (logged_in.folder / "w.jsonl").exists()


def test_a_file_that_cannot_be_written_is_one_clear_line(logged_in):
    result = calls(logged_in, "export", *WEEK, "--output", "none/w.csv")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert "none/w.csv cannot be written" in result.stderr
