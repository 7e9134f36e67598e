"""The environment that leads the code under test to its world, and Ringback's own client in it."""

import os

import pytest

from ringback import RingCentral
from ringback.client.settings import NAMES, settings_from


def test_its_variables_are_the_clients(ringcentral):
    assert set(ringcentral.env) == {
        name
        for setting in ("server", "client_id", "client_secret", "redirect_uri", "clock")
        for name in NAMES[setting]
    }
    told = settings_from(ringcentral.env)
    assert (told.server, told.client_id) == (ringcentral.server_url, ringcentral.client_id)
    assert told.clock == ringcentral.server_url


def test_it_is_put_back(monkeypatch, ringcentral):
    monkeypatch.setenv("RC_SERVER_URL", "https://before.example")
    monkeypatch.delenv("RC_APP_CLIENT_ID", raising=False)
    with ringcentral.use_env(RINGBACK_VAULT_URL="memory://"):
        assert os.environ["RC_SERVER_URL"] == ringcentral.server_url
        assert os.environ["RINGBACK_VAULT_URL"] == "memory://"
    assert os.environ["RC_SERVER_URL"] == "https://before.example"
    assert "RC_APP_CLIENT_ID" not in os.environ
    assert "RINGBACK_VAULT_URL" not in os.environ


def test_closing_a_world_puts_it_back(ringcentral):
    before = dict(os.environ)
    with ringcentral.another() as other:
        other.use_env()
        other.use_env(RC_SERVER_URL="http://localhost:1")
        assert os.environ["RC_SERVER_URL"] == "http://localhost:1"
    assert dict(os.environ) == before


def test_ringbacks_client_lives_in_it_on_its_clock(ringcentral, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ringcentral.use_env()
    with RingCentral.from_env() as rc:
        login = rc.begin_login()
        user = rc.finish_login(ringcentral.authorize(login.url), login.transaction)
        assert user.extension().extension_number == ringcentral.user.extension_number
        ringcentral.clock.advance(3550)  # less than a minute of the token is left
        user.extension()
    assert len(ringcentral.journal.find(grant_type="refresh_token", status=200)) == 1
    assert ringcentral.journal.refused() == []


def test_a_callback_that_was_tampered_with_is_refused(ringcentral, tmp_path, monkeypatch):
    from ringback import StateMismatch

    monkeypatch.chdir(tmp_path)
    ringcentral.use_env()
    with RingCentral.from_env() as rc:
        login = rc.begin_login()
        callback = ringcentral.authorize(login.url).replace("state=", "state=x")
        with pytest.raises(StateMismatch):
            rc.finish_login(callback, login.transaction)
