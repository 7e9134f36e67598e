"""Export and import: every back end to every other, over a live vault, broken off, and what is refused."""

import os
import stat
from dataclasses import replace

import pytest

from ringback.oauth import Secret, TokenSet
from ringback.vault import (
    BackupError,
    KeyRing,
    SealError,
    Vault,
    VaultUnavailable,
    export_logins,
    import_logins,
    new_key,
)
from ringback.vault import exporting as exporting_module
from ringback.vault.memory import MemoryStore
from ringback.vault.sqlite import SqliteStore

KEY, OTHER = new_key(), new_key()
NOW = 5000.0


def tokens(owner_id, *, issued_at=100.0, access="access-1", session="session"):
    return TokenSet(
        access_token=Secret(f"{access}-{owner_id}"),
        refresh_token=Secret(f"refresh-of-{access}-{owner_id}"),
        issued_at=issued_at,
        expires_at=issued_at + 3600.0,
        refresh_expires_at=issued_at + 604800.0,
        scope=("ReadCallLog",),
        owner_id=owner_id,
        session_id=session and f"{session}-{owner_id}",
    )


def vault(store=None, key=KEY, client_id="client"):
    ring = KeyRing.from_setting(key)
    return Vault(store or MemoryStore(), ring, server="https://s", client_id=client_id)


def filled(count=3, **given):
    made = vault()
    for number in range(count):
        made.put_login(tokens(f"{number}", **given), "cli:1", now=1.0)
    return made


def everything(one):
    return {login.key.owner_id: login.tokens for login in one.page(limit=10_000).logins}


def outbox(one):
    return [pending.tokens for pending in one.claim_revocations(now=1e9, hold=0)]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "vault.backup"


def test_an_empty_vault_of_any_kind_gets_every_login_from_a_vault_of_any_kind(under_test, file, tmp_path):
    before = SqliteStore(tmp_path / "before.db")
    source = vault(before)
    for number in range(250):
        source.put_login(tokens(f"{number}"), "cli:1", now=1.0)
    source.attach("7", "browser:abc")
    source.attach("7", "default")
    assert export_logins(source, file, now=NOW).logins == 250
    here = vault(under_test.store)
    imported = import_logins(here, file, now=NOW)
    assert (imported.logins, imported.restored, imported.kept) == (250, 250, 0)
    assert imported.created_at == "1970-01-01T01:23:20+00:00"
    assert everything(here) == everything(source)
    assert here.store.list_holders("https://s", "client", ["7", "8"]) == {
        "7": ("cli:1", "default"),
        "8": ("cli:1",),
    }
    assert {here.load(f"{number}").restored_at for number in range(250)} == {NOW}
    # And on from there.
    again = file.with_name("again.backup")
    assert export_logins(here, again, now=NOW + 1).logins == 250
    last = vault()
    assert import_logins(last, again, now=NOW + 2).restored == 250
    assert everything(last) == everything(source)
    before.close()


def test_the_file_is_its_owners_alone_and_never_takes_another_ones_place(file):
    export_logins(filled(), file, now=NOW)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    kept = file.read_bytes()
    assert b"access-1" not in kept
    with pytest.raises(BackupError, match="exists already"):
        export_logins(filled(), file, now=NOW)
    assert file.read_bytes() == kept
    with pytest.raises(BackupError, match="cannot be written"):
        export_logins(filled(), file.parent / "missing" / "file", now=NOW)
    assert os.listdir(file.parent) == [file.name]


def test_a_vault_that_fails_in_the_middle_leaves_no_file(file, monkeypatch):
    monkeypatch.setattr(exporting_module, "_PAGE", 2)
    made = filled(5)
    listed = made.store.list_logins

    def fail(server, client_id, *, after, limit):
        if after:
            raise VaultUnavailable("the store died", remedy="")
        return listed(server, client_id, after=after, limit=limit)

    made.store.list_logins = fail
    with pytest.raises(VaultUnavailable):
        export_logins(made, file, now=NOW)
    assert os.listdir(file.parent) == []


