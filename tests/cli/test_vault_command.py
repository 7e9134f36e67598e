"""`ringback vault keep-alive --once`, as cron runs it."""

import json

import pytest
from running import run

from ringback import KeptAlive, RingCentral
from ringback.cli.vault_command import code_of, lines
from ringback.vault import new_key

DAY = 86_400


def deployment(desk):
    return desk.settings | {
        "RINGBACK_VAULT_URL": f"sqlite:///{desk.folder / 'vault.db'}",
        "RINGBACK_SECRET_KEYS": new_key(),
    }


def log_in(desk, settings, *users):
    with RingCentral(
        client_id=settings["RC_APP_CLIENT_ID"],
        client_secret=settings["RC_APP_CLIENT_SECRET"],
        server=settings["RC_SERVER_URL"],
        redirect_uri=settings["RC_REDIRECT_URL"],
        vault=settings["RINGBACK_VAULT_URL"],
        secret_keys=settings["RINGBACK_SECRET_KEYS"],
        clock=Clock(desk.ringcentral),
    ) as rc:
        found = []
        for user in users:
            login = rc.begin_login()
            found.append(rc.finish_login(desk.ringcentral.authorize(login.url, user), login.transaction).id)
        return found


class Clock:
    def __init__(self, ringcentral):
        self._clock = ringcentral.clock

    def now(self):
        return self._clock.now().timestamp()


def keep_alive(desk, settings, *more):
    return run("vault", "keep-alive", "--once", "--pace", "600", *more, cwd=desk.folder, **settings)


def test_unused_logins_live_on_beyond_a_refresh_tokens_life(desk):
    settings = deployment(desk)
    log_in(desk, settings, desk.ringcentral.admin, desk.ringcentral.user)
    young = keep_alive(desk, settings)
    assert (young.returncode, young.stderr) == (0, "")
    assert young.stdout == "2 logins, 0 due, 0 refreshed, 0 left for later\n"
    for _ in range(2):  # 12 days; a refresh token lives for 7
        desk.ringcentral.clock.advance(6 * DAY)
        told = keep_alive(desk, settings, "--json")
        assert told.returncode == 0, told.stderr
        assert json.loads(told.stdout)["refreshed"] == 2
    refreshes = desk.ringcentral.journal.find(grant_type="refresh_token")
    assert [entry.status for entry in refreshes] == [200] * 4


def test_a_user_who_must_log_in_again_is_told_by_exit_code_3(desk):
    settings = deployment(desk)
    (user_id,) = log_in(desk, settings, desk.ringcentral.user)
    desk.ringcentral.clock.advance(8 * DAY)
    told = keep_alive(desk, settings)
    assert told.returncode == 3
    assert f"user {user_id} must log in again" in told.stdout


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (KeptAlive(refreshed=3), 0),
        (KeptAlive(ended=["1"]), 3),
        (KeptAlive(ended=["1"], limited=True), 4),
        (KeptAlive(ended=["1"], limited=True, failed={"2": "why"}), 1),
        (KeptAlive(unopened=["3"]), 1),
    ],
)
def test_the_exit_code_tells_the_gravest(told, code):
    assert code_of(told) == code


def test_a_pause_is_told_in_words():
    assert "RingCentral asks for a pause (rate limit)" in lines(KeptAlive(limited=True))[-1]


def test_a_login_that_fails_now_is_told_by_exit_code_1(desk):
    settings = deployment(desk)
    (user_id,) = log_in(desk, settings, desk.ringcentral.user)
    desk.ringcentral.clock.advance(6 * DAY)
    desk.ringcentral.faults.add("/restapi/oauth/token", status=503)
    told = keep_alive(desk, settings, "--json")
    assert told.returncode == 1
    assert list(json.loads(told.stdout)["failed"]) == [user_id]
    assert settings["RC_APP_CLIENT_SECRET"] not in told.stdout + told.stderr


def test_a_vault_that_cannot_be_used_is_one_line(desk):
    settings = deployment(desk) | {"RINGBACK_VAULT_URL": "redis://:hidden-word@127.0.0.1:1/0"}
    told = keep_alive(desk, settings)
    assert told.returncode == 1
    assert told.stderr.startswith("ringback: The vault cannot be used now")
    assert told.stderr.count("\n") == 1
    assert "hidden-word" not in told.stderr


def test_list_tells_whose_logins_there_are_and_no_token(desk):
    settings = deployment(desk)
    ids = log_in(desk, settings, desk.ringcentral.admin, desk.ringcentral.user)
    listed = run("vault", "list", "--json", cwd=desk.folder, **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    assert sorted(one["userId"] for one in told) == sorted(ids)
    assert all(one["opens"] and one["holders"] == 1 for one in told)
    assert all("ReadCallLog" in one["permissions"] for one in told)
    lines = run("vault", "list", cwd=desk.folder, **settings).stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"user {one['userId']}" for one in told]
    other = run("vault", "list", cwd=desk.folder, **settings | {"RINGBACK_SECRET_KEYS": new_key()})
    assert other.returncode == 1
    assert other.stdout.count("does not open") == 2
