"""The rules of graduation and readiness at their edges (contract 13.4)."""

from __future__ import annotations

from datetime import date

import pytest

from ringback.platform.console.graduation import (
    Asked,
    Check,
    Logins,
    Report,
    graduation,
    readiness_today,
    window,
)
from ringback.platform.usage import Count

TODAY = date(2026, 11, 23)
LOG = "/restapi/v1.0/account/{accountId}/call-log"
PRESENCE = "/restapi/v1.0/account/{accountId}/presence"
ASKED = Asked(permissions=("ReadCallLog",))


def count(calls: int, status: int = 200, path: str = LOG, permission: str = "ReadCallLog") -> Count:
    return Count(TODAY, "client", "GET", path, permission, status, "", calls)


def check(report: Report, rule: str) -> Check:
    return next(one for one in report.checks if one.id == rule)


def test_the_window_is_yesterday_and_today() -> None:
    assert window(TODAY) == (date(2026, 11, 22), TODAY)
    assert window(date(2027, 1, 1)) == (date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(("calls", "met"), [(0, False), (19, False), (20, True), (21, True)])
def test_twenty_calls_in_all(calls: int, met: bool) -> None:
    found = graduation([count(calls)] if calls else [], ASKED, TODAY)
    assert check(found, "calls").met is met
    assert found.met is met


def test_the_example_of_the_page() -> None:
    """call-log 3 + 2, presence 3 + 12 gives 20."""
    found = graduation([count(3), count(2), count(3, path=PRESENCE), count(12, path=PRESENCE)], ASKED, TODAY)
    assert found.met
    assert [(one.path, one.successful) for one in found.endpoints] == [(LOG, 5), (PRESENCE, 15)]


@pytest.mark.parametrize(("calls", "met"), [(4, False), (5, True)])
def test_five_successful_calls_to_each_endpoint(calls: int, met: bool) -> None:
    found = check(graduation([count(40), count(calls, path=PRESENCE)], ASKED, TODAY), "endpoints")
    assert found.met is met
    assert (PRESENCE in found.found) is not met


def test_an_endpoint_that_only_failed_counts_as_used() -> None:
    counts = [count(40), count(9, status=500, path=PRESENCE)]
    assert not check(graduation(counts, ASKED, TODAY), "endpoints").met


def test_every_permission_was_used_successfully() -> None:
    asked = Asked(permissions=("ReadAccounts", "ReadCallLog"))
    found = check(graduation([count(40)], asked, TODAY), "permissions")
    assert (found.met, found.found) == (False, "not used: ReadAccounts")
    tried = count(1, status=403, permission="ReadAccounts")
    assert not check(graduation([count(40), tried], asked, TODAY), "permissions").met
    used = count(1, permission="ReadAccounts")
    assert check(graduation([count(40), used], asked, TODAY), "permissions").met


@pytest.mark.parametrize(("wrong", "met"), [(0, True), (4, True), (5, False), (6, False)])
def test_under_five_percent_errors(wrong: int, met: bool) -> None:
    """Of 100 calls; a 500 is no error of the app's, but a call."""
    counts = [count(90 - wrong), count(wrong, status=404), count(10, status=500)]
    assert check(graduation(counts, ASKED, TODAY), "errors").met is met


def test_the_newer_page_counts_authentication_errors_only() -> None:
    counts = [count(50), count(50, status=404)]
    assert not check(graduation(counts, ASKED, TODAY, "4xx"), "errors").met
    assert check(graduation(counts, ASKED, TODAY, "authentication"), "errors").met
    counts = [count(95), count(5, status=401)]
    assert not check(graduation(counts, ASKED, TODAY, "authentication"), "errors").met


def test_no_call_over_the_limit() -> None:
    found = graduation([count(1000), count(1, status=429)], ASKED, TODAY)
    assert check(found, "errors").met
    assert not check(found, "throttled").met
    assert not found.met


def test_oauth_calls_are_not_counted() -> None:
    token = count(100, path="/restapi/oauth/token", permission="")
    refused = count(100, status=400, path="/restapi/oauth/userinfo", permission="")
    found = graduation([count(20), token, refused], ASKED, TODAY)
    assert found.met
    assert len(found.endpoints) == 1


GOOD = Logins(exchanges=3, without_pkce=0, most_of_one_user=2, refreshes=1)


@pytest.mark.parametrize(
    ("logins", "asked", "unmet"),
    [
        (GOOD, ASKED, set()),
        (Logins(), ASKED, {"pkce", "refresh"}),
        (Logins(3, 1, 2, 1), ASKED, {"pkce"}),
        (Logins(6, 0, 6, 1), ASKED, {"logins"}),
        (Logins(5, 0, 5, 1), ASKED, set()),
        (Logins(3, 0, 2, 0), ASKED, {"refresh"}),
        (Logins(3, 0, 2, 0), Asked(("ReadCallLog",), refresh_tokens=False), set()),
        (Logins(), Asked(("ReadCallLog",), code_flow=False), set()),
        (GOOD, Asked(("ReadCallLog",), ("http://app.example/cb",)), {"redirect-uris"}),
        (GOOD, Asked(("ReadCallLog",), ("http://localhost.evil.example/cb",)), {"redirect-uris"}),
        (
            GOOD,
            Asked(
                ("ReadCallLog",),
                (
                    "https://a.example/",
                    "http://localhost:1/",
                    "http://[::1]:2/",
                    "http://127.0.0.1",
                    "com.a:/x",
                ),
            ),
            set(),
        ),
    ],
)
def test_todays_report(logins: Logins, asked: Asked, unmet: set[str]) -> None:
    found = readiness_today([count(20)], logins, asked, TODAY)
    assert {one.id for one in found.checks if not one.met} == unmet
    assert found.met is (not unmet)
