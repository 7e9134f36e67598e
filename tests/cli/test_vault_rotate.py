"""`ringback vault rotate-key`: a new key, everything under it, and when the old one may go."""

import json
import os
import stat

from running import run
from test_vault_command import deployment, log_in

from ringback.vault import KeyRing, new_key


def rotate(desk, settings, *more):
    return run("vault", "rotate-key", *more, cwd=desk.folder, **settings)


def key_id(key):
    return KeyRing.from_setting(key).key_ids[0]


def test_the_order_that_an_operator_is_told_to_keep_works(desk):
    settings = deployment(desk)
    old = settings["RINGBACK_SECRET_KEYS"]
    ids = log_in(desk, settings, desk.ringcentral.admin, desk.ringcentral.user)
    made = rotate(desk, settings, "--new-key", "new.key")
    assert (made.returncode, made.stderr) == (0, "")
    file = desk.folder / "new.key"
    new = file.read_text().strip()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert f"Key {key_id(new)} is in new.key" in made.stdout
    assert made.stdout.index("OLD,NEW") < made.stdout.index("NEW,OLD")
    first = settings | {"RINGBACK_SECRET_KEYS": f"{new},{old}"}
    looked = rotate(desk, first, "--dry-run")
    assert looked.returncode == 1
    assert f"key {key_id(old)}: 2" in looked.stdout
    done = rotate(desk, first)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"key {key_id(new)} (the first): 2" in done.stdout
    assert f"Nothing in the vault needs key {key_id(old)}" in done.stdout
    alone = settings | {"RINGBACK_SECRET_KEYS": new}
    listed = run("vault", "list", "--json", cwd=desk.folder, **alone)
    assert sorted(json.loads(line)["userId"] for line in listed.stdout.splitlines()) == sorted(ids)
    again = rotate(desk, alone, "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["keys"] == {key_id(new): 2}
    for told in (made, looked, done, again, listed):
        assert not any(key in told.stdout + told.stderr for key in (old, new))


def test_a_key_file_is_never_overwritten_and_a_key_is_printed_only_when_asked(desk):
    settings = deployment(desk)
    assert rotate(desk, settings, "--new-key", "new.key", "--json").returncode == 0
    kept = (desk.folder / "new.key").read_text()
    refused = rotate(desk, settings, "--new-key", "new.key")
    assert refused.returncode == 1
    assert refused.stderr == "ringback: new.key exists already; name a file that does not\n"
    assert (desk.folder / "new.key").read_text() == kept
    assert sorted(path.name for path in desk.folder.iterdir()) == ["new.key"]
    nowhere = rotate(desk, settings, "--new-key", "missing/new.key")
    assert nowhere.returncode == 1
    assert nowhere.stderr.count("\n") == 1
    printed = rotate(desk, settings, "--new-key", "-")
    assert KeyRing.from_setting(printed.stdout.strip())
    assert printed.stdout.strip() not in printed.stderr


def test_users_whose_key_is_lost_are_told(desk):
    settings = deployment(desk)
    (user_id,) = log_in(desk, settings, desk.ringcentral.user)
    other = settings | {"RINGBACK_SECRET_KEYS": f"{new_key()},{new_key()}"}
    told = rotate(desk, other)
    assert told.returncode == 1
    assert f"user {user_id}: the record does not open" in told.stdout
    assert f"key {key_id(settings['RINGBACK_SECRET_KEYS'])} (not in this ring): 1" in told.stdout
    assert rotate(desk, settings).returncode == 0


def test_a_vault_in_memory_is_refused_in_one_line(desk):
    told = rotate(desk, deployment(desk) | {"RINGBACK_VAULT_URL": "memory://"})
    assert told.returncode == 1
    assert told.stderr.startswith("ringback: RINGBACK_VAULT_URL is memory://")
    assert told.stderr.count("\n") == 1
