"""Many processes, threads and tasks over one vault: one refresh, no failed call, nobody else's data."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("stale_worker.py")
PROCESSES, CALLS = 8, 25
EXTENSION = "/restapi/v1.0/account/~/extension/~"


def run_workers(place, user_id, **environment):
    orders = {
        "environment": place.environment(**environment),
        "user_id": user_id,
        "calls": CALLS,
        "driver": place.driver,
    }
    workers = [
        subprocess.Popen([sys.executable, WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        for worker in workers:
            worker.stdin.write(json.dumps(orders) + "\n")
            worker.stdin.flush()
        for worker in workers:
            assert worker.stdout.readline() == "waiting\n"
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [outcome for worker in workers for outcome in json.loads(worker.stdout.readline())]
    finally:
        for worker in workers:
            worker.stdin.close()
            worker.wait(timeout=60)
            worker.stdout.close()


@pytest.mark.parametrize("follows", ["the platform's clock", "its own clock"])
def test_eight_processes_that_find_one_stale_token_refresh_it_once(place, rc, follows):
    user = place.log_in(rc, place.users[0])
    place.visits.advance(3600)
    # With the platform's clock every worker knows that the token is stale; else every one is told so by 401.
    clock = {"RINGBACK_CLOCK_URL": place.base_url} if follows == "the platform's clock" else {}
    outcomes = run_workers(place, user.id, **clock)
    assert outcomes == [[200, user.id]] * (PROCESSES * CALLS)
    assert [entry["status"] for entry in place.refreshes()] == [200]
    assert rc.vault.interrupted() == []


def test_two_users_whose_tokens_expire_between_calls_never_see_each_others_data(place, rc):
    users = [place.log_in(rc, who) for who in place.users[:2]]
    assert users[0].id != users[1].id
    wrong = []

    def work(number, gate):
        for turn in range(5):
            gate.wait()
            user = users[(number + turn) % 2]
            try:
                answered = str(rc.user(user.id).get(EXTENSION).json()["id"])
            except Exception as error:
                answered = repr(error)
            if answered != user.id:
                wrong.append((number, turn, user.id, answered))

    for _ in range(10):  # 10 rounds of 8 threads with 5 calls each
        gate = threading.Barrier(8)
        threads = [threading.Thread(target=work, args=(number, gate)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        place.visits.advance(3600)
    assert wrong == []
    assert len(place.requests(path="/restapi/v1.0/account/~/extension/~", status=200)) == 400
    assert len(place.refreshes()) == 18
