"""Calls that run while the clock moves, and scenarios: their records keep to the document."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from openapi_strict import Answer, Bearer, Strict, published_faults
from page_forms import Visitor

from headless import Visits, new_server
from ringback.platform.company.scenario_file import packed

ACCOUNT = "/restapi/v1.0/account/{accountId}"
STEPS, SECONDS = 15, 37


@pytest.fixture
def lively() -> Iterator[Visits]:
    """A platform with a stream of calls around its clock."""
    with new_server(live=True) as running:
        yield Visits(running)


def test_calls_on_their_way_keep_to_the_document(lively: Visits, strict: Strict) -> None:
    visitor = Visitor(lively.server.base_url, None)
    assert visitor.sign_in()
    forms, _ = visitor.look("/console/calls")
    play = next(form for form in forms if "scenario" in form.names)
    for name in packed():
        assert visitor.post(play, {"scenario": name}).status_code < 500
    seen = 0
    who = Bearer(lively.tokens(lively.seed.admin)["access_token"])
    with httpx2.Client(base_url=lively.server.base_url, auth=who, timeout=20) as http:
        for _ in range(STEPS):
            lively.advance(SECONDS)
            for path in ("call-log", "active-calls"):
                for scope, own in (("", ""), ("/extension/{extensionId}", "extension/~/")):
                    answer = http.get(f"/restapi/v1.0/account/~/{own}{path}?view=Detailed&showDeleted=true")
                    assert answer.status_code == 200, answer.text
                    strict.check(f"{ACCOUNT}{scope}/{path}", "GET", Answer.of(answer))
                    assert published_faults(f"{ACCOUNT}{scope}/{path}", "GET", Answer.of(answer)) == []
                    seen += len(answer.json()["records"])
    assert seen > STEPS
