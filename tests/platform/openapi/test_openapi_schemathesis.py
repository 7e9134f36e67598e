"""The running platform against its own document, with requests that Schemathesis makes from it."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_strict import Answer, Bearer, Strict, published_faults

from ringback.platform.api import OPERATIONS
from ringback.platform.openapi.document import document as make_document
from ringback.platform.server import PlatformServer

schemathesis = pytest.importorskip("schemathesis")
requests = pytest.importorskip("requests")

_MADE = make_document(OPERATIONS, "http://localhost", {})
# Answered when its time has come, which no request made at random may wait for.
_WAITS = {"/_local/clock/wait"}
_ALL = [(path, method) for path, item in _MADE["paths"].items() for method in item if path not in _WAITS]
EXAMPLES = {"positive": 12, "negative": 6}
BOUNDED = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(document: dict[str, Any]) -> Any:
    """The document as Schemathesis reads it."""
    return schemathesis.openapi.from_dict(document)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Connections that are kept, and no cookies."""
    with requests.Session() as kept:
        kept.trust_env = False
        kept.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield kept


@pytest.mark.parametrize(("path", "method"), _ALL, ids=[f"{m.upper()} {p}" for p, m in _ALL])
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_an_operation_keeps_to_the_document(
    path: str,
    method: str,
    mode: str,
    described: Any,
    session: Any,
    strict: Strict,
    unlimited: PlatformServer,
    bearer: Bearer,
) -> None:
    operation = described[path][method.upper()]
    if mode == "negative" and not list(operation.iter_parameters()) and not operation.body:
        return
    # Controls change their world: they get one of their own.
    base = f"{unlimited.base_url}/_w/made" if path.startswith("/_local") else unlimited.base_url
    auth = bearer if path.startswith("/restapi/v1.0/") else None

    @settings(BOUNDED, max_examples=EXAMPLES[mode])
    @given(operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    def holds(case: Any) -> None:
        try:
            answer = case.call(base_url=base, session=session, auth=auth, allow_redirects=False, timeout=20)
        except requests.RequestException as fault:  # whose frames would show the token
            raise AssertionError(f"{method} {path}: {type(fault).__name__}") from None
        case.validate_response(answer, checks=_checks())
        strict.check(path, method, Answer.of(answer))
        assert published_faults(path, method, Answer.of(answer)) == []

    try:
        holds()
    except Unsatisfiable:
        assert mode == "negative"  # for what takes anything nothing is wrong


def _checks() -> list[Any]:
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    return [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
