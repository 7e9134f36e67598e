"""`ringback api` and `ringback recordings`: any endpoint's answer, and recordings as files."""

import json

import pytest
from running import run
from test_login_command import log_in

EXTENSIONS = "/restapi/v1.0/account/~/extension"


@pytest.fixture
def logged_in(desk):
    log_in(desk, desk.ringcentral.admin)
    return desk


def ringback(desk, *arguments):
    return run(*arguments, cwd=desk.folder, seconds=60, **desk.settings)


def test_an_answer_is_printed_as_json_and_all_pages_as_lines(logged_in):
    own = json.loads(ringback(logged_in, "api", "GET", f"{EXTENSIONS}/~").stdout)
    assert str(own["id"]) == logged_in.ringcentral.admin.extension_id
    page = json.loads(ringback(logged_in, "api", "GET", EXTENSIONS, "--query", "perPage=4").stdout)
    assert len(page["records"]) == 4
    every = ringback(logged_in, "api", "GET", EXTENSIONS, "--query", "perPage=4", "--all")
    found = [json.loads(line)["id"] for line in every.stdout.splitlines()]
    assert len(found) == len(set(found)) == page["paging"]["totalElements"]
    assert found[:4] == [one["id"] for one in page["records"]]
    assert logged_in.printed_nothing_secret(every.stdout, every.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["GET", "https://elsewhere.example/restapi"], 2, "tokens are sent nowhere else"),
        (["POST", EXTENSIONS], 2, "GET"),
        (["GET", EXTENSIONS, "--query", "perPage"], 2, "NAME=VALUE"),
        (["GET", "/restapi/v1.0/none"], 1, ""),
        (["GET", f"{EXTENSIONS}/~", "--all"], 1, "leave out --all"),
    ],
)
def test_what_cannot_be_is_one_clear_line(logged_in, arguments, code, words):
    result = ringback(logged_in, "api", *arguments)
    assert result.returncode == code, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_limit_that_is_not_waited_for_is_exit_code_4(logged_in):
    logged_in.ringcentral.faults.add(path=EXTENSIONS, status=429, times=20)
    assert ringback(logged_in, "api", "GET", EXTENSIONS, "--no-wait").returncode == 4


def test_nobody_logged_in_is_exit_code_3(desk):
    assert ringback(desk, "api", "GET", EXTENSIONS).returncode == 3
    assert ringback(desk, "recordings", "download", "--folder", "sound").returncode == 3


def test_recordings_are_fetched_once(logged_in):
    options = ("--scope", "account", "--from", "2026-03-03", "--folder", "sound")
    first = ringback(logged_in, "recordings", "download", *options)
    assert first.returncode == 0, first.stderr
    files = list((logged_in.folder / "sound").iterdir())
    assert files
    assert all(one.suffix in (".wav", ".mp3") and one.stat().st_size > 100 for one in files)
    assert first.stdout == f"{len(files)} recordings fetched to sound, 0 were there\n"
    again = ringback(logged_in, "recordings", "download", *options)
    assert again.stdout == f"0 recordings fetched to sound, {len(files)} were there\n"
