"""The Redis back end alone: clusters, eviction, full memory, scripts that the server forgot."""

from dataclasses import replace

import pytest
from campaigns.redis_server import RedisServer
from campaigns.service import Missing

import services
from ringback import ConfigurationError, VaultUnavailable
from ringback.vault import LoginKey, LoginRow, open_store
from ringback.vault.redis_report import describe

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


@pytest.fixture
def server():
    return services.redis()


@pytest.fixture
def client(server):
    """A client that looks at the server, which is empty and gets its settings back."""
    client = server.client()
    client.flushall()
    before = client.config_get()
    yield client
    for name in ("maxmemory", "maxmemory-policy", "appendonly", "appendfsync"):
        client.config_set(name, before[name])
    client.flushall()
    client.close()


@pytest.fixture
def store(server, client):
    store = open_store(server.url)
    yield store
    store.close()


def test_it_works_on_a_cluster():
    try:
        server = RedisServer(cluster=True)
    except Missing as missing:
        pytest.skip(str(missing))
    try:
        store = open_store(server.url)
        assert store._link._cluster
        store.replace_login(ROW, "h", now=0)
        assert store.load_login(KEY) == ROW
        assert store.describe().kind.startswith(("Redis", "Valkey"))
        assert {key.split(b"}")[0] for key in server.client().scan_iter()} == {b"{ringback"}
        store.close()
    finally:
        server.remove()


@pytest.mark.parametrize(
    ("settings", "warned", "survives"),
    [
        ({"appendonly": "no"}, ["appendonly is no"], False),
        ({"appendonly": "yes", "appendfsync": "everysec"}, ["appendfsync"], False),
        ({"appendonly": "yes", "appendfsync": "always"}, [], True),
        ({"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "volatile-lru"}, [], True),
        (
            {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "allkeys-lru"},
            ["maxmemory-policy is allkeys-lru"],
            True,
        ),
    ],
)
def test_it_tells_what_a_setting_costs(store, client, settings, warned, survives):
    for name, value in settings.items():
        client.config_set(name, value)
    report = store.describe()
    assert report.survives_store == survives
    assert len(report.warnings) == len(warned)
    for text, warning in zip(warned, report.warnings, strict=True):
        assert text in warning


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("redis://:word@127.0.0.1:1/0", False),
        ("redis://localhost", False),
        ("redis://[::1]:1", False),
        ("redis://:word@redis.example/0", True),
        ("rediss://:word@redis.example/0", False),
    ],
)
def test_a_connection_over_a_network_without_tls_is_warned_of(client, url, warned):
    report = describe(client, url)
    assert any("not encrypted" in warning for warning in report.warnings) == warned
    assert dict(report.facts)["tls"] == ("on" if url.startswith("rediss") else "off")
    assert ":word" not in repr(report)


def test_full_memory_is_said_so_and_changes_nothing(store, client):
    store.replace_login(ROW, "h", now=0)
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1mb")
    with pytest.raises(VaultUnavailable, match="maxmemory"):
        store.store_login(replace(ROW, generation=2, sealed=b"x" * 100_000), expected_generation=1)
    assert store.load_login(KEY) == ROW
    # What takes less room than it frees goes through, and goes through whole.
    assert store.end_login(KEY, now=1, app="app") == ROW
    assert store.load_login(KEY) is None
    client.config_set("maxmemory", "0")
    assert [
        entry.row for entry in store.claim_revocations("https://s", "client", now=2, hold=9, limit=9)
    ] == [ROW]


def test_scripts_that_the_server_forgot_are_sent_again(store, client):
    store.replace_login(ROW, "h", now=0)
    client.script_flush()
    assert store.load_login(KEY) == ROW
    assert store.store_login(replace(ROW, generation=2), expected_generation=1)


def test_a_connection_that_the_server_closed_is_replaced_unnoticed(store, client):
    store.replace_login(ROW, "h", now=0)
    for _ in range(3):
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert store.load_login(KEY) == ROW


def test_a_replica_that_takes_no_writes_is_said_so(store, client):
    store.replace_login(ROW, "h", now=0)
    client.execute_command("REPLICAOF", "127.0.0.1", "1")
    try:
        with pytest.raises(VaultUnavailable, match=r"(?i)read.?only"):
            store.store_login(replace(ROW, generation=2), expected_generation=1)
    finally:
        client.execute_command("REPLICAOF", "NO", "ONE")
    assert store.load_login(KEY) == ROW


def test_a_vault_of_another_version_is_refused(server, client):
    client.set("{ringback}:version", "99")
    with pytest.raises(ConfigurationError, match="version 99"):
        open_store(server.url)
    assert client.get("{ringback}:version") == b"99"


def test_nothing_is_left_of_what_is_over(store, client):
    """Ended logins, sessions, attempts and revocations leave no key behind."""
    from ringback.vault.store import SessionRow, session_holder

    at = {"server": "https://s", "client_id": "client"}
    store.put_session(SessionRow("d1", "app", None, 0.0, 100.0))
    store.add_attempt("d1", "state", b"x", now=1, expires_at=50, limit=3)
    store.replace_login(ROW, session_holder("d1"), now=0)
    store.replace_session("d1", SessionRow("d2", "app", "1", 0.0, 100.0), **at)
    lease = store.acquire_lease(KEY, "login-1", "x")
    store.release_lease(lease, finished=False)
    store.spend("app", "digest", now=0, expires_at=10)
    store.end_login(KEY, now=1, app="app")
    (entry,) = store.claim_revocations("https://s", "client", now=2, hold=9, limit=9)
    store.finish_revocation(entry.revocation_id)
    store.expired_sessions("app", **at, now=1e9, limit=9)
    assert client.keys() == [b"{ringback}:version"]
