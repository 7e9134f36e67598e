"""`ringback vault export` and `import`: from one deployment to another, and what goes wrong in one line."""

import json
import os
import stat

import pytest
from running import run
from test_vault_command import deployment, log_in

from ringback.vault import KeyRing, new_key


def vault(desk, settings, *arguments):
    return run("vault", *arguments, cwd=desk.folder, **settings)


def second(desk, settings, **changes):
    """Another deployment of the same app, with an empty vault."""
    return settings | {"RINGBACK_VAULT_URL": f"sqlite:///{desk.folder / 'second.db'}"} | changes


def users(desk, settings):
    listed = vault(desk, settings, "list", "--json")
    return sorted(json.loads(line)["userId"] for line in listed.stdout.splitlines())


def test_an_operator_moves_all_logins_to_another_vault(desk):
    settings = deployment(desk)
    ids = log_in(desk, settings, desk.ringcentral.admin, desk.ringcentral.user)
    key = settings["RINGBACK_SECRET_KEYS"]
    written = vault(desk, settings, "export", "--output", "logins.backup")
    assert (written.returncode, written.stderr) == (0, "")
    assert (
        written.stdout
        == f"logins.backup: 2 logins, sealed under key {KeyRing.from_setting(key).key_ids[0]}\n"
    )
    assert stat.S_IMODE(os.stat(desk.folder / "logins.backup").st_mode) == 0o600
    there = second(desk, settings)
    looked = vault(desk, there, "import", "logins.backup", "--dry-run")
    assert looked.returncode == 0
    assert "2 would be restored, 0 kept" in looked.stdout
    assert users(desk, there) == []
    done = vault(desk, there, "import", "logins.backup", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["logins"], told["restored"], told["kept"], told["dryRun"]) == (2, 2, 0, False)
    assert users(desk, there) == sorted(ids)
    again = vault(desk, there, "import", "logins.backup")
    assert "0 restored, 2 kept" in again.stdout
    assert not any(key in told.stdout + told.stderr for told in (written, looked, done, again))


def test_a_backup_with_a_key_of_its_own_moves_to_a_deployment_with_other_keys(desk):
    settings = deployment(desk)
    ids = log_in(desk, settings, desk.ringcentral.user)
    assert vault(desk, settings, "rotate-key", "--new-key", "own.key").returncode == 0
    written = vault(desk, settings, "export", "--output", "one.backup", "--key-file", "own.key", "--json")
    assert json.loads(written.stdout)["logins"] == 1
    there = second(desk, settings, RINGBACK_SECRET_KEYS=new_key())
    refused = vault(desk, there, "import", "one.backup")
    assert refused.returncode == 1
    assert "is sealed under key" in refused.stderr
    assert vault(desk, there, "import", "one.backup", "--key-file", "own.key").returncode == 0
    assert users(desk, there) == ids


@pytest.fixture
def backup(desk):
    settings = deployment(desk)
    log_in(desk, settings, desk.ringcentral.user)
    assert vault(desk, settings, "export", "--output", "logins.backup").returncode == 0
    return second(desk, settings)


def test_what_goes_wrong_is_one_line_and_changes_nothing(desk, backup):
    file = desk.folder / "logins.backup"
    whole = file.read_bytes()
    (desk.folder / "no.key").write_text("no key\n")
    wrong = {
        "exists already": ("export", "--output", "logins.backup"),
        "cannot be written": ("export", "--output", "missing/logins.backup"),
        "cannot be read": ("import", "missing.backup"),
        "holds no key": ("import", "logins.backup", "--key-file", "no.key"),
        "The key file missing.key cannot be read": ("import", "logins.backup", "--key-file", "missing.key"),
    }
    for words, arguments in wrong.items():
        told = vault(desk, backup, *arguments)
        assert (told.returncode, told.stdout) == (1, "")
        assert words in told.stderr
        assert told.stderr.count("\n") == 1
    other = vault(desk, backup | {"RC_APP_CLIENT_ID": "another"}, "import", "logins.backup")
    assert other.returncode == 1
    assert "this is app another at" in other.stderr
    for words, data in (("cut short", whole[:-20]), ("damaged", whole[:-20] + bytes(20))):
        file.write_bytes(data)
        told = vault(desk, backup, "import", "logins.backup")
        assert told.returncode == 1
        assert words in told.stderr
        assert told.stderr.count("\n") == 1
    assert users(desk, backup) == []


def test_records_that_do_not_open_are_told_by_exit_code_1(desk, backup):
    log_in(desk, backup | {"RINGBACK_SECRET_KEYS": new_key()}, desk.ringcentral.user)
    told = vault(desk, backup, "import", "logins.backup")
    assert told.returncode == 1
    assert "it stays as it is" in told.stdout
    told = vault(desk, backup, "export", "--output", "second.backup")
    assert told.returncode == 1
    assert "it is not in the backup" in told.stdout
