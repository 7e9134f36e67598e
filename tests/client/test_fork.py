"""A client that was used before a fork: each process has connections of its own."""

import multiprocessing

import pytest

from ringback.client.messages import HttpRequest
from ringback.client.transports.transport import HttpTransport

EXTENSION = "/restapi/v1.0/account/~/extension/~"


def fast(url):
    pytest.importorskip("pyreqwest", reason="pyreqwest is missing: it comes with ringback[fast]")
    from ringback.client.transports.fast_transport import FastTransport

    return FastTransport(url)


# An event loop does not survive a fork, so neither does an AsyncRingCentral.
@pytest.mark.parametrize("loop", ["sync"], indirect=True)
@pytest.mark.parametrize("new_transport", [HttpTransport, fast])
def test_forked_processes_never_read_each_others_answers(place, rc, new_transport):
    users = [place.log_in(rc, who) for who in place.users[:2]]
    context = multiprocessing.get_context("fork")

    def work(user_id, results):
        with place.client(transport=shared) as mine:
            results.put({str(mine.user(user_id).get(EXTENSION).json()["id"]) for _ in range(30)})

    shared = new_transport(place.base_url)
    assert shared.send(HttpRequest("GET", "/restapi/v1.0"), seconds=5).status == 200
    queues = [context.Queue() for _ in users]
    workers = [
        context.Process(target=work, args=(user.id, queue)) for user, queue in zip(users, queues, strict=True)
    ]
    for worker in workers:
        worker.start()
    assert [queue.get(timeout=30) for queue in queues] == [{user.id} for user in users]
    for worker in workers:
        worker.join()
    assert shared.send(HttpRequest("GET", "/restapi/v1.0"), seconds=5).status == 200
    shared.close()