def test_a_deployment_goes_on_while_it_is_exported(file, monkeypatch):
    """Who was there all the time is in it once, as at one moment."""
    monkeypatch.setattr(exporting_module, "_PAGE", 2)
    made = filled(6)
    listed = made.store.list_logins

    def busy(server, client_id, *, after, limit):
        found = listed(server, client_id, after=after, limit=limit)
        made.store_refreshed(made.load("0"), tokens("0", issued_at=200.0, access="newer"))
        made.store_refreshed(made.load("5"), tokens("5", issued_at=200.0, access="newer"))
        made.end("2", now=2.0)
        made.put_login(tokens("00"), "h", now=2.0)
        return found

    made.store.list_logins = busy
    assert export_logins(made, file, now=NOW).logins == 5
    there = vault()
    import_logins(there, file, now=NOW)
    assert everything(there) == {
        "0": tokens("0"),
        "1": tokens("1"),
        "3": tokens("3"),
        "4": tokens("4"),
        "5": tokens("5", issued_at=200.0, access="newer"),
    }


def test_records_that_do_not_open_are_told_and_not_in_it(file):
    made = filled()
    vault(made.store, OTHER).put_login(tokens("lost"), "h", now=1.0)
    done = export_logins(made, file, now=NOW)
    assert (done.logins, done.unopened) == (3, ["lost"])
    assert import_logins(vault(), file, now=NOW).logins == 3


def test_a_backup_may_have_a_key_of_its_own(file):
    own = KeyRing.from_setting(OTHER)
    export_logins(filled(), file, now=NOW, keyring=own)
    with pytest.raises(BackupError, match="not among those given"):
        import_logins(vault(), file, now=NOW)
    there = vault(key=new_key())
    assert import_logins(there, file, now=NOW, keyring=own).restored == 3
    assert everything(there) == everything(filled())


def test_newer_tokens_of_the_vault_stay(store, file):
    source = vault(store)
    logins = [source.put_login(tokens(f"{number}"), "h", now=1.0) for number in range(3)]
    export_logins(source, file, now=NOW)
    refreshed = source.store_refreshed(logins[0], tokens("0", issued_at=50.0, access="newer"))  # a slow clock
    other = tokens("1", issued_at=200.0, session="another")
    source.put_login(other, "h", now=2.0)
    imported = import_logins(source, file, now=NOW)
    assert (imported.restored, imported.kept) == (0, 3)
    assert source.load("0") == refreshed
    assert source.load("1").tokens == other
    assert source.load("2") == logins[2]
    assert outbox(source) == [tokens("1")]  # of the new login, not of the import


def test_what_ended_since_comes_back(store, file):
    """What was revoked is refused by the server; the outbox goes on to revoke it."""
    source = vault(store)
    source.put_login(tokens("1"), "h", now=1.0)
    export_logins(source, file, now=NOW)
    source.end("1", now=2.0)
    assert import_logins(source, file, now=NOW).restored == 1
    assert source.load("1").tokens == tokens("1")
    assert outbox(source) == [tokens("1")]


@pytest.mark.parametrize("session", ["session", None])
def test_over_a_vault_that_was_set_back_older_holders_lose_and_no_session_is_revoked(store, file, session):
    """The store itself was set back to before a refresh; the backup is newer."""
    source = vault(store)
    held = source.put_login(tokens("1", session=session), "h", now=1.0)
    row = store.load_login(held.key)
    source.store_refreshed(held, tokens("1", issued_at=200.0, access="newer", session=session))
    export_logins(source, file, now=NOW)
    store.end_login(held.key, now=2.0, app="app")
    (revocation,) = store.list_revocations("https://s", "client", after="", limit=9)
    store.finish_revocation(revocation.revocation_id)
    store.replace_login(row, "browser:x", now=2.0)
    lease = source.lease(source.load("1"))
    assert import_logins(source, file, now=NOW).restored == 1
    there = source.load("1")
    assert there.tokens == tokens("1", issued_at=200.0, access="newer", session=session)
    assert there.login_id != held.login_id
    assert source.store_refreshed(held, tokens("1", access="late", session=session)) is None
    assert source.delete(held) is False
    source.release(lease, finished=False)
    assert source.interrupted() == []
    assert source.load("1") == there
    assert outbox(source) == []


def test_over_an_older_login_of_another_session_that_one_is_revoked(store, file):
    newer = vault()
    newer.put_login(tokens("1", issued_at=300.0, session="newer"), "cli:1", now=1.0)
    export_logins(newer, file, now=NOW)
    here = vault(store)
    here.put_login(tokens("1"), "browser:x", now=1.0)
    assert import_logins(here, file, now=NOW).restored == 1
    assert here.load("1").tokens.session_id == "newer-1"
    assert outbox(here) == [tokens("1")]
    assert here.count_holders("1") == 1


