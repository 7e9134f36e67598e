"""One of many processes that find the same stale token: it waits for `go`, then calls from threads."""

import json
import os
import sys
import threading

from ringback import RingCentral

EXTENSION = "/restapi/v1.0/account/~/extension/~"


def main():
    orders = json.loads(sys.stdin.readline())
    os.environ.update(orders["environment"])
    rc = RingCentral()
    rc.user(orders["user_id"]).session()  # the vault is open before the race begins
    gate = threading.Barrier(orders["threads"] + 1)
    outcomes = []

    def call():
        gate.wait()
        try:
            answer = rc.user(orders["user_id"]).get(EXTENSION)
            outcomes.append([answer.status, str(answer.json()["id"])])
        except Exception as error:
            outcomes.append([type(error).__name__, str(error)])

    threads = [threading.Thread(target=call) for _ in range(orders["threads"])]
    for thread in threads:
        thread.start()
    print("waiting", flush=True)
    sys.stdin.readline()
    gate.wait()
    for thread in threads:
        thread.join()
    print(json.dumps(outcomes), flush=True)


main()
