"""The PostgreSQL back end alone: durability, versions, rights, connections that the server closes."""

from dataclasses import replace

import psycopg
import pytest

import services
from ringback import ConfigurationError, VaultUnavailable
from ringback.vault import LoginKey, LoginRow, open_store, sql_report
from ringback.vault.sql_link import SqlLink

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


@pytest.fixture
def server():
    return services.postgres()


@pytest.fixture
def new_database(server):
    """The URL of an empty database."""
    server.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)", "CREATE DATABASE fresh")
    yield server.url_at("127.0.0.1", database="fresh")
    server.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)")


def test_a_commit_waits_for_the_disk_also_where_the_servers_default_is_otherwise(server, new_database):
    server.execute("ALTER DATABASE fresh SET synchronous_commit = off")
    store = open_store(new_database)
    assert dict(store.describe().facts)["synchronous_commit"] == "on"
    store.close()
    server.execute("ALTER DATABASE fresh SET synchronous_commit = local")
    store = open_store(new_database)
    assert dict(store.describe().facts)["synchronous_commit"] == "local"
    assert any("standby" in warning for warning in store.describe().warnings)
    store.close()


def test_a_server_without_fsync_is_warned_of(server):
    store = open_store(server.url)
    report = store.describe()
    assert report.kind.startswith("PostgreSQL 1")
    assert not report.survives_store
    assert any("fsync" in warning for warning in report.warnings)
    store.close()


@pytest.mark.parametrize(("address", "warned"), [("127.0.0.1", False), (None, False), ("10.1.2.3", True)])
def test_a_connection_over_a_network_without_tls_is_warned_of(server, address, warned, monkeypatch):
    """The tests' server is on this machine; what it says of its address stands for another."""
    real = sql_report._is_near

    class Elsewhere:
        def scalar(self, _):
            return address

    monkeypatch.setattr(sql_report, "_is_near", lambda db: real(Elsewhere()))
    store = open_store(server.url)
    report = store.describe()
    store.close()
    assert any("not encrypted" in warning for warning in report.warnings) == warned
    assert dict(report.facts)["tls"] == "off"


def test_a_connection_that_the_server_closed_is_replaced_unnoticed(server):
    store = open_store(server.url)
    store.replace_login(ROW, "h", now=0)
    for _ in range(3):
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ringback'"
        )
        assert store.store_login(ROW, expected_generation=1)
    store.close()


def test_a_lock_is_waited_for_for_a_bounded_time_and_nothing_is_changed(server, monkeypatch):
    from ringback.vault import sql_link

    monkeypatch.setitem(sql_link._SESSION, "lock_timeout", "200ms")
    store = open_store(server.url)
    store.replace_login(ROW, "h", now=0)
    with psycopg.connect(server.url) as other:
        other.execute("SELECT * FROM ringback_logins FOR UPDATE")
        with pytest.raises(VaultUnavailable, match="lock timeout"):
            store.store_login(replace(ROW, generation=2), expected_generation=1)
    assert store.load_login(KEY) == ROW
    store.close()


def test_a_vault_of_another_version_is_refused_and_left_as_it_is(server, new_database):
    open_store(new_database).close()
    with psycopg.connect(new_database) as db:
        db.execute("UPDATE ringback_version SET version = 99")
    with pytest.raises(ConfigurationError, match="version 99"):
        open_store(new_database)
    with psycopg.connect(new_database) as db:
        assert db.execute("SELECT version FROM ringback_version").fetchall() == [(99,)]


def test_a_user_without_the_right_to_make_tables_uses_those_that_are_there(server, new_database):
    server.execute("DROP ROLE IF EXISTS clerk", "CREATE ROLE clerk LOGIN PASSWORD 'a word of the clerk'")
    clerk = new_database.replace(
        "ringback:a%20password%20of%20the%20tests", "clerk:a%20word%20of%20the%20clerk"
    )
    with pytest.raises(ConfigurationError, match="permission denied") as caught:
        open_store(clerk)
    assert "create" in str(caught.value)
    open_store(new_database).close()
    with psycopg.connect(new_database) as db:
        db.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk")
    store = open_store(clerk)
    store.replace_login(ROW, "h", now=0)
    assert store.load_login(KEY) == ROW
    store.close()
    server.execute("DROP DATABASE fresh WITH (FORCE)", "DROP ROLE clerk")


def test_a_step_that_was_broken_off_for_anothers_sake_is_done_again(server):
    link, tried = SqlLink(server.url), []

    def step(db):
        tried.append(1)
        if len(tried) < 3:
            db.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'a victim' USING ERRCODE = '40P01'; END $$")
        return "done"

    assert link.step(step) == "done"
    assert len(tried) == 3
    link.close()


def test_no_value_of_a_statement_is_in_an_error(server):
    link = SqlLink(server.url)
    with pytest.raises(VaultUnavailable) as caught:
        link.step(lambda db: db.exec_driver_sql("SELECT %s::int", ("a-sealed-value",)))
    assert "a-sealed-value" not in repr(caught.value.__cause__)
    assert caught.value.__cause__ is None
    link.close()
