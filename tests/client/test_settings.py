"""Settings: both families of names, .env, what is missing or wrong, and a client that shows nothing."""

import pytest

from ringback import ConfigurationError, RingCentral
from ringback.client.server_url import server_base_url
from ringback.client.settings import environment_with_dotenv, settings_from
from ringback.vault import new_key

FULL = {
    "RC_SERVER_URL": "https://platform.ringcentral.com/",
    "RC_APP_CLIENT_ID": "id",
    "RC_APP_CLIENT_SECRET": "SECRET",
    "RC_REDIRECT_URL": "http://localhost:5000/oauth2callback",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    import os

    for name in list(os.environ):
        if name.startswith(("RC_", "RINGCENTRAL_", "RINGBACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_rc_name_wins_and_an_empty_value_counts_as_absent():
    found = settings_from(
        {
            "RC_SERVER_URL": "https://a",
            "RINGCENTRAL_SERVER_URL": "https://b",
            "RC_APP_CLIENT_ID": " ",
            "RINGCENTRAL_CLIENT_ID": "old name",
        }
    )
    assert (found.server, found.client_id, found.client_secret) == ("https://a", "old name", None)


def test_from_env_reads_dotenv_and_the_process_wins(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in FULL.items()))
    monkeypatch.setenv("RC_APP_CLIENT_ID", "from-the-process")
    monkeypatch.setenv("RC_REDIRECT_URL", "")
    with RingCentral.from_env() as rc:
        assert rc.client_id == "from-the-process"
        assert rc.server == "https://platform.ringcentral.com"
        assert rc.redirect_uri == FULL["RC_REDIRECT_URL"]
        assert "SECRET" not in f"{rc!r} {rc.credentials!r}"


def test_the_constructor_reads_the_environment_and_no_dotenv(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("RC_SERVER_URL=https://from.dotenv\n")
    with pytest.raises(ConfigurationError, match="RC_SERVER_URL"):
        RingCentral(client_id="id")
    monkeypatch.setenv("RC_SERVER_URL", "https://from.process")
    with RingCentral(client_id="id") as rc:
        assert rc.server == "https://from.process"


def test_the_environments_secret_does_not_go_with_another_client_id(monkeypatch):
    for name, value in FULL.items():
        monkeypatch.setenv(name, value)
    with RingCentral(client_id="another") as rc:
        assert rc.credentials.client_secret is None
    with RingCentral() as rc:
        assert rc.credentials.client_secret.reveal() == "SECRET"


@pytest.mark.parametrize("name", ["RC_APP_CLIENT_ID", "RC_APP_CLIENT_SECRET"])
@pytest.mark.parametrize("value", ["…", "two words", "line\nbreak"])
def test_a_placeholder_is_refused_by_name_and_not_shown(monkeypatch, name, value):
    for one, right in (FULL | {name: value}).items():
        monkeypatch.setenv(one, right)
    with pytest.raises(ConfigurationError, match=name) as caught:
        RingCentral()
    assert value not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, 601, None, "30"])
def test_a_timeout_that_is_none_is_refused(timeout):
    with pytest.raises(ConfigurationError, match="timeout"):
        RingCentral(client_id="id", server="https://s", timeout=timeout)


@pytest.mark.parametrize("url", ["http://[::1", "https://localhost", "http://example.com", "x"])
def test_a_clock_is_of_this_machine(monkeypatch, url):
    monkeypatch.setenv("RINGBACK_CLOCK_URL", url)
    with pytest.raises(ConfigurationError, match="RINGBACK_CLOCK_URL"):
        RingCentral(client_id="id", server="https://s")


def test_a_dotenv_that_is_no_text_is_said_so(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"\.env"):
        environment_with_dotenv()


def test_a_vault_that_outlives_the_process_needs_a_key(tmp_path):
    given = {"client_id": "id", "server": "https://s", "vault": f"sqlite:///{tmp_path / 'v.db'}"}
    with pytest.raises(ConfigurationError, match="RINGBACK_SECRET_KEYS"):
        RingCentral(**given)
    RingCentral(**given, secret_keys=new_key()).close()


def test_a_login_needs_a_redirect_uri():
    with (
        RingCentral(client_id="id", server="https://s") as rc,
        pytest.raises(ConfigurationError, match="RC_REDIRECT_URL"),
    ):
        rc.begin_login()


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://Platform.RingCentral.com/", "https://platform.ringcentral.com"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/_w/abc/", "http://127.0.0.1:8000/_w/abc"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_server_urls(url, base):
    assert server_base_url(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.ringcentral.com",
        "platform.ringcentral.com",
        "ftp://localhost",
        "https://user:SECRET@host",
        "https://host/?query",
        "https://platform.ringcentral.com/restapi/v1.0",
        "https://host:port",
        "https://[bad",
        "https://ho st",
        "https://",
    ],
)
def test_wrong_server_urls_are_refused(url):
    with pytest.raises(ConfigurationError, match="RC_SERVER_URL") as caught:
        server_base_url(url)
    assert "SECRET" not in str(caught.value)


def test_importing_ringback_is_cheap_and_the_transport_waits_for_the_first_request():
    import subprocess
    import sys

    code = (
        "import sys, ringback; assert 'ringback.client' not in sys.modules;"
        "ringback.RingCentral(client_id='i', server='https://s').close();"
        "print('httpcore2' in sys.modules, 'flask' in sys.modules, 'starlette' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == ["False"] * 3, run.stderr


def test_names_that_do_not_exist_are_attribute_errors():
    import ringback

    assert set(ringback.__all__) == {name for name in dir(ringback) if not name.startswith("_")}
    assert all(getattr(ringback, name) for name in ringback.__all__)
    with pytest.raises(AttributeError):
        _ = ringback.AsyncNothing
