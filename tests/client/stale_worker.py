"""One of many processes that find the same stale token: it waits for `go`, then makes many calls at once."""

import asyncio
import json
import os
import sys
import threading

from ringback import AsyncRingCentral, RingCentral

EXTENSION = "/restapi/v1.0/account/~/extension/~"


def by_threads(user_id, calls):
    rc = RingCentral()
    rc.user(user_id).session()  # the vault is open before the race begins
    gate = threading.Barrier(calls + 1)
    outcomes = []

    def call():
        gate.wait()
        try:
            answer = rc.user(user_id).get(EXTENSION)
            outcomes.append([answer.status, str(answer.json()["id"])])
        except Exception as error:
            outcomes.append([type(error).__name__, str(error)])

    threads = [threading.Thread(target=call) for _ in range(calls)]
    for thread in threads:
        thread.start()
    wait_for_go()
    gate.wait()
    for thread in threads:
        thread.join()
    return outcomes


async def by_tasks(user_id, calls):
    async with AsyncRingCentral() as rc:
        await rc.user(user_id).session()

        async def call():
            try:
                answer = await rc.user(user_id).get(EXTENSION)
            except Exception as error:
                return [type(error).__name__, str(error)]
            return [answer.status, str(answer.json()["id"])]

        await asyncio.to_thread(wait_for_go)
        return await asyncio.gather(*(call() for _ in range(calls)))


def wait_for_go():
    print("waiting", flush=True)
    sys.stdin.readline()


def main():
    orders = json.loads(sys.stdin.readline())
    os.environ.update(orders["environment"])
    if orders["driver"] == "async":
        outcomes = asyncio.run(by_tasks(orders["user_id"], orders["calls"]))
    else:
        outcomes = by_threads(orders["user_id"], orders["calls"])
    print(json.dumps(outcomes), flush=True)


main()
