"""An unchanged row is opened once; whatever another process does to the login is seen at the next load."""

import dataclasses

import pytest

from ringback.oauth import Secret
from ringback.oauth.token_set import TokenSet
from ringback.vault import KeyRing, SealError, Vault
from ringback.vault.sqlite import SqliteStore

TOKENS = TokenSet(
    access_token=Secret("access-1"),
    refresh_token=Secret("refresh-1"),
    issued_at=0.0,
    expires_at=3600.0,
    refresh_expires_at=None,
    scope=(),
    owner_id="1",
)


class Counted(KeyRing):
    opened = 0

    def open(self, sealed, *bound_to):
        self.opened += 1
        return super().open(sealed, *bound_to)


@pytest.fixture
def vaults(tmp_path):
    """Two processes' vaults over one file."""
    both = [
        Vault(SqliteStore(tmp_path / "vault.db"), Counted([bytes(32)]), server="https://s", client_id="c")
        for _ in range(2)
    ]
    yield both
    for vault in both:
        vault.close()


def opened(vault):
    return vault._keyring.opened


def test_an_unchanged_row_is_opened_once(vaults):
    here, there = vaults
    here.put_login(TOKENS, "holder", now=1.0)
    logins = [there.load("1") for _ in range(5)]
    assert {login.tokens.access_token.reveal() for login in logins} == {"access-1"}
    assert opened(there) == 1


def test_a_refresh_elsewhere_is_seen(vaults):
    here, there = vaults
    here.put_login(TOKENS, "holder", now=1.0)
    assert there.load("1").generation == 1
    here.store_refreshed(here.load("1"), dataclasses.replace(TOKENS, access_token=Secret("access-2")))
    assert there.load("1").tokens.access_token.reveal() == "access-2"
    assert there.load("1").generation == 2


def test_a_logout_and_a_new_login_elsewhere_are_seen(vaults):
    here, there = vaults
    here.put_login(TOKENS, "holder", now=1.0)
    old = there.load("1")
    here.end("1", now=2.0)
    assert there.load("1") is None
    here.put_login(TOKENS, "holder", now=3.0)
    new = there.load("1")
    assert new.login_id != old.login_id
    assert there.load("2") is None


def test_a_row_that_was_changed_in_the_file_does_not_open(vaults):
    here, there = vaults
    here.put_login(TOKENS, "holder", now=1.0)
    there.load("1")
    with here.store._file.write() as db:
        db.execute("UPDATE logins SET generation = generation + 1")
    with pytest.raises(SealError):
        there.load("1")
