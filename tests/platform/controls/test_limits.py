"""Rate limits: decision, headers, penalty, parallel load, and limits of an app's own (contract 8)."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headless import ME, START, Visits, new_server, token_request
from ringback.platform.clock import Mode
from ringback.platform.errors import ApiError
from ringback.platform.limits import Bucket, Limit, RateLimits, spend
from ringback.platform.quirks import Quirks
from ringback.platform.state import State

LOG = "/restapi/v1.0/account/~/extension/~/call-log"


def limits_of(enabled: bool = True, **quirks: str) -> RateLimits:
    state = State()
    named = {name.replace("_", "-"): value for name, value in quirks.items()}
    return RateLimits(state, Quirks(state, named), enabled)


def test_the_window_slides_and_the_penalty_restarts() -> None:
    limit, bucket = Limit(2), Bucket()
    bucket, first = spend(bucket, limit, 0)
    bucket, second = spend(bucket, limit, 30)
    bucket, third = spend(bucket, limit, 59)
    assert (first, second, third) == (True, True, False)
    bucket, during = spend(bucket, limit, 118.9)
    assert not during
    bucket, still = spend(bucket, limit, 178.8)
    assert not still
    bucket, after = spend(bucket, limit, 238.8)
    assert after
    bucket, again = spend(Bucket((0.0, 30.0)), limit, 60)
    assert again
    assert bucket.calls == (30.0, 60)


@given(
    st.lists(st.floats(0, 40, allow_nan=False), min_size=1, max_size=60),
    st.integers(1, 6),
    st.integers(1, 90),
    st.integers(1, 90),
)
def test_a_window_never_holds_more_than_its_limit(
    gaps: list[float], calls: int, window: int, penalty: int
) -> None:
    limit, bucket, now = Limit(calls, window, penalty), Bucket(), 1000.0
    allowed: list[float] = []
    refused: float | None = None
    for gap in gaps:
        now += gap
        bucket, passed = spend(bucket, limit, now)
        if passed:
            assert refused is None or now >= refused + penalty
            allowed.append(now)
            refused = None
            assert len([one for one in allowed if now - one < window]) <= calls
        else:
            in_penalty = refused is not None and now < refused + penalty
            full = len([one for one in allowed if now - one < window]) >= calls
            assert in_penalty or full
            refused = now


def test_buckets_are_apart_and_old_ones_forgotten() -> None:
    limits = limits_of()
    for extension in range(500):
        limits.spend("app", extension, "heavy", START)
    assert len(limits._buckets) == 500
    for number in range(1000):
        limits.spend("other", 1, "light", START + timedelta(seconds=61 + 2 * number))
    assert len(limits._buckets) == 1


@pytest.mark.parametrize(
    ("unit", "client", "extension", "account", "same"),
    [
        ("app", "app", 2, 9, True),
        ("app", "other", 1, 9, False),
        ("user-app", "app", 2, 9, False),
        ("user-app", "app", 1, 9, True),
        ("account", "other", 2, 9, True),
        ("account", "app", 1, 8, False),
    ],
)
def test_whose_budget_a_token_request_spends(
    unit: str, client: str, extension: int, account: int, same: bool
) -> None:
    limits = limits_of(auth_limit_unit=unit)
    limits.spend("app", 1, "auth", START, account_id=9)
    told = limits.spend(client, extension, "auth", START, account_id=account)
    assert told["X-Rate-Limit-Remaining"] == ("3" if same else "4")
    # Others of the group, as userinfo, spend the budget of the extension and the app.
    assert limits.spend("app", 77, "auth", START)["X-Rate-Limit-Remaining"] == "4"


def test_off_means_no_header_and_no_limit() -> None:
    limits = limits_of(enabled=False)
    assert [limits.spend("app", 1, "auth", START) for _ in range(100)] == [{}] * 100
    assert limits_of().spend("app", 1, None, START) == {}


def test_what_a_refusal_says() -> None:
    limits = limits_of(rate_group_case="capital")
    for _ in range(10):
        limits.spend("app", 1, "heavy", START)
    with pytest.raises(ApiError) as refusal:
        limits.spend("app", 1, "heavy", START)
    assert (refusal.value.status, refusal.value.code) == (429, "CMN-301")
    assert refusal.value.headers == {
        "Retry-After": "60",
        "X-Rate-Limit-Group": "Heavy",
        "X-Rate-Limit-Limit": "10",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Window": "60",
    }


@pytest.fixture
def limited():  # type: ignore[no-untyped-def]
    with new_server(rate_limits=True) as running:
        yield Visits(running)


def test_over_http_in_parallel_exactly_the_limit_passes(limited: Visits) -> None:
    limited.server.world.clock.switch(Mode.FROZEN)
    token = limited.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    seen: list[int] = []

    def ask() -> None:
        with limited.browser() as http:
            answers = (http.get(LOG, params={"perPage": 1}, headers=headers) for _ in range(5))
            seen.extend(answer.status_code for answer in answers)

    httpx2.post(f"{limited.server.base_url}/_local/clock", json={"mode": "frozen"})
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [200] * 10 + [429] * 30
    with limited.browser() as http:
        other = http.get(ME, headers=headers)
        assert other.status_code == 200
        assert other.headers["x-rate-limit-group"] == "light"
        assert other.headers["x-rate-limit-remaining"] == "49"
        limited.advance(59)
        refused = http.get(LOG, headers=headers)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "60"
        assert refused.json()["errors"] == [{"errorCode": "CMN-301", "message": "Request rate exceeded"}]
        limited.advance(59.9)
        assert http.get(LOG, headers=headers).status_code == 429
        limited.advance(60)
        fresh = http.get(LOG, headers=headers)
        assert fresh.status_code == 200
        assert fresh.headers["x-rate-limit-remaining"] == "9"


def test_token_requests_have_a_limit_of_their_own(limited: Visits) -> None:
    app = limited.seed.app
    with limited.browser() as http:
        form = {"grant_type": "refresh_token", "refresh_token": "none"}
        answers = [token_request(http, app, **form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].headers["x-rate-limit-group"] == "auth"


def test_limits_of_an_apps_own(limited: Visits) -> None:
    url = f"{limited.server.base_url}/_local/limits"
    client_id = limited.seed.app["clientId"]
    told = httpx2.put(url, json={client_id: {"light": {"limit": 2, "penalty": 5}}})
    assert told.json()["apps"][client_id]["light"] == {"limit": 2, "window": 60, "penalty": 5}
    headers = {"Authorization": f"Bearer {limited.tokens()['access_token']}"}
    with limited.browser() as http:
        assert [http.get(ME, headers=headers).status_code for _ in range(3)] == [200, 200, 429]
        assert http.delete("/_local/limits").json()["apps"] == {}
        assert http.get(ME, headers=headers).headers["x-rate-limit-limit"] == "50"
        for wrong in (
            [],
            {client_id: {"none": {}}},
            {client_id: {"light": {"limit": 0}}},
            {client_id: {"light": {"limit": 1.5}}},
            {client_id: {"light": {"limit": 1e9}}},
            {client_id: {"light": {"window": 0}}},
            {client_id: {"light": {"calls": 3}}},
            {client_id: 3},
        ):
            assert http.put("/_local/limits", json=wrong).status_code == 400
