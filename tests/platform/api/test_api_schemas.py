"""Every answer of every operation against RingCentral's own published schemas, where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_caller import NOW, Api
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[4] / "shared" / "openapi" / "response-schemas.derived.json"
ACCOUNT = "/restapi/v1.0/account/{accountId}"
EXTENSION = ACCOUNT + "/extension/{extensionId}"

Check = Callable[[str, Any], None]


@pytest.fixture(scope="module")
def check() -> Check:
    if not SCHEMAS.exists():
        pytest.skip("RingCentral's schemas are not beside this repository")
    document = json.loads(SCHEMAS.read_text())
    validators: dict[str, Draft202012Validator] = {}

    def valid(answer: str, body: Any) -> None:
        if answer not in validators:
            schema = {**document["responses"][answer], "$defs": document["$defs"]}
            validators[answer] = Draft202012Validator(schema)
        found = [f"{error.json_path}: {error.message}" for error in validators[answer].iter_errors(body)]
        assert found == []

    return valid


def test_account(api: Api, check: Check) -> None:
    check(f"GET {ACCOUNT} 200", api.get("~").json())


def test_extensions(api: Api, check: Check) -> None:
    for query in ("", "perPage=4&page=2", "status=Frozen", "perPage=4&page=99"):
        check(f"GET {ACCOUNT}/extension 200", api.get("~/extension", query).json())
    for extension in api.company.extensions:
        check(f"GET {EXTENSION} 200", api.get(f"~/extension/{extension.id}").json())


@pytest.mark.parametrize("view", ["Simple", "Detailed"])
def test_call_logs(api: Api, check: Check, view: str) -> None:
    api.clock.moment = NOW + timedelta(days=3)
    query = f"view={view}&dateFrom=2026-11-10&perPage=1000"
    check(f"GET {ACCOUNT}/call-log 200", api.get("~/call-log", query).json())
    for extension in api.company.extensions:
        path = f"~/extension/{extension.id}/call-log"
        check(f"GET {EXTENSION}/call-log 200", api.get(path, query).json())
    check(f"GET {ACCOUNT}/call-log 200", api.get("~/call-log", f"{query}&page=50").json())


def test_refusals(api: Api, check: Check) -> None:
    user, other = api.by("105"), api.by("106").user.id
    for answer, body in (
        (f"GET {EXTENSION}/call-log 400", user.get("~/extension/~/call-log", "page=0").json()),
        (f"GET {EXTENSION}/call-log 403", user.get(f"~/extension/{other}/call-log").json()),
        (f"GET {EXTENSION}/call-log 404", user.get("~/extension/1/call-log").json()),
        (f"GET {ACCOUNT}/call-log 400", api.get("~/call-log", "view=x").json()),
        (f"GET {ACCOUNT}/call-log 403", user.get("~/call-log").json()),
        (f"GET {ACCOUNT}/call-log 404", user.get("1/call-log").json()),
    ):
        check(answer, body)
