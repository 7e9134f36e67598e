"""Logins outlive a restart with a state file, and snapshots bring them back: pages, passwords, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from headless import (
    START,
    Visits,
    code_of,
    exchange,
    first_post_form,
    me,
    new_server,
    redirect_query,
    refresh,
    submit,
)
from ringback.platform.authorization import browsers, passwords, pending
from ringback.platform.authorization.authorize import read_request
from ringback.platform.server import PlatformServer
from ringback.platform.serving.parameters import Parameters
from ringback.platform.settings import PlatformSettings
from ringback.platform.world import World

AUTHORIZE = "/restapi/oauth/authorize"


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "extension": "", "password": user["password"]}


class Restarts:
    """A platform with a state file, stopped and started again; a browser keeps its cookies over it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.cookies = httpx2.Cookies()

    def start(self) -> PlatformServer:
        return new_server(state_file=self.file, base_url="http://localhost:8000")

    def browser(self, server: PlatformServer) -> httpx2.Client:
        host, port = server._sockets[0].getsockname()[:2]
        return httpx2.Client(base_url=f"http://{host}:{port}", cookies=self.cookies, timeout=20)


def test_a_login_page_survives_a_restart(tmp_path: Path) -> None:
    life = Restarts(tmp_path / "state.db")
    with life.start() as server, life.browser(server) as http:
        seed = http.get("/_local/seed").json()
        user, app = seed["users"][1], seed["apps"][0]
        raw = f"response_type=code&client_id={app['clientId']}&state=%FF%20x&scope=openid&nonce=n"
        page = http.get(f"{AUTHORIZE}?{raw}")
        life.cookies = http.cookies
    with life.start() as server, life.browser(server) as http:
        form = first_post_form(page.text)
        consent_at = http.post(form.action, data={**form.fields, **credentials(user)})
        consent = http.get(consent_at.headers["location"])
        assert "would like to" in consent.text
        life.cookies = http.cookies
    with life.start() as server, life.browser(server) as http:
        form = first_post_form(consent.text)
        done = http.post(form.action, data={**form.fields, "decision": "authorize"})
        assert done.status_code == 302
        assert "state=%FF%20x" in done.headers["location"]
        code = redirect_query(done)["code"]
        life.cookies = http.cookies
    with life.start() as server, life.browser(server) as http:
        body = exchange(http, app, code, redirect_uri="").json()
        keys = http.get("/restapi/oauth/jwks").json()
        assert body["id_token"]
    with life.start() as server, life.browser(server) as http:
        assert http.get("/restapi/oauth/jwks").json() == keys
        assert me(http, body["access_token"]).status_code == 200
        assert refresh(http, app, body["refresh_token"]).status_code == 200
        # Still signed in, and the consent is remembered.
        again = http.get(f"{AUTHORIZE}?{raw}&prompt=none")
        assert "code" in redirect_query(again)
        replayed = exchange(http, app, code, redirect_uri="")
        assert code_of(replayed) == "OAU-106"
        assert me(http, body["access_token"]).status_code == 401


def test_the_throttle_survives_a_restart(tmp_path: Path) -> None:
    life = Restarts(tmp_path / "state.db")
    with life.start() as server, life.browser(server) as http:
        user = http.get("/_local/seed").json()["users"][0]
        app = http.get("/_local/seed").json()["apps"][0]
        asked = {"response_type": "code", "client_id": app["clientId"]}
        page = http.get(AUTHORIZE, params=asked)
        assert [submit(http, page, **{**credentials(user), "password": "no"}).status_code for _ in range(5)]
        for _ in range(6):
            strangers = submit(http, page, username="nobody@x.example", password="no")
        assert strangers.status_code == 429
    with life.start() as server, life.browser(server) as http:
        page = http.get(AUTHORIZE, params=asked)
        assert submit(http, page, **credentials(user)).status_code == 429
        assert submit(http, page, username="nobody@x.example", password="no").status_code == 429


def test_a_changed_password_survives_a_restart(tmp_path: Path) -> None:
    life = Restarts(tmp_path / "state.db")
    with life.start() as server:
        world = server.world
        user, seeded = world.users()[0]
        world.passwords.put(user.id, "a new pass phrase")
        with world.lock:
            world.state.commit()
    with life.start() as server:
        check = server.world.passwords.check
        now = server.world.clock.now
        assert check([user.id], "x", "a new pass phrase", now).extension_id == user.id
        assert check([user.id], "x", seeded, now).extension_id is None
        assert b"a new pass phrase" not in b"".join(
            path.read_bytes() for path in tmp_path.iterdir() if path.is_file()
        )


def test_a_snapshot_brings_pages_and_passwords_back(own: Visits) -> None:
    world = own.server.world
    user, (extension, _) = own.seed.plain_user, world.users()[0]
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        consent = submit(http, page, **credentials(user))
        with world.lock:
            snapshot = world.state.dump()
        done = submit(http, consent, decision="authorize")
        assert done.status_code == 302
        world.passwords.put(extension.id, "another pass phrase")
        with world.lock:
            world.state.load(snapshot)
        assert world.passwords.check([extension.id], "x", "another pass phrase", world.clock.now).wait == 0
        again = submit(http, consent, decision="authorize")
        assert again.status_code == 302
        assert exchange(http, own.seed.app, redirect_query(again)["code"]).status_code == 200
        assert code_of(exchange(http, own.seed.app, redirect_query(done)["code"])) == "OAU-106"


def test_bounds_hold_in_the_tables_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((browsers, "_KEPT"), (pending, "_KEPT"), (passwords, "_UNKNOWN_KEPT")):
        monkeypatch.setattr(module, name, 5)
    world = World(PlatformSettings(start=START))
    app = world.apps.seeded()[0][0]
    asked = read_request(
        Parameters([("response_type", "code"), ("client_id", app.client_id)]), world.apps.find
    )
    monkeypatch.setattr(passwords, "_hash", lambda *_: b"")
    for number in range(20):
        world.pending.begin(world.browsers.new(), asked, world.clock.now())
        world.passwords.check([], f"nobody-{number}", "no", world.clock.now)
    snapshot = world.state.dump()["tables"]
    assert [len(snapshot[name]) for name in ("browsers", "pending", "unknown_user_failures")] == [5, 5, 5]


def test_end_user_signs_browsers_out(own: Visits) -> None:
    world, user = own.server.world, own.seed.plain_user
    with own.browser() as one, own.browser() as two:
        for http in (one, two):
            own.log_in(user, http=http)
        with world.lock:
            keep = world.browsers.find(next(iter(one.cookies.values())), world.clock.now())
            assert keep is not None
            assert world.browsers.end_user(int(user["extensionId"]), but=keep) == 1
        assert one.get(AUTHORIZE, params=own.asked()).status_code == 302
        assert 'name="password"' in two.get(AUTHORIZE, params=own.asked()).text
