"""What both servers' back ends do beside the conformance tests: outages, forks, processes, durability."""

import multiprocessing
import os
import threading
import time
from dataclasses import replace

import pytest
from campaigns.postgres import Postgres
from campaigns.redis_server import RedisServer
from campaigns.service import Missing

import services
from ringback import VaultUnavailable
from ringback.vault import LoginKey, LoginRow, open_store

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")
KINDS = {"postgres": Postgres, "redis": RedisServer}


@pytest.fixture(params=list(KINDS))
def server(request):
    """A server of the test's own, which keeps what it acknowledges."""
    try:
        made = KINDS[request.param](durable=True)
    except Missing as missing:
        pytest.skip(str(missing))
    yield made
    made.remove()


@pytest.fixture(params=[services.postgres, services.redis], ids=list(KINDS))
def url(request):
    server = request.param()
    store = open_store(server.url)
    for row in store.list_logins("https://s", "client", after="", limit=1000):
        store.end_login(row.key, now=0, app="app")
    store.close()
    return server.url


def test_what_was_acknowledged_is_there_after_the_server_was_killed(server):
    store = open_store(server.url)
    assert store.describe().survives_store
    store.replace_login(ROW, "h", now=0)
    store.store_login(replace(ROW, generation=2), expected_generation=1)
    server.kill()
    with pytest.raises(VaultUnavailable):
        store.load_login(KEY)
    server.start()
    assert store.load_login(KEY) == replace(ROW, generation=2)  # and the same store goes on
    store.close()


def test_a_server_that_stands_still_is_given_up_in_a_bounded_time(server, monkeypatch):
    from ringback.vault import redis_link, sql_link

    monkeypatch.setattr(sql_link, "_ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(redis_link, "_SECONDS", 0.3)
    store = open_store(server.url)
    store.replace_login(ROW, "h", now=0)
    server.stop_answering()
    started = time.monotonic()
    with pytest.raises(VaultUnavailable, match="not known") as caught:
        store.store_login(replace(ROW, generation=2), expected_generation=1)
    assert time.monotonic() - started < 3
    assert "every step may be repeated" in str(caught.value)
    server.answer_again()
    assert store.load_login(KEY).login_id == "login-1"
    store.close()


def test_a_closed_store_says_so(url):
    store = open_store(url)
    store.close()
    with pytest.raises(VaultUnavailable, match="closed"):
        store.load_login(KEY)


def test_a_child_after_a_fork_has_connections_of_its_own(url):
    store = open_store(url)
    store.replace_login(ROW, "h", now=0)
    busy = threading.Event()
    over = threading.Event()

    def keep_busy():
        while not over.is_set():
            store.load_login(KEY)
            busy.set()

    threads = [threading.Thread(target=keep_busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    busy.wait()
    children = []
    try:
        for number in range(4):
            child = os.fork()
            if child == 0:
                key = replace(KEY, owner_id=f"child {number}")
                right = True
                for _ in range(20):
                    store.replace_login(replace(ROW, key=key), "h", now=0)
                    right = right and store.load_login(key).key == key
                os._exit(0 if right else 1)
            children.append(child)
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert len(store.list_logins("https://s", "client", after="", limit=9)) == 5
    store.close()


def _open_and_race(url, gate, results):
    try:
        gate.wait()
        store = open_store(url)
        gate.wait()
        results.put(store.acquire_lease(KEY, "login-1", str(os.getpid())) is not None)
    except Exception as error:
        results.put(repr(error))


def test_processes_that_open_a_new_vault_at_once_all_succeed_and_one_gets_the_lease(server):
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(5), context.Queue()
    workers = [context.Process(target=_open_and_race, args=(server.url, gate, results)) for _ in range(4)]
    for worker in workers:
        worker.start()
    gate.wait()
    store = open_store(server.url)
    store.replace_login(ROW, "h", now=0)
    gate.wait()
    assert sorted(results.get(timeout=60) for _ in workers) == [False, False, False, True]
    for worker in workers:
        worker.join()
    store.close()


def test_more_threads_than_connections_take_turns(url):
    store = open_store(url)
    store.replace_login(ROW, "h", now=0)
    told = []

    def work(number):
        key = replace(KEY, owner_id=f"user {number % 7}")
        for turn in range(10):
            store.replace_login(replace(ROW, key=key, session_tag=f"{number} {turn}"), f"h{number}", now=0)
            store.attach(key, f"g{number}")
            store.detach(key, f"g{number}", now=0, app="app")
            told.append(store.load_login(key).key == key)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(28)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [True] * 280
    store.close()


def test_logins_sessions_and_holders_changed_at_once_never_stand_in_each_others_way(url):
    """Every method that takes several locks, from many threads on few users: no error, no half step."""
    from ringback.vault.store import SessionRow, session_holder

    at = {"server": "https://s", "client_id": "client"}
    store = open_store(url)
    faults = []

    def work(number):
        key = replace(KEY, owner_id=f"user {number % 2}")
        try:
            for turn in range(12):
                old, new = f"{number}-{turn}-old", f"{number}-{turn}-new"
                store.put_session(SessionRow(old, "app", None, 0.0, 50.0 + turn))
                store.replace_login(
                    replace(ROW, key=key, login_id=old, session_tag=old), session_holder(old), now=0
                )
                store.add_attempt(old, "state", b"x", now=0, expires_at=9, limit=3)
                store.replace_session(old, SessionRow(new, "app", key.owner_id, 0.0, 50.0 + turn), **at)
                match (number + turn) % 4:
                    case 0:
                        store.end_login(key, now=0, app="app")
                    case 1:
                        store.detach(key, session_holder(new), now=0, app="app")
                    case 2:
                        store.expired_sessions("app", **at, now=55.0, limit=3)
                    case 3:
                        login = store.load_login(key)
                        if login:
                            store.delete_login(key, login.login_id, login.generation, app="app")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    for number in range(2):
        key = replace(KEY, owner_id=f"user {number}")
        store.end_login(key, now=0, app="app")
        assert store.count_holders(key) == 0
    while store.expired_sessions("app", **at, now=1e9, limit=500):
        pass
    while store.claim_revocations("https://s", "client", now=1e9, hold=1e9, limit=500):
        pass
    store.close()
