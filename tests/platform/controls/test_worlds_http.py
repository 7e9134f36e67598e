"""Worlds, snapshots, reset and quirks over HTTP."""

from __future__ import annotations

import json
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from headless import ME, Visits, code_of, exchange, me, refresh, token_request
from ringback.platform.quirks import QUIRKS

JSON = {"Content-Type": "application/json"}
CONTROLS = [
    ("GET", "/_local/seed"),
    ("POST", "/_local/clock"),
    ("GET", "/_local/clock/wait"),
    ("GET", "/_local/faults"),
    ("POST", "/_local/faults"),
    ("DELETE", "/_local/faults"),
    ("DELETE", "/_local/faults/1"),
    ("GET", "/_local/journal"),
    ("DELETE", "/_local/journal"),
    ("GET", "/_local/snapshot"),
    ("PUT", "/_local/snapshot"),
    ("POST", "/_local/reset"),
    ("GET", "/_local/worlds"),
    ("POST", "/_local/worlds"),
    ("GET", "/_local/worlds/w"),
    ("DELETE", "/_local/worlds/w"),
    ("GET", "/_local/quirks"),
    ("PUT", "/_local/quirks"),
    ("GET", "/_local/limits"),
    ("PUT", "/_local/limits"),
    ("DELETE", "/_local/limits"),
    ("GET", "/_local/scenarios"),
    ("POST", "/_local/scenarios"),
    ("POST", "/_local/login"),
]


@pytest.mark.parametrize(("method", "path"), CONTROLS)
def test_every_control_refuses_strangers_and_other_sites(visits: Visits, method: str, path: str) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "localhost.evil.example"},
    ):
        answer = httpx2.request(method, visits.server.base_url + path, headers=headers)
        assert answer.status_code == 403, (method, path)
        assert "access-control-allow-origin" not in answer.headers
    assert visits.server.worlds.ids() == []


