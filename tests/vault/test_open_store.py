"""Opening a vault on a server: what is refused, what is said, and that no password is said."""

import builtins
import sys

import pytest
from campaigns.service import free_port

import services
from ringback import ConfigurationError, VaultUnavailable
from ringback.vault import open_store

SECRET = "a-very-secret-word"
EXTRAS = {
    "postgresql://user:word@host/db": ("sqlalchemy", "pip install 'ringback[postgres]'"),
    "redis://host": ("redis", "pip install 'ringback[redis]'"),
    "rediss://host": ("redis", "pip install 'ringback[redis]'"),
}


@pytest.mark.parametrize("url", EXTRAS)
def test_without_its_packages_a_back_end_names_the_extra_to_install(url, monkeypatch):
    package, command = EXTRAS[url]
    real = builtins.__import__

    def refuse(name, *rest):
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real(name, *rest)

    ours = [name for name in sys.modules if name.startswith(("ringback.vault.sql", "ringback.vault.redis"))]
    for name in ours:
        if "sqlite" not in name:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigurationError) as caught:
        open_store(url)
    assert command in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "redis"])
def test_a_server_that_is_not_there_is_unavailable_and_the_password_is_not_told(scheme):
    with pytest.raises(VaultUnavailable) as caught:
        open_store(f"{scheme}://user:{SECRET}@127.0.0.1:{free_port()}/0")
    assert "The vault cannot be used now" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "redis"])
def test_a_url_that_nothing_can_be_made_of_is_refused_without_being_quoted(scheme):
    with pytest.raises(ConfigurationError, match="not a URL") as caught:
        open_store(f"{scheme}://user:{SECRET}@localhost:notaport/0")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("server", [services.postgres, services.redis], ids=["postgres", "redis"])
def test_a_wrong_password_is_a_configuration_error(server):
    with pytest.raises(ConfigurationError, match="refuses") as caught:
        open_store(server().url_at("127.0.0.1", password=SECRET))
    assert "RINGBACK_VAULT_URL" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_database_that_is_not_there_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="does not exist"):
        open_store(services.postgres().url_at("127.0.0.1", database="nowhere"))
