"""Queries made from the operations' declarations, mostly good ones: every answer is as the document says.

And as RingCentral's own schemas say, where they are beside this repository.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_strict import Answer, Bearer, Strict, published_faults

from headless import START
from ringback.platform.api import OPERATIONS, Operation
from ringback.platform.api.parameters import Parameter
from ringback.platform.server import PlatformServer


def own(path: str) -> str:
    """The path for the caller's own account and extension."""
    return path.replace("{accountId}", "~").replace("{extensionId}", "~")


class Known(dict[str, list[str]]):
    """Known that name something, by parameter."""

    def __repr__(self) -> str:
        return f"<Known {', '.join(self)}>"


READ = [operation for operation in OPERATIONS if operation.method == "GET"]
IDS = ("accountId", "extensionId", "callRecordId", "recordingId")
SYNCS = [operation.path for operation in READ if operation.path.endswith("-sync")]
# Only some of these go together: they are set together.
OWN_WAYS = {"syncType", "syncToken", "recordCount", "phoneNumber"}
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def known(unlimited: PlatformServer, bearer: Bearer) -> Known:
    """Ids, numbers, tokens and pieces of paths, from the platform's own answers."""
    world = unlimited.world
    account = f"{unlimited.base_url}/restapi/v1.0/account/~"
    found = Known()
    with httpx2.Client(auth=bearer, timeout=20) as http:
        log = http.get(f"{account}/call-log?view=Detailed&dateFrom=2026-11-16&perPage=200").json()
        for path in SYNCS:
            answer = http.get(unlimited.base_url + own(path), params={"recordCount": "3"}).json()
            found[path] = [answer["syncInfo"]["syncToken"]]
    assert log["records"], "the seeded company has made no calls"
    for record in log["records"]:
        found.setdefault("callRecordId", []).append(record["id"])
        pair = f"{record['extension']['id']}/call-log/{record['id']}"
        found.setdefault("{extensionId}/call-log/{callRecordId}", []).append(pair)
        found.setdefault("sessionId", []).append(record["sessionId"])
        found.setdefault("telephonySessionId", []).append(record["telephonySessionId"])
        for number in (record["to"].get("phoneNumber"), record["from"].get("phoneNumber")):
            if number:
                found.setdefault("phoneNumber", []).append(number.lstrip("+"))
        if "recording" in record:
            found.setdefault("recordingId", []).append(record["recording"]["id"])
    found["callRecordId"] += [",".join(found["callRecordId"][:3]), f"{found['callRecordId'][0]},none"]
    people = world.company.extensions
    found["extensionId"] = ["~", *(str(extension.id) for extension in people[:8])]
    found["extensionNumber"] = [extension.number for extension in people if extension.number][:8]
    found["email"] = [extension.email for extension in people[:4]]
    found["accountId"] = ["~", str(world.company.account.id)]
    return found


def good_values(parameter: Parameter, known: Known) -> st.SearchStrategy[str]:
    """Values that the parameter takes."""
    if parameter.enum:
        return st.sampled_from(parameter.enum)
    if parameter.kind == "boolean":
        return st.sampled_from(["true", "false", "True"])
    if parameter.kind == "date-time":
        days = st.integers(0, 20).map(lambda days: (START - timedelta(days=days)).isoformat())
        return st.sampled_from(["2026", "2026-11", "2026-11-20", "2026-11-20T08:00", "9999"]) | days
    if parameter.kind == "integer":
        return st.integers(1, 6).map(str) | st.just(parameter.word or "250")
    return st.sampled_from(known.get(parameter.name, ["none"]))


@st.composite
def requests(draw: st.DrawFn, operation: Operation, known: Known) -> tuple[str, dict[str, str]]:
    """An address below the platform, and headers. One in eight has some value that means nothing."""
    wild = draw(st.sampled_from(range(8))) == 3
    path = operation.path
    names = ("{extensionId}/call-log/{callRecordId}", *IDS)
    for name in (name for name in names if name.strip("{}") in path):
        value = draw(st.sampled_from(known[name]))
        path = path.replace(name if "/" in name else f"{{{name}}}", value)
    if wild:
        path = path.replace("~", draw(st.sampled_from(["1", "x", "~", "99999999999999999999"])))
    chosen: list[Parameter] = []
    if operation.parameters:
        chosen = draw(st.lists(st.sampled_from(operation.parameters), max_size=3, unique=True))
    query = [
        (parameter.name, value)
        for parameter in chosen
        if wild or parameter.name not in OWN_WAYS
        for value in draw(
            st.lists(
                st.text(max_size=12) if wild else good_values(parameter, known),
                min_size=1,
                max_size=3 if parameter.multi else 1,
            )
        )
    ]
    if operation.path in SYNCS:
        path = path if wild else own(operation.path)
        token = [("syncType", "ISync"), ("syncToken", known[operation.path][0])]
        query += draw(st.sampled_from([[("recordCount", "5")], [("recordCount", "200")], token]))
    headers = {}
    if 207 in operation.answers:
        headers["Accept"] = draw(
            st.sampled_from(["*/*", "application/json", "application/vnd.ringcentral.multipart+json"])
        )
    return f"{path}?{urlencode(query)}", headers


@pytest.mark.parametrize("operation", READ, ids=lambda operation: operation.path)
def test_every_answer_is_what_the_document_says(
    operation: Operation,
    known: Known,
    strict: Strict,
    unlimited: PlatformServer,
    bearer: Bearer,
) -> None:
    statuses: dict[int, int] = {}
    with httpx2.Client(base_url=unlimited.base_url, auth=bearer, timeout=20) as http:

        @BOUNDED
        @given(requests(operation, known))
        def holds(made: tuple[str, dict[str, str]]) -> None:
            address, headers = made
            answer = http.get(address, headers=headers)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, address
            strict.check(operation.path, "GET", Answer.of(answer))
            assert published_faults(operation.path, "GET", Answer.of(answer)) == []

        holds()
    good = sum(count for status, count in statuses.items() if status < 300)
    assert good * 2 >= sum(statuses.values()), f"{statuses} came of it"
