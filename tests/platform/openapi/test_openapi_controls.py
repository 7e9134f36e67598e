"""Every control used as it is meant to be, in a world of its own; each answer is what the document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from openapi_strict import Answer, Strict

from headless import Visits
from ringback.platform.openapi.answer_controls import CONTROLS as ANSWER_CONTROLS
from ringback.platform.openapi.local_controls import CONTROLS as LOCAL_CONTROLS
from ringback.platform.server import PlatformServer


class Controls:
    """Asks controls, checks their answers, and remembers which were asked."""

    def __init__(self, http: httpx2.Client, strict: Strict) -> None:
        self._http, self._strict = http, strict
        self.asked: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, *, status: int = 200, at: str = "", **sent: Any) -> Any:
        """The JSON of an answer; `at` is the path asked, where its template differs."""
        answer = self._http.request(method, f"/_local/{at or path}", **sent)
        assert answer.status_code == status, answer.text
        self._strict.check(f"/_local/{path}", method, Answer.of(answer))
        self.asked.add((method, f"/_local/{path}"))
        return answer.json() if "json" in answer.headers.get("content-type", "") else None


@pytest.fixture
def controls(unlimited: PlatformServer, strict: Strict) -> Iterator[Controls]:
    with httpx2.Client(base_url=f"{unlimited.base_url}/_w/controlled", timeout=20) as http:
        yield Controls(http, strict)


def test_all_of_them(controls: Controls, guests: Visits) -> None:
    ask = controls
    seed = ask("GET", "seed")
    app, user = seed["apps"][0], seed["users"][0]
    asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": app["redirectUris"][0]}
    done = ask("POST", "login", json={"url": urlencode(asked), "username": user["username"]})
    assert done["location"].startswith(f"{app['redirectUris'][0]}?code=")
    ask("GET", "readiness", params={"clientId": app["clientId"]})
    ask("GET", "readiness", params={"clientId": app["clientId"], "profile": "today", "format": "junit"})

    journal = ask("GET", "journal", params={"details": "1"})
    assert [entry["number"] for entry in journal["entries"]] == list(range(1, journal["last"] + 1))
    assert ask("GET", "journal", params={"after": str(journal["last"])})["entries"] == []
    assert len(ask("GET", "journal")["entries"]) == journal["last"]
    ask("DELETE", "journal", status=204)

    kept = ask("GET", "snapshot")
    before = ask("GET", "clock")["now"]
    ask("POST", "clock", json={"advance": 60})
    ask("POST", "clock", json={"mode": "frozen"})
    now = ask("POST", "clock", json={"set": "2030-01-01T00:00:00Z"})["now"]
    assert ask("GET", "clock/wait", params={"until": before})["now"] == now == "2030-01-01T00:00:00.000Z"
    assert ask("POST", "clock", json={"mode": "auto", "parties": 2})["waiting"] == {}
    assert ask("PUT", "snapshot", json=kept)["now"] < now

    fault = ask("POST", "faults", status=201, json={"path": "/restapi", "status": 503, "delay": 0})
    assert ask("GET", "faults")["faults"] == [fault]
    ask("DELETE", "faults/{faultId}", status=204, at=f"faults/{fault['id']}")
    ask("POST", "faults", status=201, json={"cut": "truncated", "times": None, "body": {"a": 1}})
    ask("DELETE", "faults", status=204)

    assert ask("PUT", "quirks", json={"access-token-life": "7199"})["access-token-life"] == "7199"
    assert ask("GET", "quirks")["access-token-life"] == "7199"
    own = {app["clientId"]: {"heavy": {"limit": 100, "window": 60, "penalty": 1.5}}}
    assert ask("PUT", "limits", json=own)["apps"] == own
    assert ask("GET", "limits")["apps"] == own
    assert ask("DELETE", "limits")["apps"] == {}

    made = ask("POST", "worlds", status=201, json={"seed": 7, "rateLimits": False}, params={"seed": "1"})
    assert made["apps"] != seed["apps"]
    assert {"id": made["id"]} in ask("GET", "worlds")["worlds"]
    assert ask("GET", "worlds/{worldId}", at=f"worlds/{made['id']}")["baseUrl"] == made["baseUrl"]
    ask("DELETE", "worlds/{worldId}", status=204, at=f"worlds/{made['id']}")
    ask("POST", "reset", status=204)
    assert ask("GET", "quirks")["access-token-life"] == "3600"

    names = [one["name"] for one in ask("GET", "scenarios")["scenarios"]]
    assert [len(ask("POST", "scenarios", status=201, json={"name": n})["calls"]) for n in names] == [
        2,
        5,
        2,
        2,
    ]
    text = 'title = "x"\n[[call]]\nkind = "fax"\npeople = ["fax"]\nlasts = [60]\n'
    assert ask("POST", "scenarios", status=201, json={"toml": text})["calls"][0]["type"] == "Fax"
    ask("POST", "scenarios", status=400, json={"toml": text.replace("60", "-1")})

    ask("GET", "openapi.json")
    declared = {(control.method, control.path) for control in (*LOCAL_CONTROLS, *ANSWER_CONTROLS)}
    assert declared - ask.asked == set(), "a control was not tried"
