"""The authorization URL: what it always carries, what only on request, what it refuses."""

from urllib.parse import parse_qs, urlsplit

import pytest

from ringback import ConfigurationError
from ringback.oauth import AuthorizationOptions, Secret, authorization_url, begin, code_challenge


def started(**changes):
    given = {
        "server": "https://platform.ringcentral.com",
        "client_id": "the client",
        "redirect_uri": "http://localhost:5000/oauth2callback?a=b&c=d e",
        "now": 1000.0,
        "random_bytes": iter_bytes(),
    }
    return begin(**(given | changes))


def iter_bytes():
    counter = iter(range(1, 250))
    return lambda size: bytes([next(counter)]) * size


def query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_the_url_names_the_app_and_carries_state_and_an_s256_challenge():
    transaction = started()
    url = authorization_url(transaction, AuthorizationOptions())
    assert url.startswith("https://platform.ringcentral.com/restapi/oauth/authorize?")
    assert query(url) == {
        "response_type": "code",
        "client_id": "the client",
        "redirect_uri": "http://localhost:5000/oauth2callback?a=b&c=d e",
        "state": transaction.state.reveal(),
        "code_challenge": code_challenge(transaction.code_verifier),
        "code_challenge_method": "S256",
    }
    assert transaction.code_verifier.reveal() not in url


def test_the_challenge_of_ringcentrals_own_example():
    verifier = Secret("pIUgx4tiqFpaOUz0HMc_QbIyQlL901w8mRmkrmhEJ_E")
    assert code_challenge(verifier) == "_drLS7o5FwkfUiBhlq2hwJnK_SC6yE7sKOde5O1fdzk"


def test_state_and_verifier_are_256_bits_each_and_never_repeat():
    import os

    first, second = started(random_bytes=os.urandom), started(random_bytes=os.urandom)
    values = {secret.reveal() for t in (first, second) for secret in (t.state, t.code_verifier)}
    assert len(values) == 4
    assert all(len(value) == 43 for value in values)


def test_options_are_sent_when_asked_for():
    options = AuthorizationOptions(
        prompt="login consent", display="touch", brand_id="1210", ui_locales="de-DE en", scope="ReadAccounts"
    )
    sent = query(authorization_url(started(), options))
    assert (sent["prompt"], sent["display"], sent["brand_id"]) == ("login consent", "touch", "1210")
    assert (sent["ui_locales"], sent["scope"]) == ("de-DE en", "ReadAccounts")


@pytest.mark.parametrize(
    "options",
    [{"prompt": "force"}, {"prompt": "none login"}, {"prompt": " "}, {"display": "tv"}],
)
def test_an_option_ringcentral_does_not_know_is_named(options):
    (name,) = options
    with pytest.raises(ConfigurationError, match=name):
        authorization_url(started(), AuthorizationOptions(**options))
