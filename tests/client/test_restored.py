"""Logins from a backup, against the platform: good ones go on, the others say why the user must log in."""

import sqlite3
import time
from contextlib import closing

import pytest

from ringback import LoginRequired
from ringback.vault import export_logins, import_logins
from ringback.vault.store import session_holder

EXTENSION = "/restapi/v1.0/account/~/extension/~"


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "vault.backup"


@pytest.fixture
def elsewhere(place, tmp_path):
    """A client of another deployment, whose vault is empty."""
    with place.client(vault=f"sqlite:///{tmp_path / 'elsewhere.db'}") as client:
        yield client


def revocations(place):
    return [entry["status"] for entry in place.requests(path="/restapi/oauth/revoke")]


def test_who_was_not_refreshed_since_goes_on_and_who_was_logs_in_again(place, rc, elsewhere, backup):
    one, two = (place.log_in(rc, user) for user in place.users[:2])
    export_logins(rc.vault, backup, now=time.time())
    place.visits.advance(3600)
    one.get(EXTENSION)  # refreshed, and the new token used: the old refresh token dies
    place.visits.advance(60)
    assert import_logins(elsewhere.vault, backup, now=time.time()).restored == 2
    assert elsewhere.user(two.id).get(EXTENSION).json()["id"] == int(two.id)
    assert elsewhere.vault.load(two.id).restored_at is None  # refreshed, it is a login like any other
    restored = elsewhere.user(one.id)
    with pytest.raises(LoginRequired) as ended:
        restored.get(EXTENSION)
    assert ended.value.reason == "restored"
    assert "was restored from a backup" in str(ended.value)
    assert ended.value.user_id == one.id
    assert elsewhere.vault.load(one.id) is None
    with pytest.raises(LoginRequired, match="there is no login"):
        restored.get(EXTENSION)
    assert place.log_in(elsewhere, place.users[0]).get(EXTENSION).status == 200
    assert rc.user(one.id).get(EXTENSION).status == 200  # and none of it ended the session that lives on


def test_a_login_that_was_revoked_since_does_not_come_back(place, rc, elsewhere, backup):
    user = place.log_in(rc, place.users[0])
    export_logins(rc.vault, backup, now=time.time())
    user.logout()
    import_logins(elsewhere.vault, backup, now=time.time())
    with pytest.raises(LoginRequired) as ended:
        elsewhere.user(user.id).get(EXTENSION)
    assert ended.value.reason == "restored"


def test_browsers_are_not_restored(place, rc, elsewhere, backup):
    session = rc.vault.browser_sessions.start(time.time(), 3600.0)
    user = place.log_in(rc, place.users[0], holder=session.holder)
    assert session.holder.startswith(session_holder(""))
    rc.vault.attach(user.id, "program")
    export_logins(rc.vault, backup, now=time.time())
    import_logins(elsewhere.vault, backup, now=time.time())
    assert elsewhere.vault.browser_sessions.load(session.id, time.time()) is None
    assert elsewhere.vault.count_holders(user.id) == 1


def set_back(rc, place, row):
    """The store as it was before a refresh, as after an operator's mistake."""
    with closing(sqlite3.connect(place.vault_url.removeprefix("sqlite:///"))) as db, db:
        db.execute(
            "UPDATE logins SET generation = ?, sealed = ? WHERE owner_id = ?",
            (row.generation, row.sealed, row.key.owner_id),
        )


def importing_before_it_stores(rc, backup):
    """Let a backup be imported just when a refresh that was sent is to be stored."""
    stored = rc.vault.store.store_login

    def store_login(row, *, expected_generation):
        rc.vault.store.store_login = stored
        assert import_logins(rc.vault, backup, now=time.time()).restored == 1
        return stored(row, expected_generation=expected_generation)

    rc.vault.store.store_login = store_login


def test_a_process_that_refreshes_an_older_record_loses_and_ends_no_session(place, rc, backup):
    user = place.log_in(rc, place.users[0])
    row = rc.vault.store.load_login(rc.vault.key(user.id))
    place.visits.advance(3600)
    user.bearer_token(refused=rc.vault.load(user.id).tokens.access_token)  # not used yet
    assert rc.vault.load(user.id).generation == 2
    export_logins(rc.vault, backup, now=time.time())
    newest = rc.vault.load(user.id).tokens
    set_back(rc, place, row)
    importing_before_it_stores(rc, backup)
    assert user.get(EXTENSION).status == 200
    assert rc.vault.load(user.id).tokens == newest
    rc.tidy()
    assert revocations(place) == []
    assert user.get(EXTENSION).status == 200


def test_a_process_that_refreshes_a_login_of_another_session_has_it_revoked(place, rc, elsewhere, backup):
    user = place.log_in(rc, place.users[0])
    place.visits.advance(3600)
    place.log_in(elsewhere, place.users[0])
    export_logins(elsewhere.vault, backup, now=time.time())
    importing_before_it_stores(rc, backup)
    assert user.get(EXTENSION).status == 200
    assert rc.vault.load(user.id).tokens == elsewhere.vault.load(user.id).tokens
    rc.tidy()
    assert set(revocations(place)) == {200}
    assert user.get(EXTENSION).status == 200
    assert elsewhere.user(user.id).get(EXTENSION).status == 200
