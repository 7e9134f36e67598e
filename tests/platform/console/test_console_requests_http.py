"""The inspector over HTTP: what it shows, filters, who sees what, the live rows, no secret anywhere."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import httpx2
import pytest
from console_visits import ME, MY_CALLS, URI, Developer

from headless import Visits, refresh
from ringback.platform.console.inspector import Wanted, find, is_refused, matches
from ringback.platform.journal import KEPT

LIST = "/console/requests"
LIVE = "/console/live/requests"


def rows(page: httpx2.Response) -> list[str]:
    """The text of each row, newest first, without markup."""
    assert page.status_code == 200
    found = re.findall(r'<details class="request">(.*?)</details>', page.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def last_of(page: httpx2.Response) -> str:
    found = re.search(r'data-last="(\d+)"', page.text)
    assert found
    return found.group(1)


def entry(**changes: Any) -> dict[str, Any]:
    given = {
        "time": "2026-11-23T15:00:00.000Z",
        "method": "GET",
        "path": ME,
        "status": 200,
        "errorCode": None,
        "clientId": "one",
        "extensionId": None,
        "grantType": None,
        "why": None,
        "operation": None,
        "permission": None,
        "group": None,
        "details": {"milliseconds": "1.0"},
    }
    return {**given, **changes}


def test_a_row_tells_all_that_is_known(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(name="Inspected", **{"permission.ReadCallLog": "yes"})
    tokens = admin.log_in(app)
    admin.call(tokens["access_token"], f"{MY_CALLS}?dateFrom=nonsense&view=Simple")
    refused, exchanged, *_ = rows(admin.get(LIST))
    for told in (
        "2026-11-23 15:00",
        "400 CMN-101 GET",
        MY_CALLS,
        "dateFrom=nonsense&view=Simple",
        "Why Parameter",
        "App Inspected",
        f"User {admin.visits.server.world.company.extension(int(admin.user['extensionId'])).name}",
        "Token family",
        "Operation /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log",
        "Permission ReadCallLog",
        "Rate-limit group heavy",
        " ms",
    ):
        assert told in refused, (told, refused)
    assert "Grant type authorization_code" in exchanged
    assert "PKCE yes" in exchanged
    family = re.search(r"Token family (\w+)", refused)
    assert family
    of_this_login = rows(admin.get(LIST, params={"family": family.group(1)}))
    assert of_this_login == [refused, exchanged]


def test_filters_are_kept_and_narrow(own_admin: Developer) -> None:
    admin = own_admin
    first, second = admin.create(name="First"), admin.create(name="Second")
    one, other = (admin.log_in(app)["access_token"] for app in (first, second))
    admin.call(one, ME, 2)
    admin.call(other, ME)
    admin.call(other, MY_CALLS)
    admin.call("nonsense", ME)
    client_id = second["clientId"]

    def found(**wanted: str) -> list[str]:
        page = admin.get(LIST, params=wanted)
        for name, value in wanted.items():
            assert re.search(rf'(name="{name}" )?value="{re.escape(html.escape(value))}"', page.text)
        return rows(page)

    assert len(found(path="/extension/~", app=client_id)) == 2
    assert [row[20:23] for row in found(path=ME, status="refused")] == ["401", "403"]
    assert len(found(path="/restapi/v1.0/account/{a}/extension/{e}")) == 4
    assert len(found(path="/restapi/v1.0/**")) == 5
    assert len(found(path="CALL-LOG")) == 1
    assert found(status="403", app=client_id) == found(path="call-log")
    assert len(found(status="401")) == len(found(app="none", path="/restapi/v1.0")) == 1
    assert found(status="5xx") == []
    assert found(app="there is no such app") == []
    live = admin.get(LIVE, params={"app": client_id, "path": "call-log"})
    assert rows(live) == found(app=client_id, path="call-log")
    narrowed = admin.get(LIST, params={"app": client_id, "status": "4xx", "path": "<b>"})
    assert f"{LIVE}?app={client_id}&amp;path=%3Cb%3E&amp;status=4xx" in narrowed.text
    assert "<b>" not in narrowed.text
    for odd in ("before=x", "before=-1", "before=" + "9" * 40, "status=²", "after=x", "app=%ff&path=%00"):
        assert admin.get(f"{LIST}?{odd}").status_code == 200
        assert admin.get(f"{LIVE}?{odd}").status_code == 200


def test_the_consoles_own_pages_are_left_out_unless_asked_for(own_admin: Developer) -> None:
    admin = own_admin
    admin.get("/console/calls")
    assert not [row for row in rows(admin.get(LIST)) if "/console" in row]
    assert [row for row in rows(admin.get(LIST, params={"console": "yes"})) if "/console/calls" in row]
    assert [row for row in rows(admin.get(LIST, params={"path": "/console/ca"})) if "/console/calls" in row]


def test_a_redirect_mismatch_is_a_character_diff(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    asked = {"response_type": "code", "client_id": app["clientId"]}
    with admin.visits.browser() as program:
        for sent in (URI.replace("oauth2", "Oauth"), f"{URI}/", f"{URI}?<script>=1"):
            refused = program.get("/restapi/oauth/authorize", params={**asked, "redirect_uri": sent})
            assert refused.status_code == 403
    page = admin.get(LIST, params={"status": "refused"})
    assert "They part at character 23" in rows(page)[2]
    case, slash, markup = page.text.split('<dl class="difference">')[3:0:-1]
    assert "localhost:5999/<del>O</del>auth<" not in case.partition("Registered")[2]
    assert "localhost:5999/<del>O</del>authcallback<" in case
    assert "localhost:5999/<ins>o</ins>auth<ins>2</ins>callback<" in case
    assert "oauth2callback<del>/</del><" in slash
    assert "<script>=" not in page.text
    assert "<del>?&lt;script&gt;=1</del>" in markup
    # The app's developer sees it, though the request was refused before anybody was logged in.
    assert app["clientId"] in rows(page)[0]


def test_a_difference_in_a_masked_value_is_told(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(redirectUris=f"{URI}?key=first")
    asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": f"{URI}?key=second"}
    with admin.visits.browser() as program:
        program.get("/restapi/oauth/authorize", params=asked)
    row = rows(admin.get(LIST))[0]
    assert "differ in a value that is masked" in row
    assert "second" not in row


def test_developers_see_the_requests_of_their_own_apps_only(own: Visits) -> None:
    admin, colleague = Developer(own, own.seed.admin), Developer(own, own.seed.plain_user)
    theirs, others = colleague.create(name="Of the colleague"), admin.create(name="Of the admin")
    mine, foreign = (dev.log_in(app) for dev, app in ((colleague, theirs), (admin, others)))
    admin.call(mine["access_token"], ME)
    admin.call(foreign["access_token"], ME)
    admin.call("nonsense", ME)
    with own.browser() as program:
        # A wrong secret is the app's developer's business too.
        refresh(program, {**theirs, "clientSecret": "wrong"}, "nonsense")
        refresh(program, {**others, "clientSecret": "wrong"}, "nonsense")
    everything = rows(admin.get(LIST))
    assert len([row for row in everything if f" GET {ME} " in row]) == 3
    foreign_id = others["clientId"]
    for address in (LIST, LIVE, f"{LIST}?app={foreign_id}", f"{LIST}?app=none", f"{LIST}?console=yes"):
        page = colleague.get(address)
        assert "Of the admin" not in page.text
        assert not [row for row in rows(page) if foreign_id in row]
        for row in rows(page):
            assert theirs["clientId"] in row
    seen = rows(colleague.get(LIST))
    assert [row for row in seen if "OAU-146" in row and "the client secret is wrong" in row]
    assert [row for row in seen if ME in row]
    family = next(re.findall(r"Token family (\w+)", row) for row in everything if others["clientId"] in row)
    assert rows(colleague.get(LIST, params={"family": family[0] if family else "none"})) == []
    with own.browser() as stranger:
        assert "Sign in to" in stranger.get(LIST).text
        live = stranger.get(LIVE)
        assert "data-rows" not in live.text


def test_statuses_of_others_are_no_choices(own: Visits) -> None:
    colleague = Developer(own, own.seed.plain_user)
    with own.browser() as program:
        assert program.get("/restapi/v1.0/nowhere").status_code == 401
    assert '<option value="401">' in Developer(own, own.seed.admin).get(LIST).text
    assert '<option value="401">' not in colleague.get(LIST).text


@pytest.mark.parametrize("path", [f"{LIST}?path=restapi&before=99", LIST, LIVE, "/console/clock"])
def test_in_a_world_every_address_is_of_that_world(own: Visits, path: str) -> None:
    with own.browser() as program:
        program.get("/_w/mine/restapi/v1.0/nowhere")
    admin = Developer(own, own.seed.admin, root="/_w/mine")
    page = admin.get(path)
    assert page.status_code == 200
    for address in re.findall(r'(?:href|action|data-live|data-requests)="(/[^"]*)"', page.text):
        assert address.startswith(("/_w/mine/", "/_static/")), address


def test_a_production_apps_requests_are_its_developers(own: Visits) -> None:
    colleague = Developer(own, own.seed.plain_user)
    app = colleague.create()
    colleague.call(colleague.log_in(app)["access_token"], ME, 20)
    colleague.send(f"/console/apps/{app['clientId']}/apply")
    production = colleague.registered(app).production
    assert production is not None
    with own.browser() as program:
        program.get("/restapi/oauth/authorize", params={"response_type": "code", "client_id": production})
    assert "(production)" in rows(colleague.get(LIST))[0]


def test_no_secret_is_on_the_page(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    tokens = admin.log_in(app)
    code = admin.visits.log_in()
    access, renewed = tokens["access_token"], tokens["refresh_token"]
    with admin.visits.browser() as program:
        program.get(ME, params={"access_token": access})
        program.get("/oauth2callback", params={"code": code, "state": "of the login"})
        program.get(f"/restapi/v1.0/{renewed}", params={"path": access, access: "x"})
        for uri in (f"{URI}?code={code}", f"{URI}#access_token={access}"):
            asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": uri}
            program.get("/restapi/oauth/authorize", params={**asked, "state": "of the login"})
        refresh(program, app, renewed)
    for address in (LIST, LIVE, f"{LIST}?console=yes", f"{LIST}?status=refused"):
        page = admin.get(address)
        assert "code=***" in page.text
        for secret in (access, renewed, code, app["clientSecret"], "of the login", admin.csrf):
            assert secret not in re.sub(r'name="csrf" value="[^"]*"', "", page.text)


def test_a_hundred_rows_then_older_ones(own_admin: Developer) -> None:
    admin = own_admin
    with admin.visits.browser() as program:
        for number in range(205):
            program.get(f"/restapi/v1.0/number-{number}")
    page = admin.get(LIST, params={"path": "number-"})
    seen: list[str] = []
    for expected in (100, 100, 5):
        names = re.findall(r"<strong>GET</strong> <code>/restapi/v1.0/(number-\d+)</code>", page.text)
        assert len(names) == expected
        seen += names
        older = re.search(r'rel="next" href="(.*?)"', page.text)
        assert (older is not None) == (expected == 100 and len(seen) < 205)
        if older:
            page = admin.get(html.unescape(older.group(1)))
            assert "data-requests" not in page.text
    assert seen == [f"number-{number}" for number in reversed(range(205))]


def test_live_rows_are_those_since_then(own_admin: Developer) -> None:
    admin = own_admin
    page = admin.get(LIST)
    after = last_of(page)
    before = admin.visits.server.world.journal.last
    with admin.visits.browser() as program:
        for number in range(3):
            program.get(f"/restapi/v1.0/new-{number}")
    live = admin.get(LIVE, params={"after": after})
    assert [re.findall(r"new-\d", row)[0] for row in rows(live)] == ["new-2", "new-1", "new-0"]
    assert "<html" not in live.text
    assert "data-more" not in live.text
    assert rows(admin.get(LIVE, params={"after": last_of(live)})) == []
    # The live page leaves no trace; only the three requests, the page itself and signing in did.
    assert admin.visits.server.world.journal.last == before + 3
    with admin.visits.browser() as program:
        for number in range(101):
            program.get(f"/restapi/v1.0/more-{number}")
    assert "data-more" in admin.get(LIVE, params={"after": last_of(live)}).text


def test_decisions() -> None:
    none = Wanted()
    assert matches(entry(), none)
    assert not matches(entry(path="/console/users"), none)
    assert not matches(entry(path="/new-app"), none)
    assert matches(entry(path="/new-app"), Wanted(console=True))
    assert matches(entry(clientId=None), Wanted(app="none"))
    assert not matches(entry(), Wanted(app="none"))
    assert matches(entry(status=0), Wanted(status="0"))
    assert not matches(entry(status=0), Wanted(status="2xx"))
    assert not matches(entry(status=404), Wanted(status="4"))
    assert is_refused(entry(status=302, errorCode="access_denied"))
    assert is_refused(entry(status=0))
    assert not is_refused(entry())
    assert Wanted(path="a b", console=True).query(before=7) == "path=a+b&console=yes&before=7"
    newest = [(number, entry(status=number)) for number in (503, 404, 200)]
    assert [row.number for row in find(newest, none, None, after=200, before=503).rows] == [404]
    assert find(newest, none, frozenset()).rows == []
    assert find(newest, none, frozenset({"one"}), most=2).more


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(path="nowhere"), Wanted(path="/a*b*c*d*e/**")])
def test_a_full_journal_is_searched_quickly(wanted: Wanted) -> None:
    """Ten thousand entries under the world's lock: everybody else waits for as long."""
    hostile = {"redirectUriSent": "ab" * 250, "redirectUriRegistered": "ba" * 250, "milliseconds": "1"}
    newest = [(KEPT - place, entry(path="/a" + "b" * 400, details=hostile)) for place in range(KEPT)]
    alike = {**hostile, "redirectUriRegistered": "yx" * 60}
    compared = [
        (KEPT - n, entry(details={**alike, "redirectUriSent": f"{n:03}{'xy' * 58}z"})) for n in range(200)
    ]
    began = time.process_time()
    find(newest, wanted, None)
    find(compared, Wanted(), None)
    assert time.process_time() - began < 2
