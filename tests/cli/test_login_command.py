"""`ringback login`, `whoami` and `logout`: a login from the command line, from the first line to the last."""

import json
import stat
import subprocess
import sys

import httpx2
import pytest
from running import COMMAND, environment, run


class Login:
    """A running `ringback login --no-browser`, and the address that it printed."""

    def __init__(self, desk, *options, **settings):
        self.process = subprocess.Popen(
            [*COMMAND, "login", "--no-browser", *options],
            cwd=desk.folder,
            env=environment(**desk.settings | settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def end(self):
        """(exit code, everything printed)."""
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out + err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def log_in(desk, user):
    with Login(desk) as login:
        callback = desk.ringcentral.authorize(login.url, user)
        with httpx2.Client(trust_env=False) as browser:
            answer = browser.get(callback)
            page = browser.get(httpx2.URL(callback).join(answer.headers["Location"]))
        code, printed = login.end()
    assert answer.status_code == 303
    assert "?" not in answer.headers["Location"]
    assert "You are logged in" in page.text
    assert code == 0, printed
    return printed


def test_a_login_from_the_first_line_to_the_last(desk):
    user = desk.ringcentral.user
    printed = log_in(desk, user)
    assert f"extension {user.extension_number}" in printed
    who = run("whoami", "--json", cwd=desk.folder, **desk.settings)
    told = json.loads(who.stdout)
    assert (told["userId"], told["extensionNumber"]) == (user.extension_id, user.extension_number)
    assert "ReadCallLog" in told["permissions"]
    assert told["refreshTokenExpiresAt"] == "2026-03-10T20:00:00+00:00"
    assert told["holders"] == 1
    text = run("whoami", cwd=desk.folder, **desk.settings).stdout
    assert text.startswith(f"{told['name']}, extension {user.extension_number}")
    out = run("logout", cwd=desk.folder, **desk.settings)
    assert (out.returncode, out.stdout) == (0, "Logged out.\n")
    assert desk.ringcentral.journal.find(path="/restapi/oauth/revoke", status=200)
    after = run("whoami", cwd=desk.folder, **desk.settings)
    assert after.returncode == 3
    assert "ringback login" in after.stderr
    assert run("logout", cwd=desk.folder, **desk.settings).stdout == "Nobody is logged in here.\n"
    assert desk.printed_nothing_secret(printed, who.stdout, text)
    assert {stat.S_IMODE(file.stat().st_mode) for file in desk.data.iterdir()} == {0o600}


BROWSER = """
import sys
import httpx2
from ringback.testing.browser import Browser
from ringback.testing.people import User
server, username, password = {known!r}
(url,) = sys.argv[1:]
callback = Browser(server).authorize(url, User(username, password, "", "", "", False))
with httpx2.Client(trust_env=False, follow_redirects=True) as browser:
    browser.get(callback)
"""


def test_it_opens_the_users_browser_and_prints_no_address(desk):
    script = desk.folder / "browser.py"
    user = desk.ringcentral.user
    script.write_text(BROWSER.format(known=(desk.ringcentral.server_url, user.username, user.password)))
    result = run("login", cwd=desk.folder, **desk.settings, BROWSER=f"{sys.executable} {script} %s")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Logged in as ")
    assert "http" not in result.stdout + result.stderr


def test_a_callback_without_this_logins_state_changes_nothing(desk):
    with Login(desk) as login:
        callback = desk.ringcentral.authorize(login.url)
        with httpx2.Client(trust_env=False) as browser:
            for wrong in (
                callback.replace("state=", "state=x"),
                callback.partition("?")[0],
                callback.partition("?")[0] + "?error=access_denied",
                callback + "&state=x",
            ):
                assert browser.get(wrong).status_code == 400
            assert browser.get(callback, headers={"Host": "evil.example"}).status_code == 400
            assert browser.get(callback.replace("/oauth2callback", "/other")).status_code == 404
            assert browser.get(callback, headers={"Sec-Purpose": "prefetch"}).status_code == 404
            assert browser.head(callback).status_code == 501
            assert browser.post(callback).status_code == 501
            assert not desk.ringcentral.journal.find(grant_type="authorization_code")
            assert browser.get(callback).status_code == 303
        assert login.end()[0] == 0


def test_a_user_who_cancels_is_told_so_on_both_ends(desk):
    with Login(desk) as login:
        callback = desk.ringcentral.authorize(login.url, decision="cancel")
        with httpx2.Client(trust_env=False) as browser:
            answer = browser.get(callback)
            page = browser.get(httpx2.URL(callback).join(answer.headers["Location"]))
        code, printed = login.end()
    assert "The login did not work" in page.text
    assert code == 1
    assert "denied" in printed
    assert "Traceback" not in printed


def test_it_gives_up_after_its_time(desk):
    with Login(desk, "--timeout", "1") as login:
        code, printed = login.end()
    assert code == 1
    assert "nobody logged in within 1 seconds" in printed


@pytest.mark.parametrize(
    "redirect_uri",
    ["", "https://app.example/oauth2callback", "http://localhost/oauth2callback", "http://[::1"],
)
def test_a_redirect_uri_that_does_not_lead_here_says_what_to_register(desk, redirect_uri):
    settings = desk.settings | {"RC_REDIRECT_URL": redirect_uri, "RINGCENTRAL_REDIRECT_URL": ""}
    result = run("login", "--no-browser", cwd=desk.folder, **settings)
    assert result.returncode == 1
    assert "register http://127.0.0.1:8787/oauth2callback" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_second_user_takes_the_place_of_the_first_whose_login_ends(desk):
    log_in(desk, desk.ringcentral.user)
    log_in(desk, desk.ringcentral.admin)
    told = json.loads(run("whoami", "--json", cwd=desk.folder, **desk.settings).stdout)
    assert told["userId"] == desk.ringcentral.admin.extension_id
    assert len(desk.ringcentral.journal.find(path="/restapi/oauth/revoke", status=200)) == 1


def test_a_rate_limit_has_its_exit_code(desk):
    log_in(desk, desk.ringcentral.user)
    desk.ringcentral.faults.add("/restapi/v1.0/account/*/extension/*", status=429, times=5)
    assert run("whoami", cwd=desk.folder, **desk.settings).returncode == 4


def test_a_jwt_logs_in_without_a_browser(desk):
    app = desk.ringcentral.add_app("Jobs", platform_type="JWT")
    settings = desk.settings | {
        "RC_APP_CLIENT_ID": app.client_id,
        "RC_APP_CLIENT_SECRET": app.client_secret,
        "RC_USER_JWT": desk.ringcentral.jwt(desk.ringcentral.user),
    }
    result = run("login", "--jwt-env", cwd=desk.folder, **settings)
    assert result.returncode == 0, result.stderr
    assert f"extension {desk.ringcentral.user.extension_number}" in result.stdout
    assert run("whoami", cwd=desk.folder, **settings).returncode == 0
    missing = run(
        "login", "--jwt-env", cwd=desk.folder, **settings | {"RC_USER_JWT": "", "RINGCENTRAL_JWT": ""}
    )
    assert missing.returncode == 1
    assert "RC_USER_JWT is not set" in missing.stderr