@pytest.mark.parametrize(
    "path", [path for method, path in CONTROLS if method in {"POST", "PUT"} and "reset" not in path]
)
def test_controls_take_json_only(http: httpx2.Client, path: str) -> None:
    method = "PUT" if path.endswith(("snapshot", "quirks", "limits")) else "POST"
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        answer = http.request(method, path, content=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 415, kind
    for content in (b"", b"{", b"\xff", b"[" * 60_000):
        answer = http.request(method, path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, content[:5]


def test_worlds_are_made_and_dropped(own: Visits) -> None:
    base = own.server.base_url
    made = httpx2.post(f"{base}/_local/worlds?seed=1", json={"id": "mine", "seed": 9, "rateLimits": True})
    assert made.status_code == 201
    answer = made.json()
    assert (answer["id"], answer["baseUrl"]) == ("mine", f"{base}/_w/mine")
    assert answer["apps"] == httpx2.get(f"{base}/_w/mine/_local/seed").json()["apps"]
    assert answer["apps"] != own.seed.apps
    assert httpx2.get(f"{base}/_local/worlds").json() == {"worlds": [{"id": "mine"}]}
    assert httpx2.get(f"{base}/_local/worlds/mine").json()["baseUrl"] == answer["baseUrl"]
    assert httpx2.post(f"{base}/_local/worlds", json={"id": "mine"}).status_code == 409
    unnamed = httpx2.post(f"{base}/_local/worlds", json={}).json()
    assert httpx2.get(f"{unnamed['baseUrl']}/restapi").status_code == 200
    assert httpx2.delete(f"{base}/_local/worlds/mine").status_code == 204
    assert httpx2.delete(f"{base}/_local/worlds/mine").status_code == 404
    assert httpx2.get(f"{base}/_local/worlds/mine").status_code == 404


@pytest.mark.parametrize(
    "options",
    [
        {"id": "a b"},
        {"id": 5},
        {"seed": "one"},
        {"start": "2026-01-01T00:00:00"},
        {"start": "yesterday"},
        {"employees": 0},
        {"employees": 10**9},
        {"rateLimits": "yes"},
        {"webRedirectUri": "nowhere"},
        {"quirks": {"no-such": "x"}},
        {"quirks": {"refresh-grace": "x"}},
        {"rate_limits": False},
        {"stateFile": "/tmp/x"},
        [],
    ],
)
def test_wrong_options_make_no_world(http: httpx2.Client, visits: Visits, options: Any) -> None:
    answer = http.post("/_local/worlds", json=options)
    assert answer.status_code == 400, options
    assert visits.server.worlds.ids() == []


def test_a_world_is_made_and_dropped_in_milliseconds(own: Visits) -> None:
    with own.browser() as http:
        spent = []
        for _ in range(20):
            began = time.perf_counter()
            made = http.post("/_local/worlds", json={}).json()
            http.delete(f"/_local/worlds/{made['id']}")
            spent.append(time.perf_counter() - began)
    assert sorted(spent)[10] < 0.1


def test_a_snapshot_brings_everything_back(own: Visits) -> None:
    base = own.server.base_url
    kept = own.tokens()
    code = own.log_in()
    httpx2.put(f"{base}/_local/quirks", json={"refresh-grace": "strict"})
    httpx2.post(f"{base}/_local/faults", json={"path": "/restapi/nowhere", "status": 500})
    taken_at = httpx2.get(f"{base}/_local/clock").json()["now"]
    dump = httpx2.get(f"{base}/_local/snapshot").content
    own.advance(10 * 86_400)
    httpx2.put(f"{base}/_local/quirks", json={"refresh-grace": "grace"})
    httpx2.delete(f"{base}/_local/faults")
    later = own.tokens()
    with own.browser() as http:
        assert code_of(exchange(http, own.seed.app, code)) == "OAU-108"
        token_request(http, own.seed.app, "/restapi/oauth/revoke", token=kept["refresh_token"])
        headers = {"Content-Type": "application/json"}
        put = http.put("/_local/snapshot", content=dump, headers=headers)
        assert put.status_code == 200
        assert taken_at <= put.json()["now"] < "2026-11-23T15:10"
        assert me(http, kept["access_token"]).status_code == 200
        assert me(http, later["access_token"]).status_code == 401
        assert exchange(http, own.seed.app, code).status_code == 200
        assert http.get("/_local/quirks").json()["refresh-grace"] == "strict"
        assert len(http.get("/_local/faults").json()["faults"]) == 1
        # It can be put back as often as one likes.
        assert http.put("/_local/snapshot", content=dump, headers=headers).status_code == 200
        assert exchange(http, own.seed.app, code).status_code == 200


def test_damaged_snapshots_change_nothing(own: Visits) -> None:
    tokens = own.tokens()
    with own.browser() as http:
        dump = http.get("/_local/snapshot").json()

        def put(value: Any) -> int:
            return http.put("/_local/snapshot", json=value).status_code

        tables = dump["tables"]
        assert put({}) == 409
        assert put([]) == 409
        assert put({**dump, "version": 99}) == 400
        assert put({**dump, "tables": {**tables, "unknown": []}}) == 400
        assert put({**dump, "tables": {**tables, "sessions": [["a", 5]]}}) == 400
        assert put({**dump, "tables": {**tables, "sessions": 5}}) == 400
        assert put({**dump, "tables": {**tables, "world": 5}}) == 400
        assert put({**dump, "tables": {**tables, "world": [["size", "2 x"], *tables["world"][1:]]}}) == 409
        assert me(http, tokens["access_token"]).status_code == 200


def refused_at_the_head(own: Visits, declared: int) -> int:
    """The status of a snapshot whose head declares this many bytes; none of them is sent."""
    parts = urlsplit(own.server.base_url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    with closing(connection):
        connection.putrequest("PUT", "/_local/snapshot")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(declared))
        connection.endheaders()
        return connection.getresponse().status


def test_a_snapshot_may_be_large_but_not_endless(own: Visits) -> None:
    with own.browser() as http:
        dump = http.get("/_local/snapshot").json()
        large = json.dumps({**dump, "padding": "x" * 3_000_000}).encode()
        headers = {"Content-Type": "application/json"}
        assert http.put("/_local/snapshot", content=large, headers=headers).status_code == 200
        assert refused_at_the_head(own, 200_000_000) == 413
        assert http.put("/_local/quirks", content=large, headers=headers).status_code == 413


def test_reset_makes_it_as_it_was(own: Visits) -> None:
    tokens = own.tokens()
    with own.browser() as http:
        http.post("/_local/faults", json={"path": "/restapi/nowhere", "status": 500})
        own.advance(86_400)
        httpx2.post(f"{own.server.base_url}/_local/worlds", json={"id": "stays"})
        assert http.post("/_local/reset").status_code == 204
        assert http.get("/_local/journal").json() == {"entries": []}
        assert http.get("/_local/faults").json() == {"faults": []}
        assert http.get("/_local/clock").json()["now"].startswith("2026-11-23T15:00")
        assert me(http, tokens["access_token"]).status_code == 401
        assert refresh(http, own.seed.app, tokens["refresh_token"]).status_code == 400
        assert http.get("/_local/worlds").json() == {"worlds": [{"id": "stays"}]}
        assert http.post("/_w/stays/_local/reset").status_code == 204
    assert own.tokens()


def test_quirks_are_switched_at_run_time(own: Visits) -> None:
    url = f"{own.server.base_url}/_local/quirks"
    assert httpx2.get(url).json() == {quirk.name: quirk.default for quirk in QUIRKS.values()}
    assert httpx2.put(url, json={"token-error-status": "table"}).json()["token-error-status"] == "table"
    with own.browser() as http:
        refused = token_request(http, {**own.seed.app, "clientSecret": "wrong"}, grant_type="refresh_token")
        assert refused.status_code == 401
        for wrong in ({"none": "x"}, {"refresh-grace": "x"}, {"refresh-grace": 5}, [], "x", None):
            both = {"token-error-status": "400", **wrong} if isinstance(wrong, dict) else wrong
            answer = http.put("/_local/quirks", content=json.dumps(both), headers=JSON)
            assert answer.status_code == 400
            assert answer.json()["message"]
        assert http.get("/_local/quirks").json()["token-error-status"] == "table"


def test_every_world_has_its_own_controls(own: Visits) -> None:
    base = f"{own.server.base_url}/_w/w"
    httpx2.put(f"{base}/_local/quirks", json={"refresh-grace": "strict"})
    httpx2.post(f"{base}/_local/faults", json={"path": ME, "status": 503})
    httpx2.post(f"{base}/_local/clock", json={"mode": "frozen"})
    home = own.server.base_url
    assert httpx2.get(f"{home}/_local/quirks").json()["refresh-grace"] == "grace"
    assert httpx2.get(f"{home}{ME}").status_code == 401
    assert httpx2.get(f"{base}{ME}").status_code == 503
    assert httpx2.get(f"{home}/_local/clock").json()["mode"] == "running"
