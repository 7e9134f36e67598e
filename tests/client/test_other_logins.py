"""Logins without a browser: a personal JWT, and tokens that another program got; by both clients."""

import asyncio

import pytest

from ringback import (
    AsyncRingCentral,
    ConfigurationError,
    InvalidClient,
    InvalidGrant,
    LoginRequired,
    RingCentral,
    Unauthorized,
    VaultUnavailable,
)
from ringback.testing import LocalRingCentral


@pytest.fixture
def local():
    with LocalRingCentral(rate_limits=False) as ringcentral, ringcentral.use_env():
        yield ringcentral


@pytest.fixture
def jobs(local):
    return local.add_app("Jobs", platform_type="JWT")


def client_of(app, kind=RingCentral, **more):
    return kind(client_id=app.client_id, client_secret=app.client_secret, **more)


def test_a_jwt_logs_its_user_in_and_is_refreshed_like_any_login(local, jobs):
    with client_of(jobs) as rc:
        user = rc.login_with_jwt(local.jwt(local.user))
        assert user.id == local.user.extension_id
        assert user.extension().extension_number == local.user.extension_number
        local.clock.advance(3601)
        assert user.extension().extension_number == local.user.extension_number
        assert len(local.journal.find(grant_type="refresh_token", status=200)) == 1
        assert user.logout() is True
        assert local.journal.find(path="/restapi/oauth/revoke", status=200)


@pytest.mark.parametrize("name", ["RC_USER_JWT", "RINGCENTRAL_JWT_TOKEN", "RINGCENTRAL_JWT"])
def test_the_jwt_of_the_environment_is_taken_under_each_of_its_names(local, jobs, name, monkeypatch):
    monkeypatch.setenv(name, local.jwt(local.user))
    with client_of(jobs) as rc:
        assert rc.login_with_jwt().id == local.user.extension_id


def test_the_asynchronous_client_does_the_same(local, jobs):
    async def story():
        async with client_of(jobs, AsyncRingCentral) as rc:
            user = await rc.login_with_jwt(local.jwt(local.user))
            assert (await user.extension()).extension_number == local.user.extension_number
            await user.logout()
        tokens = local.login(local.admin)
        async with AsyncRingCentral() as rc:
            user = await rc.login_with_tokens(access_token=tokens.access_token)
            assert user.id == local.admin.extension_id

    asyncio.run(story())


def test_what_is_no_jwt_is_refused_before_anything_is_sent(local, jobs):
    with client_of(jobs) as rc:
        for wrong in ("SECRET-jwt", "SECRET.jwt", "SECRET a.b.c", "x" * 9000):
            with pytest.raises(ConfigurationError) as refused:
                rc.login_with_jwt(wrong)
            assert "SECRET" not in str(refused.value)
        with pytest.raises(ConfigurationError, match="RC_USER_JWT is not set"):
            rc.login_with_jwt()
    assert not local.journal.find(path="/restapi/oauth/token")


def test_an_app_of_another_type_is_told_what_to_turn_on(local):
    with RingCentral() as rc, pytest.raises(InvalidClient) as refused:
        rc.login_with_jwt(local.jwt(local.user))
    assert "JWT auth flow" in refused.value.remedy


def test_tokens_of_another_program_become_a_login(local):
    tokens = local.login(local.user)
    with RingCentral() as rc:
        user = rc.login_with_tokens(access_token=tokens.access_token, refresh_token=tokens.refresh_token)
        assert user.id == local.user.extension_id
        local.clock.advance(3601)
        assert user.extension().extension_number == local.user.extension_number
        assert "ReadCallLog" in user.session().scope


def test_an_access_token_alone_lives_as_long_as_it_lives(local):
    tokens = local.login(local.user)
    with RingCentral() as rc:
        user = rc.login_with_tokens(access_token=tokens.access_token, expires_in=tokens.expires_in)
        assert user.extension().id
        local.clock.advance(3601)
        with pytest.raises(LoginRequired):
            user.extension()


@pytest.mark.parametrize("access_token", [None, "an-old-access-token"])
def test_without_a_good_access_token_the_refresh_token_is_used(local, access_token):
    tokens = local.login(local.user)
    with RingCentral() as rc:
        user = rc.login_with_tokens(access_token=access_token, refresh_token=tokens.refresh_token)
        assert user.id == local.user.extension_id
    assert len(local.journal.find(grant_type="refresh_token", status=200)) == 1


def test_the_same_tokens_given_twice_do_not_end_their_own_session(local):
    tokens = local.login(local.user)
    given = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}
    with RingCentral() as rc:
        rc.login_with_tokens(**given)
        user = rc.login_with_tokens(**given)
        rc.tidy()
        assert not local.journal.find(path="/restapi/oauth/revoke")
        assert user.refresh().scope
        assert user.extension().id


def test_tokens_of_a_login_of_ours_given_back_do_not_end_it(local):
    with RingCentral() as rc:
        begun = rc.begin_login()
        user = rc.finish_login(local.authorize(begun.url, local.user), begun.transaction)
        stored = rc.vault.load(user.id).tokens
        again = rc.login_with_tokens(
            access_token=stored.access_token.reveal(), refresh_token=stored.refresh_token.reveal()
        )
        rc.tidy()
        assert again.session().scope == stored.scope
        assert again.extension().id


def test_tokens_that_are_none_are_refused_without_being_shown(local):
    with RingCentral() as rc:
        with pytest.raises(ValueError, match="Give an access token"):
            rc.login_with_tokens()
        with pytest.raises(ValueError) as blank:
            rc.login_with_tokens(access_token="SECRET with blanks")
        with pytest.raises(Unauthorized) as unknown:
            rc.login_with_tokens(access_token="SECRET-token")
        with pytest.raises(InvalidGrant) as spent:
            rc.login_with_tokens(refresh_token="SECRET-token")
    for error in (blank, unknown, spent):
        assert "SECRET" not in str(error.value)


def test_a_vault_that_fails_ends_the_session_of_a_jwt_and_not_that_of_given_tokens(local, jobs, monkeypatch):
    tokens = local.login(local.user)

    def fail(*_, **__):
        raise VaultUnavailable("the disk is full")

    with RingCentral() as rc:
        monkeypatch.setattr(rc.vault, "put_login", fail)
        with pytest.raises(VaultUnavailable):
            rc.login_with_tokens(access_token=tokens.access_token)
    assert not local.journal.find(path="/restapi/oauth/revoke")
    with client_of(jobs) as rc:
        monkeypatch.setattr(rc.vault, "put_login", fail)
        with pytest.raises(VaultUnavailable):
            rc.login_with_jwt(local.jwt(local.user))
    assert local.journal.find(path="/restapi/oauth/revoke", status=200)
