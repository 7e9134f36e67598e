"""Exit codes are as the manual says: 0, 1, 2, 3, 4 and 130, command by command; and what --json prints."""

import json
import re
import signal
import subprocess
import threading
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner
from command_desk import Desk, own_redirect_uri
from running import COMMAND, environment, run
from test_help import LEAVES
from test_login_command import log_in

from ringback.cli.app import app
from ringback.cli.failures import EXIT_CODES
from ringback.testing import LocalRingCentral

LOG = "/restapi/v1.0/account/~/extension/~/call-log"
LONG = {
    "calls list": (),
    "calls show": ("1",),
    "calls export": ("--output", "x.csv"),
    "calls report": (),
    "calls sync": (),
    "recordings download": ("--folder", "sound"),
    "api": ("GET", LOG),
}
"""What may have to wait for the rate limit, and may be told not to."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with LocalRingCentral(redirect_uri=own_redirect_uri(), rate_limits=False) as ringcentral:
        desk = Desk(ringcentral, tmp_path_factory.mktemp("codes"))
        log_in(desk, ringcentral.admin)
        yield desk


def told(desk, *arguments, **more):
    return run(*arguments, cwd=desk.folder, seconds=60, **desk.settings | more)


def arguments_of(name):
    words = name.split()
    return (*words, *LONG[name])


@pytest.mark.parametrize("name", LEAVES)
def test_2_is_a_wrong_option(name):
    result = CliRunner().invoke(app, [*name.split()[1:], "--no-such-option"])
    assert result.exit_code == 2
    assert "--no-such-option" in result.stderr


@pytest.mark.parametrize("name", [*LONG, "calls verify", "whoami"])
def test_3_is_a_login_that_is_missing(desk, tmp_path, name):
    words = arguments_of(name) if name in LONG else name.split()
    result = told(desk, *words, XDG_DATA_HOME=str(tmp_path))
    assert result.returncode == 3, result.stderr
    assert result.stderr == "ringback: nobody is logged in here; log in with `ringback login`\n"


@pytest.mark.parametrize("name", LONG)
def test_4_is_a_pause_that_is_not_waited_for(desk, name):
    desk.ringcentral.faults.add(path="/restapi/v1.0/account/**", status=429, times=None)
    try:
        result = told(desk, *arguments_of(name), "--no-wait")
    finally:
        desk.ringcentral.faults.clear()
        desk.ringcentral.clock.advance(61)
    assert result.returncode == 4, result.stderr
    assert "CMN-301" in result.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("calls list", "nothing read, nothing is kept"),
        ("calls show", "nothing is kept"),
        ("calls export", "nothing was read, and nothing is kept"),
        ("calls report", "nothing read, nothing is kept"),
        ("calls sync", "what was stored is kept; run the same command again to go on"),
        ("recordings download", "0 recordings were fetched to sound; run the same command again to go on"),
        ("api", "0 records were printed"),
    ],
)
def test_130_is_ctrl_c_and_a_line_that_says_what_is_kept(desk, name, says):
    fault = desk.ringcentral.faults.add(path="/restapi/v1.0/account/**", delay=20, times=None)
    process = subprocess.Popen(
        [*COMMAND, *arguments_of(name)],
        cwd=desk.folder,
        env=environment(**desk.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not fault.hits:
            assert process.poll() is None, process.stderr.read()
            threading.Event().wait(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        desk.ringcentral.faults.clear()
        process.kill()
    assert process.returncode == 130, err
    assert err.splitlines()[-1] == f"broken off: {says}"


def test_1_is_everything_else(desk):
    for words in (["calls", "list"], ["whoami"], ["vault", "list"]):
        result = run(*words, cwd=desk.folder, XDG_DATA_HOME=str(desk.data.parent))
        assert (result.returncode, len(result.stderr.splitlines())) == (1, 1), result.stderr


def test_json_is_all_that_standard_output_has(desk):
    folder = desk.folder
    exported = told(desk, "calls", "export", "--output", "week.csv", "--from", "2026-02-23", "--json")
    rows = (folder / "week.csv").read_bytes().count(b"\r\n") - 1
    assert json.loads(exported.stdout) == {"file": "week.csv", "format": "csv", "calls": rows}
    fetched = told(desk, "recordings", "download", "--folder", "none", "--to", "2026-01-01", "--json")
    there = len(list((folder / "none").iterdir()))
    assert json.loads(fetched.stdout) == {"folder": "none", "fetched": there, "there": 0}
    me = told(desk, "api", "GET", "/restapi/v1.0/account/~/extension/~", "--json")
    assert len(me.stdout.splitlines()) == 1
    out = json.loads(told(desk, "logout", "--json").stdout)
    assert out == {"userId": str(json.loads(me.stdout)["id"]), "ended": True}
    again = told(desk, "logout", "--json")
    assert json.loads(again.stdout) == {"userId": None, "ended": False}
    login = subprocess.Popen(
        [*COMMAND, "login", "--no-browser", "--json"],
        cwd=folder,
        env=environment(**desk.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    login.stderr.readline()
    callback = desk.ringcentral.authorize(login.stderr.readline().strip(), desk.ringcentral.admin)
    with httpx2.Client(trust_env=False, follow_redirects=True) as browser:
        browser.get(callback)
    printed, _ = login.communicate(timeout=30)
    assert json.loads(printed)["userId"] == out["userId"]
    assert json.loads(printed)["extensionNumber"] == desk.ringcentral.admin.extension_number


def test_the_page_lists_every_code():
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text()
    table = page.partition("## Exit codes")[2].partition("## ")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(EXIT_CODES)
