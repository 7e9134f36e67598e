"""Users and extensions, passwords, JWT credentials and calls at the console, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from console_visits import ME, Developer, text_of

from headless import Visits, refresh, submit, token_request
from ringback.platform.console.user_pages import matching

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NEW = "a better password"


def names(page: httpx2.Response) -> list[str]:
    return re.findall(r'href="/console/users/\d+">(.*?)</a>', page.text)


def test_the_list_is_for_administrators(admin: Developer, colleague: Developer) -> None:
    company = admin.visits.server.world.company
    assert len(names(admin.get("/console/users"))) == len(company.extensions)
    assert colleague.get("/console/users").status_code == 403
    assert colleague.get("/console/users/new").status_code == 403
    assert colleague.get(f"/console/users/{admin.user['extensionId']}").status_code == 403
    own = colleague.get("/console/me", follow_redirects=True)
    assert own.status_code == 200
    assert "Current password" in own.text
    assert "/console/users?" not in own.text


def test_searching_finds_all_words_in_any_column(admin: Developer) -> None:
    company = admin.visits.server.world.company
    one = next(
        person for person in company.extensions if person.department == "Support" and person.admin is False
    )
    found = names(admin.get("/console/users", params={"q": f"{one.first_name.upper()} support"}))
    assert one.name in found
    assert len(found) < 5
    assert names(admin.get("/console/users", params={"q": one.number}))[:1] == [one.name]
    nobody = admin.get("/console/users", params={"q": "<b>nobody"})
    assert names(nobody) == []
    assert "&lt;b&gt;nobody" in nobody.text
    assert matching(company.extensions, "  ") == company.extensions


def test_two_thousand_extensions_come_in_pages(own: Visits) -> None:
    company = own.server.world.company
    model = company.extensions[2]
    many = [
        replace(model, id=10_000_000 + n, number=str(10_000 + n), name=f"Person {n}") for n in range(2_000)
    ]
    admin = Developer(own, own.seed.admin)
    everybody = [*company.extensions, *many]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(company), "extensions", property(lambda _: everybody))
        first = admin.get("/console/users")
        assert len(names(first)) == 50
        assert f"of {len(everybody)}" in first.text
        last = admin.get("/console/users", params={"page": "9999"})
        assert names(last)[-1] == "Person 1999"
        assert 'rel="next"' not in last.text
        assert 'rel="prev"' in last.text
        second = admin.get("/console/users", params={"q": "person", "page": "2"})
        assert names(second)[0] == "Person 50"
        for odd in ("0", "-1", "x", "9" * 30, "²"):
            assert admin.get("/console/users", params={"page": odd}).status_code == 200


@pytest.mark.parametrize("user_id", ["0", "x", "9" * 40, "²"])
def test_there_is_no_such_user(admin: Developer, user_id: str) -> None:
    assert admin.get(f"/console/users/{user_id}").status_code == 404


def test_a_new_user_logs_in_and_is_changed(own_admin: Developer) -> None:
    admin = own_admin
    person = {"firstName": "Noor", "lastName": "<i>Vries", "email": "noor@new.example", "newPassword": NEW}
    page = admin.send("/console/users/new", **person)
    assert "&lt;i&gt;Vries" in page.text
    path = page.url.path
    again = admin.post("/console/users/new", **person)
    assert (again.status_code, "already" in text_of(again, "email-error")) == (400, True)
    assert NEW not in again.text
    user = {"username": "noor@new.example", "password": NEW, "extensionId": path.rpartition("/")[2]}
    noor = Developer(admin.visits, user)
    assert noor.get("/console/users").status_code == 403
    admin.post(f"{path}/admin", admin="yes")
    assert noor.get("/console/users").status_code == 200
    admin.post(f"{path}/admin", admin="no")
    assert noor.get("/console/users").status_code == 403
    tokens = admin.visits.tokens(user)
    assert admin.call(tokens["access_token"], ME) == [200]
    admin.post(f"{path}/status", status="Disabled")
    assert admin.call(tokens["access_token"], ME) == [401]
    assert "Sign in to" in noor.get("/console").text
    with admin.visits.browser() as http:
        refused = submit(http, http.get("/console"), username=user["username"], password=NEW)
        assert refused.status_code == 401
    admin.post(f"{path}/status", status="Enabled")
    assert Developer(admin.visits, user).get("/console").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"), [("firstName", ""), ("email", "nobody"), ("newPassword", "short")]
)
def test_a_new_user_is_checked(admin: Developer, name: str, value: str) -> None:
    person = {"firstName": "A", "lastName": "B", "email": "x@new.example", "newPassword": NEW, name: value}
    answer = admin.post("/console/users/new", **person)
    assert answer.status_code == 400
    assert text_of(answer, f"{name}-error")


def test_nobody_locks_themselves_out(admin: Developer) -> None:
    path = f"/console/users/{admin.user['extensionId']}"
    assert admin.post(f"{path}/status", status="Disabled").status_code == 409
    assert admin.post(f"{path}/admin", admin="no").status_code == 409
    assert admin.get("/console/users").status_code == 200


def test_a_line_is_no_person(admin: Developer) -> None:
    queue = next(one for one in admin.visits.server.world.company.extensions if one.type == "Department")
    path = f"/console/users/{queue.id}"
    assert "Reset password" not in admin.get(path).text
    assert admin.post(f"{path}/admin", admin="yes").status_code == 409
    fields = {"newPassword": NEW, "repeated": NEW}
    assert admin.post(f"{path}/password", **fields).status_code == 409


def test_changing_ones_password_ends_all_sessions(own: Visits) -> None:
    user = own.seed.plain_user
    here, elsewhere = Developer(own, user), Developer(own, user)
    tokens = own.tokens(user)
    assert here.call(tokens["access_token"], ME) == [200]
    path = f"/console/users/{user['extensionId']}/password"
    cookie = dict(here.http.cookies)
    fields = {"password": user["password"], "newPassword": NEW, "repeated": NEW}
    for wrong, field in (
        ({"password": "not it"}, "password"),
        ({"repeated": "another"}, "repeated"),
        ({"newPassword": "short", "repeated": "short"}, "newPassword"),
    ):
        answer = here.post(path, **{**fields, **wrong})
        assert answer.status_code == 400
        assert text_of(answer, f"{field}-error")
    assert here.call(tokens["access_token"], ME) == [200]
    answer = here.post(path, **fields)
    assert (answer.status_code, "have ended" in answer.text) == (200, True)
    assert here.call(tokens["access_token"], ME) == [401]
    with own.browser() as http:
        assert refresh(http, own.seed.app, tokens["refresh_token"]).status_code == 400
    assert "Your apps" in here.get("/console").text
    assert dict(here.http.cookies) != cookie
    assert "Sign in to" in elsewhere.get("/console").text
    assert own.tokens({**user, "password": NEW})["access_token"]
    assert NEW not in str(own.journal())


def test_guessing_ones_current_password_is_throttled(own: Visits) -> None:
    user = own.seed.plain_user
    here = Developer(own, user)
    path = f"/console/users/{user['extensionId']}/password"
    for _ in range(5):
        here.post(path, password="wrong", newPassword=NEW, repeated=NEW)
    right = here.post(path, password=user["password"], newPassword=NEW, repeated=NEW)
    assert (right.status_code, "Too many" in text_of(right, "password-error")) == (400, True)


def test_an_administrator_resets_a_password(own_admin: Developer) -> None:
    admin, user = own_admin, own_admin.visits.seed.plain_user
    theirs = Developer(admin.visits, user)
    tokens = admin.visits.tokens(user)
    path = f"/console/users/{user['extensionId']}/password"
    assert admin.post(path, newPassword=NEW, repeated=NEW).status_code == 200
    assert admin.call(tokens["access_token"], ME) == [401]
    assert "Sign in to" in theirs.get("/console").text
    assert "Your apps" in admin.get("/console").text
    assert Developer(admin.visits, {**user, "password": NEW}).get("/console").status_code == 200


def exchange_jwt(visits: Visits, app: dict[str, Any], jwt: str) -> httpx2.Response:
    with visits.browser() as http:
        return token_request(http, app, grant_type=JWT_BEARER, assertion=jwt)


def test_a_jwt_is_shown_once_and_logs_its_owner_in(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(auth="jwt", type="", redirectUris="")
    other = admin.create(auth="jwt", type="", redirectUris="", name="Another")
    form = admin.get(f"/console/my-credentials/create?client_id={app['clientId']}")
    assert f'name="app.{app["clientId"]}"' in form.text
    assert re.search(rf'id="app-{app["clientId"]}" value="yes" checked', form.text)
    fields = {"label": "Nightly <b>", "apps": "some", f"app.{app['clientId']}": "yes"}
    page = admin.send("/console/my-credentials/create", **fields)
    jwt = text_of(page, "jwt")
    assert jwt.count(".") == 2
    assert "Nightly &lt;b&gt;" in page.text
    seen_again = jwt in admin.get("/console/my-credentials").text
    assert not seen_again
    answer = exchange_jwt(admin.visits, app, jwt)
    assert answer.status_code == 200
    assert answer.json()["owner_id"] == str(admin.user["extensionId"])
    assert exchange_jwt(admin.visits, other, jwt).status_code == 400
    [credential] = admin.visits.server.world.jwt_credentials.of(int(admin.user["extensionId"]))
    colleague = Developer(admin.visits, admin.visits.seed.plain_user)
    assert colleague.post("/console/my-credentials/delete", id=credential.id).status_code == 404
    assert "Nightly" not in colleague.get("/console/my-credentials").text
    assert exchange_jwt(admin.visits, app, jwt).status_code == 200
    assert admin.post("/console/my-credentials/delete", id=credential.id).status_code == 303
    assert exchange_jwt(admin.visits, app, jwt).status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 65}, "label"),
        ({"label": "a\u202eb"}, "label"),
        ({"apps": "none"}, "apps"),
        ({"apps": "some"}, "apps"),
        ({"apps": "some", "clientIds": "no-such-app"}, "apps"),
        ({"expires": "2026-11-23T14:59"}, "expires"),
        ({"expires": "tomorrow"}, "expires"),
        ({"expires": "2026-02-30T10:00"}, "expires"),
    ],
)
def test_a_credentials_form_is_checked(admin: Developer, changes: dict[str, str], field: str) -> None:
    fields = {"label": "Fine", "apps": "all", **changes}
    answer = admin.post("/console/my-credentials/create", **fields)
    assert answer.status_code == 400
    assert text_of(answer, f"{field}-error")


def test_a_credential_expires_on_the_clock(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(auth="jwt", type="", redirectUris="")
    fields = {"label": "Short", "apps": "all", "expires": "2026-11-23T16:00"}
    jwt = text_of(admin.send("/console/my-credentials/create", **fields), "jwt")
    assert exchange_jwt(admin.visits, app, jwt).status_code == 200
    admin.visits.advance(3700)
    assert exchange_jwt(admin.visits, app, jwt).status_code == 400
    assert "expired" in admin.get("/console/my-credentials").text


def test_calls_with_their_legs(admin: Developer, colleague: Developer) -> None:
    page = admin.get("/console/calls")
    assert "The company" in page.text
    assert page.text.count('scope="row"') == 25
    assert 'class="legs"' in page.text
    older = admin.get("/console/calls", params={"page": "2"})
    first = re.findall(r'datetime="(.*?)"', page.text)
    second = re.findall(r'datetime="(.*?)"', older.text)
    assert first == sorted(first, reverse=True)
    assert min(first) >= max(second)
    own = colleague.get("/console/calls")
    assert "Your calls" in own.text
    for odd in ("0", "-5", "x", "9" * 30):
        assert admin.get("/console/calls", params={"page": odd}).status_code == 200


def test_a_scenario_is_played_on_the_clock(own_admin: Developer) -> None:
    admin = own_admin
    known = admin.get("/console/calls").text
    assert 'value="queue-call"' in known
    page = admin.send("/console/calls", scenario="queue-call")
    assert "is being played" in page.text
    admin.visits.advance(600)
    seen = re.findall(r'datetime="(.*?)"', admin.get("/console/calls").text)
    assert [at for at in seen if at.startswith("2026-11-23T15:00:0")]
    assert admin.post("/console/calls", scenario="../../etc/passwd").status_code == 404
    colleague = Developer(admin.visits, admin.visits.seed.plain_user)
    assert "queue-call" not in colleague.get("/console/calls").text
    assert colleague.post("/console/calls", scenario="queue-call").status_code == 403
