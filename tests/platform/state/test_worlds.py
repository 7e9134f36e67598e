"""Isolated worlds: under a path of their own, with state of their own, gone when dropped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from headless import START, Visits, new_server, refresh
from ringback.platform.settings import PlatformSettings
from ringback.platform.state import StateFileError
from ringback.platform.worlds import MOST, WorldOptions, Worlds


class InWorld(Visits):
    """The users of one world of a running platform."""

    def __init__(self, visits: Visits, world_id: str) -> None:
        super().__init__(visits.server)
        self.base = f"{visits.server.base_url}/_w/{world_id}"

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.base, timeout=20)


def test_a_login_in_one_world_means_nothing_in_another(own: Visits) -> None:
    first, second = InWorld(own, "first"), InWorld(own, "second")
    tokens = first.tokens()
    me = "/restapi/v1.0/account/~/extension/~"
    with first.browser() as one, second.browser() as two, own.browser() as home:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = one.get(me, headers=bearer)
        assert answer.status_code == 200
        assert answer.json()["uri"].startswith(f"{first.base}/restapi/v1.0/account/")
        assert two.get(me, headers=bearer).status_code == 401
        assert home.get(me, headers=bearer).status_code == 401
        assert refresh(two, own.seed.app, tokens["refresh_token"]).status_code == 400
        assert refresh(one, own.seed.app, tokens["refresh_token"]).status_code == 200


def test_clock_and_journal_are_a_worlds_own(own: Visits) -> None:
    with InWorld(own, "w").browser() as http:
        moved = http.post("/_local/clock", json={"advance": 3600}).json()["now"]
        http.get("/restapi")
        assert [entry["path"] for entry in http.get("/_local/journal").json()["entries"]] == ["/restapi"]
    assert own.journal() == []
    assert httpx2.get(f"{own.server.base_url}/_local/clock").json()["now"] < moved


def test_pages_lead_nowhere_out_of_their_world(own: Visits) -> None:
    with InWorld(own, "w").browser() as http:
        for path in ("/", "/console", "/new-app", "/nothing"):
            text = http.get(path, headers={"Accept": "text/html"}).text
            links = [part.split('"')[0] for part in text.replace('action="', 'href="').split('href="')[1:]]
            strays = [
                link for link in links if link.startswith("/") and not link.startswith(("/_w/w", "/_static"))
            ]
            assert strays == []


def test_only_this_machine_makes_worlds(own: Visits) -> None:
    with own.browser() as http:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            assert http.get("/_w/strange/restapi", headers=headers).status_code in {403, 404}
        assert own.server.worlds.ids() == []
        assert http.get("/_w/a b/restapi").status_code == 404
        assert http.get(f"/_w/{'x' * 65}/restapi").status_code == 404
        assert http.get("/_w/").status_code == 404
        assert own.server.worlds.ids() == []


def test_dropping_and_resetting(own: Visits) -> None:
    worlds = own.server.worlds
    world = worlds.create("w", WorldOptions(seed=7, rate_limits=False))
    assert (world.seed, world.settings.rate_limits, world.root) == (7, False, "/_w/w")
    world.remember(1, "app", frozenset({"ReadAccounts"}))
    fresh = worlds.reset(world)
    assert worlds.find("w") is fresh
    assert fresh.remembered(1, "app") is None
    assert worlds.drop("w")
    assert not worlds.drop("w")
    assert worlds.find("w") is None
    home = worlds.home
    worlds.create("stays")
    assert worlds.reset(home) is worlds.home
    assert worlds.home is not home
    assert worlds.ids() == ["stays"]


def test_there_are_not_too_many_worlds() -> None:
    worlds = Worlds(PlatformSettings(start=START))
    for number in range(MOST):
        worlds._options[str(number)] = WorldOptions()
    with pytest.raises(ValueError, match="drop some"):
        worlds.create("one-more")
    with pytest.raises(ValueError, match="already"):
        worlds.create("5")


def test_worlds_are_there_again_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with new_server(state_file=file) as server:
        visits = InWorld(Visits(server), "kept")
        tokens = visits.tokens()
        home = Visits(server).tokens()
        app = visits.seed.app
    with new_server(state_file=file) as server:
        assert server.worlds.ids() == ["kept"]
        with httpx2.Client(base_url=f"{server.base_url}/_w/kept") as http:
            assert refresh(http, app, tokens["refresh_token"]).status_code == 200
        with httpx2.Client(base_url=server.base_url) as http:
            assert refresh(http, app, tokens["refresh_token"]).status_code == 400
            assert refresh(http, app, home["refresh_token"]).status_code == 200


def test_a_file_of_another_company_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    Worlds(PlatformSettings(start=START, state_file=file)).close()
    with pytest.raises(StateFileError, match="another company"):
        Worlds(PlatformSettings(start=START, state_file=file, seed=2))
    Worlds(PlatformSettings(start=START, state_file=file)).close()
    with pytest.raises(StateFileError, match="started at 2026-11-23T15:00:00Z: give no other start"):
        Worlds(PlatformSettings(start=START + timedelta(hours=1), state_file=file))
    Worlds(PlatformSettings(state_file=file)).close()
