"""Scenarios over HTTP: what is played shows in lists and syncs, and outlives restarts and snapshots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from headless import START, Visits, new_server
from ringback.platform.company.scenario_file import ScenarioError, load
from ringback.platform.settings import PlatformSettings
from ringback.platform.world import World
from ringback.platform.worlds import Worlds

CALL = (
    'title = "One"\n[[call]]\nname = "one"\nkind = "incoming"\npeople = ["user-1"]\nlasts = [40]\nat = -90\n'
)
Records = list[dict[str, Any]]


class Reader:
    """An administrator who reads the company's call log, and keeps two copies of it."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        token = visits.tokens(visits.seed.admin)["access_token"]
        self.http = httpx2.Client(
            base_url=visits.server.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=20
        )
        self.tokens: dict[str, str] = {}

    def get(self, path: str, **asked: str) -> dict[str, Any]:
        answer = self.http.get(f"/restapi/v1.0/account/~/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def listed(self, extension: str = "") -> dict[str, dict[str, Any]]:
        found = self.get(f"{extension}call-log", perPage="1000", view="Detailed")["records"]
        return {record["id"]: record for record in found}

    def changes(self, kind: str = "call-log-sync", **asked: str) -> dict[str, dict[str, Any]]:
        """What is new since the last time; all of it the first time."""
        count = {"recordCount": "250"} if kind == "call-log-sync" else {}
        if kind in self.tokens:
            asked |= {"syncType": "ISync", "syncToken": self.tokens[kind]}
        body = self.get(kind, **(asked if kind in self.tokens else asked | count))
        assert not body["syncInfo"].get("newerRecordsExist")
        self.tokens[kind] = body["syncInfo"]["syncToken"]
        return {record["id"]: record for record in body["records"]}

    def play(self, **asked: str) -> dict[str, Any]:
        answer = self.http.post("/_local/scenarios", json=asked)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def reader(own: Visits) -> Reader:
    """On a platform whose clock stands."""
    httpx2.post(f"{own.server.base_url}/_local/clock", json={"mode": "frozen"})
    return Reader(own)


def test_those_that_come_with_the_platform(own: Visits) -> None:
    told = httpx2.get(f"{own.server.base_url}/_local/scenarios").json()["scenarios"]
    names = ["deleted-between-syncs", "dst-night", "queue-call", "transfer-chain"]
    assert [one["name"] for one in told] == names
    assert all(one["title"] for one in told)


@pytest.mark.parametrize("kind", ["call-log-sync", "call-log-extract-sync"])
def test_syncs_follow_what_appears_is_amended_and_is_deleted(reader: Reader, kind: str) -> None:
    deleted = {"showDeleted": "true"} if kind == "call-log-sync" else {}
    reader.changes(kind)
    kept, gone = (call["companyRecordId"] for call in reader.play(name="deleted-between-syncs")["calls"])
    # The clock has not moved since the sync: what came in the same millisecond is not lost.
    assert {kept, gone} <= set(reader.changes(kind))
    assert {kept, gone} <= set(reader.listed())
    reader.visits.advance(61)
    assert reader.changes(kind)[kept]["recording"]["type"] == "OnDemand"
    assert reader.listed()[kept]["recording"]["type"] == "OnDemand"
    reader.visits.advance(60)
    changed = reader.changes(kind, **deleted)
    assert gone not in reader.listed()
    assert kept not in changed
    assert (gone in changed) == bool(deleted)
    assert not deleted or changed[gone]["deleted"] is True


def test_a_deletion_in_the_millisecond_of_a_sync_is_not_lost(reader: Reader) -> None:
    extension = f"extension/{reader.visits.seed.admin['extensionId']}/"
    reader.play(toml=CALL)
    own = reader.changes(f"{extension}call-log-sync", recordCount="250")
    text = CALL + '[[delete]]\ncall = "one"\nat = 0\n'
    (call,) = reader.play(toml=text)["calls"]
    record = call["extensionRecords"][0]["id"]
    assert record not in own
    again = reader.changes(f"{extension}call-log-sync", showDeleted="true")
    assert again[record]["deleted"] is True
    assert record not in reader.changes(f"{extension}call-log-sync")


def test_a_call_that_lies_ahead_is_active_then_in_every_log(reader: Reader) -> None:
    told = reader.play(name="transfer-chain")
    chain = told["calls"][0]
    assert chain["companyRecordId"] not in reader.listed()
    reader.visits.advance(20)
    assert chain["companyRecordId"] in {r["id"] for r in reader.get("active-calls")["records"]}
    httpx2.post(f"{reader.visits.server.base_url}/_local/clock", json={"set": told["happened"]})
    assert {call["companyRecordId"] for call in told["calls"]} <= set(reader.listed())
    assert len(chain["extensionRecords"]) == 3
    for part in chain["extensionRecords"]:
        record = reader.listed(f"extension/{part['extensionId']}/")[part["id"]]
        assert record["telephonySessionId"] == chain["telephonySessionId"]
        assert record["sessionId"] == chain["sessionId"]
    assert chain["startTime"] < chain["endTime"] < chain["shownFrom"] <= told["happened"]


def test_what_was_played_outlives_a_restart(tmp_path: Path) -> None:
    def started() -> Any:
        return new_server(state_file=tmp_path / "state.db", scenarios=(load(CALL),))

    with started() as server:
        first = Reader(Visits(server))
        added = {
            key
            for key in first.listed()
            if server.world.calls.overlay.calls.get(first.listed()[key]["sessionId"])
        }
        assert len(added) == 1
        kept, gone = (c["companyRecordId"] for c in first.play(name="deleted-between-syncs")["calls"])
        first.changes()
        first.visits.advance(30)
    with started() as server:
        again = Reader(Visits(server))
        again.tokens = first.tokens
        assert len(server.world.calls.overlay.calls) == 3, "it was played again"
        assert added | {kept, gone} <= set(again.listed())
        again.visits.advance(100)
        changed = again.changes(showDeleted="true")
        assert changed[gone]["deleted"] is True
        assert changed[kept]["recording"]["type"] == "OnDemand"
        assert gone not in again.listed()
    with new_server(state_file=tmp_path / "state.db", scenarios=(load(CALL), load("queue-call"))) as server:
        assert len(server.world.calls.overlay.calls) == 5


def test_a_snapshot_brings_it_back_and_a_reset_begins_anew(reader: Reader) -> None:
    base = reader.visits.server.base_url
    before = httpx2.get(f"{base}/_local/snapshot").json()
    call = reader.play(toml=CALL)["calls"][0]["companyRecordId"]
    after = httpx2.get(f"{base}/_local/snapshot").json()
    assert httpx2.put(f"{base}/_local/snapshot", json=before).status_code == 200
    assert call not in reader.listed()
    assert httpx2.put(f"{base}/_local/snapshot", json=after).status_code == 200
    assert call in reader.listed()
    assert httpx2.post(f"{base}/_local/reset").status_code == 204
    assert call not in Reader(reader.visits).listed()


def test_a_start_with_scenarios_is_the_home_worlds() -> None:
    worlds = Worlds(PlatformSettings(start=START, scenarios=(load("queue-call"), load("queue-call"))))
    assert len(worlds.home.calls.overlay.calls) == 2
    assert len(worlds.reset(worlds.home).calls.overlay.calls) == 2
    assert not worlds.create("other").calls.overlay.calls
    with pytest.raises(ScenarioError, match="there is no agent-2"):
        World(PlatformSettings(start=START, employees=2, scenarios=(load("queue-call"),)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "give name or toml"),
        ({"name": "queue-call", "toml": CALL}, "give name or toml"),
        ({"nam": "queue-call"}, "there are: name, toml"),
        ({"name": 1}, "it must be text"),
        ({"name": "no-such"}, "there are deleted-between-syncs, dst-night"),
        ({"name": "/etc/hostname"}, "there is no scenario"),
        ({"name": "docs/x.toml"}, "there is no scenario"),
        ({"name": CALL}, "there is no scenario"),
        ({"toml": "queue-call"}, "is not TOML"),
        ({"toml": "/nowhere/secret.toml"}, "is not TOML"),
        ({"toml": CALL.replace("user-1", "user-99")}, "call 1: people: there is no user-99, only 13"),
        ({"toml": CALL + "colour = 1\n"}, "unknown field `colour`"),
        ({"toml": "a." * 20_000 + "b = 1"}, "a line that is too long"),
        ({"toml": "a = " + "[\n" * 5_000}, "nested too deeply"),
        ({"toml": CALL.replace("One", "\ud800")}, "is not UTF-8"),
    ],
)
def test_a_bad_one_changes_nothing(own: Visits, body: dict[str, Any], said: str) -> None:
    sent = {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    answer = httpx2.post(f"{own.server.base_url}/_local/scenarios", **sent)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errorCode"] == "CMN-101"
    assert said in answer.json()["message"]
    assert not own.server.world.calls.overlay.calls


def test_a_large_one_is_answered_at_once(own: Visits) -> None:
    step = '[[call]]\nkind = "incoming"\npeople = ["101"]\nlasts = [1]\nafter = "clocks-back"\n'
    answer = httpx2.post(
        f"{own.server.base_url}/_local/scenarios", json={"toml": 'title = "x"\n' + step * 500}, timeout=5
    )
    assert len({call["sessionId"] for call in answer.json()["calls"]}) == 500
