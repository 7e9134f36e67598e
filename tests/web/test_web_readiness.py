"""`/readyz`: ready when the vault answers and the keys open it; in bounded time, also when it hangs."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from web_helpers import WEB, Browser

from ringback import RingCentral, VaultUnavailable
from ringback.vault import KeyRing, new_key
from ringback.web import going_away
from ringback.web.readiness import Readiness


def probe(app: Flask):
    answer = app.test_client().get("/readyz", base_url=WEB)
    return answer.status_code, answer.json


def forget(app: Flask) -> None:
    app.extensions["ringback"].readiness._found_at = float("-inf")


def test_ready_while_the_vault_answers(app: Flask, browser: Browser):
    assert probe(app) == (200, {"status": "ready"})
    browser.log_in()
    forget(app)
    assert probe(app) == (200, {"status": "ready"})


def test_not_ready_without_the_vault_and_says_no_more(app: Flask, rc: RingCentral, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise VaultUnavailable("The vault cannot be used now: SECRET host 10.0.0.9")

    with monkeypatch.context() as patched:
        patched.setattr(rc.vault.store, "list_logins", fail)
        assert probe(app) == (503, {"status": "not ready", "missing": "vault"})
    forget(app)
    assert probe(app)[0] == 200


def test_not_ready_with_the_keys_of_another(app: Flask, rc: RingCentral, browser: Browser, monkeypatch):
    browser.log_in()
    monkeypatch.setattr(rc.vault, "_keyring", KeyRing.from_setting(new_key()))
    assert probe(app) == (503, {"status": "not ready", "missing": "keys"})


def test_not_ready_once_it_is_stopping(app: Flask):
    going_away(app)
    assert probe(app) == (503, {"status": "not ready", "missing": "stopping"})
    assert app.test_client().get("/healthz", base_url=WEB).status_code == 200


def test_a_vault_that_hangs_holds_nobody_up_and_is_asked_once():
    release, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        release.wait(30)

    readiness = Readiness(hang)
    started = time.monotonic()
    assert readiness.missing(0.2) == "vault"
    assert {readiness.missing(0.2) for _ in range(20)} == {"vault"}
    assert time.monotonic() - started < 2
    assert len(asked) == 1
    running = readiness._running
    release.set()
    assert running.wait(5)
    assert readiness.missing() is None


def test_what_was_found_counts_for_a_second():
    now, asked = [0.0], []
    readiness = Readiness(lambda: asked.append(1), monotonic=lambda: now[0])
    assert [readiness.missing() for _ in range(50)] == [None] * 50
    assert len(asked) == 1
    now[0] = 1.5
    readiness.missing()
    assert len(asked) == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_read_only(app: Flask, method: str):
    assert app.test_client().open("/readyz", method=method, base_url=WEB).status_code == 405
