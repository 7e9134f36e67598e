"""`ringback doctor` on a machine that is well, and on one that is not."""

import json
import stat

from running import run


def test_without_a_problem_the_exit_code_is_0(desk):
    result = run("doctor", cwd=desk.folder, **desk.settings)
    assert result.returncode == 0, result.stderr
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        f"ok       {check}" for check in ("server", "clock", "credentials", "redirect-uri", "vault", "keys")
    ]
    assert desk.printed_nothing_secret(result.stdout, result.stderr)
    assert stat.S_IMODE((desk.data / "vault.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((desk.data / "vault.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.data.stat().st_mode) == 0o700


def test_a_redirect_uri_that_is_not_registered_is_shown_with_what_is(desk):
    registered = desk.ringcentral.redirect_uri
    sent = registered.replace("localhost", "127.0.0.1")
    wrong = desk.settings | {"RC_REDIRECT_URL": sent}
    result = run("doctor", cwd=desk.folder, **wrong)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("PROBLEM  redirect-uri"))
    assert lines[at + 1] == f"         configured  {sent}"
    assert lines[at + 2].strip() == "^^^^^^^^^"
    assert lines[at + 3] == f"         registered  {registered}"
    assert "console: the app's page Settings" in result.stdout


def test_json_has_the_same_findings(desk):
    result = run("doctor", "--json", cwd=desk.folder, **desk.settings | {"RC_APP_CLIENT_SECRET": "wrong"})
    told = json.loads(result.stdout)
    assert result.returncode == 1
    assert told["ok"] is False
    found = {one["check"]: one for one in told["findings"]}
    assert found["credentials"]["level"] == "problem"
    assert found["credentials"]["where"].endswith("the app's page Credentials")
    assert set(found["credentials"]) == {"check", "level", "what", "why", "change", "where"}


def test_a_missing_setting_is_a_finding_and_no_traceback(tmp_path):
    result = run("doctor", "--json", cwd=tmp_path, XDG_DATA_HOME=str(tmp_path))
    assert result.returncode == 1
    (found,) = json.loads(result.stdout)["findings"]
    assert (found["check"], found["level"]) == ("settings", "problem")
    assert "RC_SERVER_URL is not set" in found["what"]


def test_a_dotenv_that_others_may_read_is_a_warning(desk):
    (desk.folder / ".env").write_text("RC_APP_CLIENT_SECRET=x\n")
    (desk.folder / ".env").chmod(0o644)
    result = run("doctor", cwd=desk.folder, **desk.settings)
    assert result.returncode == 0
    assert "chmod 600 .env" in result.stdout
