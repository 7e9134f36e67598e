"""`ringback calls export` broken off: what was read is kept, and the next run reads only what is missing."""

import signal
import subprocess

import pytest
from command_desk import ACCOUNT_LOG as LOG
from running import COMMAND, environment, run
from test_login_command import log_in

DAYS = ("--scope", "account", "--from", "2026-02-23", "--to", "2026-02-25", "--zone", "UTC")
PAGES = 3


@pytest.fixture
def desk(one_request_left):
    return one_request_left


def export(desk, *options, output, days=DAYS):
    return run("calls", "export", *days, "--output", output, *options, cwd=desk.folder, **desk.settings)


def begin(desk, output, *options):
    """An export that has read a page and waits for the rate limit."""
    process = subprocess.Popen(
        [*COMMAND, "calls", "export", *DAYS, "--output", output, *options],
        cwd=desk.folder,
        env=environment(**desk.settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    told = []
    for line in process.stderr:
        told.append(line)
        if line.startswith("waiting "):
            return process, line
    raise AssertionError(told)


def pages_asked(desk):
    return len([one for one in desk.ringcentral.journal.find(path=LOG) if one.status == 200])


def parts(desk):
    return [one.name for one in desk.folder.iterdir() if one.name.startswith(".ringback-")]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_broken_off_it_goes_on_and_reads_only_what_is_missing(desk, number):
    output = f"{number.name}.jsonl"
    process, line = begin(desk, output)
    assert "for the rate limit; 1,000 records so far" in line
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == (-9 if number == signal.SIGKILL else 130)
    if number != signal.SIGKILL:
        assert err == (
            f"broken off: 1,000 records are kept in .ringback-{output}.part; "
            "run the same command again to go on\n"
        )
    assert parts(desk) == [f".ringback-{output}.part"]
    assert not (desk.folder / output).exists()
    desk.ringcentral.clock.advance(61)
    again = export(desk, output=output)
    assert again.returncode == 0, again.stderr
    assert "going on with the export of" in again.stderr
    assert "1,000 records are there" in again.stderr
    assert pages_asked(desk) == PAGES
    assert not parts(desk)
    whole = desk.folder / "whole.jsonl"
    if not whole.exists():
        desk.ringcentral.clock.advance(61)
        assert export(desk, output="whole.jsonl").returncode == 0
    assert (desk.folder / output).read_bytes() == whole.read_bytes()
    assert whole.read_bytes().count(b"\n") > 2000


def test_a_part_serves_every_format_and_no_other_options(desk):
    process, _ = begin(desk, "a.csv", "--format", "csv")
    process.kill()
    process.communicate()
    desk.ringcentral.clock.advance(61)
    other = export(desk, "--direction", "Inbound", output="a.csv")
    assert (other.returncode, len(other.stderr.splitlines())) == (1, 2), other.stderr
    assert "with other options" in other.stderr
    assert "2026-02-23" in other.stderr
    assert "--anew" in other.stderr
    assert parts(desk) == [".ringback-a.csv.part"]
    gone_on = export(desk, "--quiet", "--format", "jsonl", output="a.csv")
    assert (gone_on.returncode, gone_on.stderr) == (0, "")
    assert pages_asked(desk) == PAGES
    assert (desk.folder / "a.csv").read_bytes()[:1] == b"{"


def test_anew_reads_everything_again(desk):
    process, _ = begin(desk, "n.csv")
    process.kill()
    process.communicate()
    desk.ringcentral.clock.advance(61)
    anew = export(desk, "--direction", "Inbound", "--anew", output="n.csv")
    assert anew.returncode == 0, anew.stderr
    assert not parts(desk)
    assert b",Outbound," not in (desk.folder / "n.csv").read_bytes()


def test_an_ended_login_keeps_what_was_read(desk):
    process, _ = begin(desk, "e.csv")
    faults = desk.ringcentral.faults
    dead = {"errors": [{"errorCode": "OAU-129", "message": "expired"}], "errorCode": "OAU-129"}
    faults.add(path=LOG, status=401, body=dead)
    faults.add(path="/restapi/oauth/token", status=400, body={"error": "invalid_grant"})
    desk.ringcentral.clock.advance(61)
    _, err = process.communicate(timeout=60)
    faults.clear()
    assert process.returncode == 3, err
    assert "1,000 records are kept in .ringback-e.csv.part" in err
    log_in(desk, desk.ringcentral.admin)
    desk.ringcentral.journal.clear()
    again = export(desk, output="e.csv")
    assert again.returncode == 0, again.stderr
    assert pages_asked(desk) == PAGES - 1
    assert not parts(desk)


def test_two_exports_to_one_file_and_no_wait(desk):
    process, _ = begin(desk, "t.csv")
    second = export(desk, output="t.csv")
    assert second.returncode == 1
    assert second.stderr == ("ringback: Another export is writing t.csv; wait for it, or name another file\n")
    process.kill()
    process.communicate()
    limited = export(desk, "--no-wait", output="t.csv")
    assert limited.returncode == 4, limited.stderr
    assert "1,000 records are kept" in limited.stderr
    (desk.folder / ".ringback-t.csv.part").unlink()


def test_what_reaches_up_to_its_own_begin_is_not_gone_on_with_a_day_later(desk):
    open_end = ("--scope", "account", "--from", "2026-02-25")
    assert export(desk, "--no-wait", output="o.csv", days=open_end).returncode == 4
    desk.ringcentral.clock.advance(25 * 3600)
    again = export(desk, output="o.csv", days=open_end)
    assert again.returncode == 0, again.stderr
    assert "read more than a day ago are left; beginning anew" in again.stderr
