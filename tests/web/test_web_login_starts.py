"""Login starts are throttled: one address cannot fill the vault, and everybody else still logs in."""

from __future__ import annotations

import pytest
from flask import Flask
from web_helpers import REDIRECT_URI, WEB, Browser

from ringback import RingCentral
from ringback.vault.memory import MemoryStore
from ringback.web import WebSettings, create_app
from ringback.web.deployment import Deployment
from ringback.web.login_starts import ALL_TOGETHER, Allowance, LoginStarts, taken


class Clock:
    """The client's clock, moved by hand."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock(rc: RingCentral, monkeypatch: pytest.MonkeyPatch) -> Clock:
    own = Clock()
    monkeypatch.setattr(rc, "clock", own)
    return own


@pytest.fixture
def app(rc: RingCentral) -> Flask:
    return create_app(rc, settings=WebSettings(REDIRECT_URI, deployment=Deployment(logins_per_address=5)))


def view(app: Flask, address: str, **options):
    """A browser that is new each time."""
    return app.test_client().get("/", base_url=WEB, environ_overrides={"REMOTE_ADDR": address}, **options)


def test_one_address_is_stopped_with_a_page_that_says_when(app, clock):
    assert [view(app, "203.0.113.9").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = view(app, "203.0.113.9")
    assert answer.headers["Retry-After"] == "12"
    assert "Too many logins were begun here" in answer.text
    assert "Wait 12 seconds, then try again." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "authorize" not in answer.text
    asked = view(app, "203.0.113.9", headers={"Accept": "application/json"})
    assert asked.status_code == 429
    assert asked.json["error"]["title"] == "Too many logins were begun here"
    clock.time += 12
    assert [view(app, "203.0.113.9").status_code for _ in range(2)] == [200, 429]
    clock.time += 3600
    assert [view(app, "203.0.113.9").status_code for _ in range(6)] == [200] * 5 + [429]


def test_the_others_log_in_meanwhile(app, clock, browser: Browser):
    for _ in range(20):
        view(app, "203.0.113.9")
    assert view(app, "203.0.113.10").status_code == 200
    assert view(app, "2001:db8:1::1").status_code == 200
    assert browser.log_in().status_code == 303


def test_a_network_of_one_host_is_one_address(app, clock):
    statuses = [view(app, f"2001:db8:1:1::{n}").status_code for n in range(1, 8)]
    assert statuses == [200] * 5 + [429] * 2
    assert view(app, "2001:db8:1:2::1").status_code == 200


def test_a_refused_start_costs_the_vault_nothing(app, clock, monkeypatch):
    for _ in range(5):
        view(app, "203.0.113.9")
    monkeypatch.setattr(MemoryStore, "put_session", lambda *_: pytest.fail("a session was stored"))
    monkeypatch.setattr(MemoryStore, "load_session", lambda *_, **__: pytest.fail("the vault was asked"))
    assert view(app, "203.0.113.9").status_code == 429


def test_all_together_have_a_limit_too(app, clock):
    every = [view(app, f"203.0.{n // 4}.{n % 4 + 1}").status_code for n in range(5 * ALL_TOGETHER + 1)]
    assert every == [200] * (5 * ALL_TOGETHER) + [429]
    clock.time += 1
    assert view(app, "198.51.100.1").status_code == 200


def test_this_machine_shares_the_common_allowance_only(app, clock):
    assert {view(app, "127.0.0.1").status_code for _ in range(50)} == {200}


def test_who_is_logged_in_is_not_touched(app, clock, browser: Browser):
    browser.log_in()
    for _ in range(5 * ALL_TOGETHER):
        view(app, "127.0.0.1")
    assert view(app, "127.0.0.1").status_code == 429
    assert browser.get("/session").status_code == 200


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing():
    left, wait = taken(Allowance(1.0, 1000.0), 5, 10.0)
    assert (left, wait) == (Allowance(0.0, 10.0), 0.0)
    assert taken(left, 5, 10.0) == (Allowance(0.0, 10.0), 12.0)


def test_memory_is_bounded_by_forgetting_the_oldest():
    starts = LoginStarts(1)
    for n in range(11_000):
        starts.begin(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", float(n))
    assert len(starts._each) == 10_000