def test_a_dry_run_says_the_same_and_changes_nothing(store, file):
    source = filled(3)
    export_logins(source, file, now=NOW)
    here = vault(store)
    here.put_login(tokens("1", issued_at=900.0), "h", now=1.0)
    for _ in range(2):
        told = import_logins(here, file, now=NOW, dry_run=True)
        assert (told.logins, told.restored, told.kept) == (3, 2, 1)
        assert list(everything(here)) == ["1"]
    assert import_logins(here, file, now=NOW).restored == told.restored


class Dying:
    """A store that fails at the nth batch, before or after it was carried out."""

    def __init__(self, store, nth, after):
        self._store, self._left, self._after = store, nth, after

    def __getattr__(self, name):
        return getattr(self._store, name)

    def restore_logins(self, restored, *, now):
        self._left -= 1
        if self._left >= 0:
            return self._store.restore_logins(restored, now=now)
        if self._after:
            self._store.restore_logins(restored, now=now)
        raise VaultUnavailable("the store died", remedy="")


@pytest.mark.parametrize("after", [False, True])
def test_an_import_that_died_is_run_again_and_comes_to_the_same_end(store, file, after):
    source = filled(250)
    export_logins(source, file, now=NOW)
    with pytest.raises(VaultUnavailable):
        import_logins(vault(Dying(store, 1, after)), file, now=NOW)
    here = vault(store)
    done = 200 if after else 100
    assert len(everything(here)) == done
    # Users go on meanwhile.
    refreshed = here.store_refreshed(here.load("0"), tokens("0", issued_at=NOW, access="newer"))
    imported = import_logins(here, file, now=NOW + 1)
    assert (imported.restored, imported.kept) == (250 - done, done)
    assert here.load("0") == refreshed
    assert everything(here) == everything(source) | {"0": refreshed.tokens}
    assert outbox(here) == []


def test_a_record_that_does_not_open_stays(store, file):
    export_logins(filled(2), file, now=NOW)
    here = vault(store)
    vault(store, OTHER).put_login(tokens("1", issued_at=900.0), "h", now=1.0)
    imported = import_logins(here, file, now=NOW)
    assert (imported.restored, imported.unopened) == (1, ["1"])
    with pytest.raises(SealError):
        here.load("1")
    assert vault(store, OTHER).load("1").tokens.issued_at == 900.0


def refused(here, file, match):
    with pytest.raises(BackupError, match=match):
        import_logins(here, file, now=NOW)
    assert everything(here) == {}


def test_what_is_not_right_changes_nothing(file):
    export_logins(filled(250), file, now=NOW)
    here, data = vault(), file.read_bytes()
    refused(vault(client_id="other"), file, "is of app client at https://s; this is app other at https://s")
    file.write_bytes(data[:-1])
    refused(here, file, "cut short")
    file.write_bytes(data[:-100] + bytes([data[-100] ^ 1]) + data[-99:])
    refused(here, file, "damaged")
    file.write_bytes(data.replace(b'"version": 1', b'"version": 2', 1))
    refused(here, file, "of version 2")
    file.write_bytes(b"something else\n")
    refused(here, file, "no backup")
    file.unlink()
    refused(here, file, "cannot be read")


def test_a_login_that_changes_while_it_is_compared_is_looked_at_again(store, file):
    newer = vault()
    newer.put_login(tokens("1", issued_at=300.0), "cli:1", now=1.0)
    export_logins(newer, file, now=NOW)
    here = vault(store)
    held = here.put_login(tokens("1"), "h", now=1.0)
    latest = tokens("1", issued_at=400.0, access="latest")

    class Racing:
        def __getattr__(self, name):
            return getattr(store, name)

        def restore_logins(self, restored, *, now):
            if restored[0].over is not None:
                here.store_refreshed(held, latest)
            return store.restore_logins(restored, now=now)

    imported = import_logins(vault(Racing()), file, now=NOW)
    assert (imported.restored, imported.kept) == (0, 1)
    assert here.load("1").tokens == latest
    assert replace(here.load("1"), generation=1).login_id == held.login_id
