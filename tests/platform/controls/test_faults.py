"""Faults that tests order: what they hit, before and after the server commits, and how answers are cut."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headless import ME, REDIRECT_URI, Visits, code_of, exchange, me, pkce_pair, refresh
from ringback.platform.faults import Fault, Faults, path_matches

TOKEN = "/restapi/oauth/token"
LOG = "/restapi/v1.0/account/~/call-log"


class Ordered:
    """Faults of one platform, over HTTP."""

    def __init__(self, visits: Visits) -> None:
        self.url = f"{visits.server.base_url}/_local/faults"

    def order(self, **fault: Any) -> dict[str, Any]:
        answer = httpx2.post(self.url, json=fault)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def hits(self) -> list[int]:
        return [fault["hits"] for fault in httpx2.get(self.url).json()["faults"]]


@pytest.fixture
def faults(own: Visits) -> Ordered:
    return Ordered(own)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/a/b", "/a/b", True),
        ("/a/b", "/a/b/", False),
        ("/a/*/c", "/a/x/c", True),
        ("/a/*/c", "/a/x/y/c", False),
        ("/a/{id}/c", "/a/~/c", True),
        ("/a/{id}/c", "/a//c", False),
        ("/a/**", "/a", True),
        ("/a/**", "/a/b/c", True),
        ("/a/**", "/ab", False),
        ("/**", "/anything/at/all", True),
        ("/x*z*", "/xyz", True),
        ("/x*z", "/xz", True),
        ("/x*yy*y", "/xyy", False),
        ("/*", "/", True),
    ],
)
def test_path_patterns(pattern: str, path: str, expected: bool) -> None:
    assert path_matches(pattern, path) is expected


@given(st.lists(st.sampled_from("ab*"), max_size=12), st.text("ab", max_size=12))
def test_stars_are_as_in_regular_expressions(pattern: list[str], text: str) -> None:
    import re

    wanted = re.fullmatch("".join("[^/]*" if one == "*" else one for one in pattern), text) is not None
    assert path_matches("/" + "".join(pattern), "/" + text) is wanted


def test_each_strikes_as_often_as_ordered_in_order() -> None:
    faults = Faults()
    first = faults.add(Fault("", path="/x", times=2, status=500))
    second = faults.add(Fault("", path="/x", status=503))
    struck = [faults.strike("GET", "/x", None) for _ in range(4)]
    assert [fault and fault.id for fault in struck] == [first.id, first.id, second.id, None]
    assert not faults.armed
    assert faults.strike("GET", "/y", None) is None


def test_before_nothing_happens_on_the_server(own: Visits, faults: Ordered) -> None:
    verifier, challenge = pkce_pair()
    code = own.log_in(code_challenge=challenge, code_challenge_method="S256")
    faults.order(path=TOKEN, method="post", status=503)
    with own.browser() as http:
        refused = exchange(http, own.seed.app, code, code_verifier=verifier)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "60"
        assert code_of(refused) == "CMN-201"
        assert exchange(http, own.seed.app, code, code_verifier=verifier).status_code == 200
    assert faults.hits() == [1]
    entry = next(entry for entry in own.journal() if entry["path"] == TOKEN)
    assert (entry["status"], entry["errorCode"], entry["why"]) == (
        503,
        "CMN-201",
        "fault 1 of /_local/faults",
    )


@pytest.mark.parametrize(
    "cut", [{"cut": "reset"}, {"cut": "truncated"}, {"status": 500}, {"body": "", "status": 502}]
)
def test_after_the_server_has_done_it_and_the_answer_is_lost(
    own: Visits, faults: Ordered, cut: dict[str, Any]
) -> None:
    tokens = own.tokens()
    faults.order(path=TOKEN, when="after", **cut)
    with own.browser() as http:
        if "cut" in cut:
            with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
                refresh(http, own.seed.app, tokens["refresh_token"])
        else:
            assert refresh(http, own.seed.app, tokens["refresh_token"]).status_code == cut["status"]
        # The refresh has happened: the old access token is out of use, and the answer can be had again.
        assert code_of(me(http, tokens["access_token"])) == "OAU-129"
        again = refresh(http, own.seed.app, tokens["refresh_token"])
        assert again.status_code == 200
        assert me(http, again.json()["access_token"]).status_code == 200


def test_an_exchanged_code_is_spent_though_its_answer_was_lost(own: Visits, faults: Ordered) -> None:
    code = own.log_in()
    faults.order(path=TOKEN, when="after", cut="reset", clientId=own.seed.app["clientId"])
    with own.browser() as http:
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            exchange(http, own.seed.app, code)
        assert code_of(exchange(http, own.seed.app, code)) == "OAU-106"
    details = httpx2.get(f"{own.server.base_url}/_local/journal?details=1").json()["entries"]
    lost = next(entry for entry in details if entry["path"] == TOKEN)
    assert lost["status"] == 200
    assert "never sent" in lost["details"]["fault"]


def test_a_reset_before_is_a_closed_connection(own: Visits, faults: Ordered) -> None:
    faults.order(path="/restapi", cut="reset")
    with own.browser() as http:
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            http.get("/restapi")
        assert http.get("/restapi").status_code == 200
    assert [entry["status"] for entry in own.journal()] == [0, 200]


def test_a_truncated_answer_keeps_its_length_and_ends_early(own: Visits, faults: Ordered) -> None:
    with own.browser() as http:
        whole = http.get("/restapi").content
        faults.order(path="/restapi", cut="truncated")
        with http.stream("GET", "/restapi") as answer:
            assert answer.headers["content-length"] == str(len(whole))
            received = bytearray()

            def receive() -> None:
                for chunk in answer.iter_raw():
                    received.extend(chunk)

            with pytest.raises(httpx2.RemoteProtocolError):
                receive()
    assert received == whole[: len(whole) // 2]


def test_a_slow_body_arrives_whole_and_stops_nobody(own: Visits, faults: Ordered) -> None:
    faults.order(path="/restapi", cut="slow", delay=60)
    with own.browser() as http, ThreadPoolExecutor() as pool:
        slow = pool.submit(httpx2.get, f"{own.server.base_url}/restapi", timeout=20)
        watched = threading.Event()
        while faults.hits() != [1]:
            watched.wait(0.005)
        assert http.get("/restapi").status_code == 200
        assert not slow.done()
        # Moving the virtual clock on ends the waiting.
        while not slow.done():
            own.advance(60)
            watched.wait(0.005)
        assert slow.result().json() == http.get("/restapi").json()


def test_a_delay_is_a_delay_and_no_more(own: Visits, faults: Ordered) -> None:
    faults.order(path="/restapi", delay=0.3)
    with own.browser() as http:
        answer = http.get("/restapi")
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.3
    faults.order(path="/restapi", delay=500, status=500)
    with ThreadPoolExecutor() as pool:
        held = pool.submit(httpx2.get, f"{own.server.base_url}/restapi", timeout=20)
        watched = threading.Event()
        while not held.done():
            own.advance(500)
            watched.wait(0.005)
        assert held.result().status_code == 500


def test_a_delay_is_no_party_of_an_automatic_clock(own: Visits, faults: Ordered) -> None:
    clock = f"{own.server.base_url}/_local/clock"
    httpx2.post(clock, json={"mode": "auto", "parties": 1})
    before = httpx2.get(clock).json()["now"]
    faults.order(path="/restapi", delay=0.2)
    httpx2.get(f"{own.server.base_url}/restapi")
    assert httpx2.get(clock).json()["now"] == before


def test_only_the_named_client_is_hit(own: Visits, faults: Ordered) -> None:
    mine, other = own.tokens(), own.tokens(app=own.seed.public_app)
    faults.order(path=TOKEN, clientId=own.seed.public_app["clientId"], status=400, times=3)
    faults.order(
        path="/restapi/v1.0/**", clientId=own.seed.public_app["clientId"], status=401, errorCode="OAU-213"
    )
    with own.browser() as http:
        assert me(http, mine["access_token"]).status_code == 200
        assert code_of(me(http, other["access_token"])) == "OAU-213"
        assert refresh(http, own.seed.app, mine["refresh_token"]).status_code == 200
        refused = refresh(http, own.seed.public_app, other["refresh_token"])
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        url = f"/restapi/oauth/authorize?client_id={own.seed.public_app['clientId']}"
        httpx2.post(
            f"{own.server.base_url}/_local/faults",
            json={
                "path": "/restapi/oauth/authorize",
                "clientId": own.seed.public_app["clientId"],
                "status": 500,
            },
        )
        assert http.get(url).status_code == 500
    assert faults.hits() == [1, 1, 1]


def test_what_ringcentral_says_with_a_status(own: Visits, faults: Ordered) -> None:
    with own.browser() as http:
        faults.order(path="/restapi/v1.0/account/*/call-log", status=429)
        limited = http.get(LOG)
        assert code_of(limited) == "CMN-301"
        assert limited.headers["retry-after"] == "60"
        assert limited.headers["x-rate-limit-group"] == "heavy"
        assert limited.headers["x-rate-limit-limit"] == "10"
        assert limited.headers["x-rate-limit-remaining"] == "0"
        faults.order(status=401)
        expired = http.get(LOG)
        assert (expired.json()["errorCode"], code_of(expired)) == ("TokenInvalid", "OAU-128")
        assert expired.headers["www-authenticate"].startswith("Bearer")
        faults.order(status=500)
        assert code_of(http.get(LOG)) == "CMN-203"
        faults.order(status=204)
        assert http.get(LOG).content == b""
        faults.order(status=200, body={"records": []})
        assert http.get(LOG).json() == {"records": []}
        faults.order(status=502, body="<html>Bad gateway</html>")
        gateway = http.get(LOG)
        assert gateway.headers["content-type"].startswith("text/html")
        faults.order(status=200, body='{"records": [')
        broken = http.get(LOG)
        assert broken.headers["content-type"].startswith("application/json")
        assert broken.text == '{"records": ['
        faults.order(path=TOKEN, status=401)
        assert http.post(TOKEN).json()["error"] == "invalid_client"
        assert http.get(LOG).status_code == 401
        assert code_of(http.get(LOG)) == "AGW-401"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"path": "/x"},
        {"status": 700},
        {"status": 100},
        {"status": True},
        {"status": "500"},
        {"status": 500, "times": 0},
        {"status": 500, "times": -1},
        {"status": 500, "times": 1.5},
        {"status": 500, "when": "during"},
        {"status": 500, "path": "restapi"},
        {"status": 500, "path": "/_local/clock"},
        {"status": 500, "path": "/a?b=c"},
        {"status": 500, "path": "/a/**/b"},
        {"status": 500, "path": 5},
        {"status": 500, "method": "GET /"},
        {"status": 500, "clientId": ""},
        {"status": 500, "delay": -1},
        {"status": 500, "delay": 601},
        {"status": 500, "delay": "1"},
        {"status": 500, "cut": "reset"},
        {"status": 204, "body": "x"},
        {"status": 304, "cut": "truncated"},
        {"status": 205, "cut": "slow", "delay": 1},
        {"cut": "half"},
        {"cut": "truncated", "when": "before"},
        {"errorCode": "OAU-213"},
        {"status": 400, "errorCode": "OAU-213", "body": "x"},
        {"status": 400, "errorCode": "x\r\ny"},
        {"status": 500, "unknown": 1},
        {"status": 500, "body": "\ud800"},
    ],
)
def test_nonsense_is_refused_and_orders_nothing(http: httpx2.Client, wrong: dict[str, Any]) -> None:
    import json

    answer = http.post(
        "/_local/faults", content=json.dumps(wrong), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert http.get("/_local/faults").json() == {"faults": []}


def test_taking_faults_away(own: Visits, faults: Ordered) -> None:
    one = faults.order(status=500, times=None)
    assert one["left"] is None
    faults.order(status=503)
    with own.browser() as http:
        assert [http.get("/restapi").status_code for _ in range(3)] == [500] * 3
        assert http.delete(f"/_local/faults/{one['id']}").status_code == 204
        assert http.delete(f"/_local/faults/{one['id']}").status_code == 404
        assert http.delete("/_local/faults").status_code == 204
        assert http.get("/restapi").status_code == 200
    assert REDIRECT_URI
    assert ME


def test_parallel_requests_share_the_count(own: Visits, faults: Ordered) -> None:
    faults.order(path="/restapi", status=500, times=7)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda _: httpx2.get(f"{own.server.base_url}/restapi").status_code, range(24))
        )
    assert sorted(statuses) == [200] * 17 + [500] * 7
