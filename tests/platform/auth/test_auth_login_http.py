"""Logging in over HTTP: the login page, consent, and who may press which button."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from headless import (
    Seed,
    Visits,
    first_post_form,
    follow_pages,
    redirect_query,
    submit,
)
from ringback.platform.serving.cookie_names import browser_cookie

AUTHORIZE = "/restapi/oauth/authorize"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "extension": "", "password": user["password"]}


def test_a_first_login(own: Visits) -> None:
    user = own.seed.plain_user
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked(state="st&te +ü"))
        assert page.status_code == 200
        assert "Ringback Demo" in page.text
        assert {"username", "extension", "password"} <= first_post_form(page.text).fields.keys()
        consent = submit(http, page, **credentials(user))
        assert consent.status_code == 200
        assert "View your call log" in consent.text
        assert user["password"] not in consent.text
        done = submit(http, consent, decision="authorize")
        assert done.status_code == 302
        sent = redirect_query(done)
        assert sent["state"] == "st&te +ü"
        assert sent["expires_in"] == "60"
        assert sent["code"]
        assert done.headers["location"].startswith(own.seed.app["redirectUris"][0] + "?")


def test_a_second_login_skips_consent_unless_it_is_asked_for(own: Visits) -> None:
    user = own.seed.plain_user
    own.log_in(user)
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        assert submit(http, page, **credentials(user)).status_code == 302
        assert http.get(AUTHORIZE, params=own.asked()).status_code == 302
        silent = http.get(AUTHORIZE, params=own.asked(prompt="none"))
        assert "code" in redirect_query(silent)
        asked_again = http.get(AUTHORIZE, params=own.asked(prompt="consent"))
        assert "would like to" in asked_again.text
        fewer = http.get(AUTHORIZE, params=own.asked(scope="ReadAccounts"))
        assert "would like to" in fewer.text
        assert "View your call log" not in fewer.text
        other = http.get(AUTHORIZE, params=own.asked(own.seed.small_app))
        assert "Ringback Accounts Only" in other.text
        password = http.get(AUTHORIZE, params=own.asked(prompt="login"))
        assert 'name="password"' in password.text


def test_prompt_none_without_a_login(http: httpx2.Client, visits: Visits) -> None:
    answer = http.get(AUTHORIZE, params=visits.asked(prompt="none"))
    assert answer.status_code == 302
    assert redirect_query(answer)["error"] == "login_required"
    assert redirect_query(answer)["state"] == "a state"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "not the password"},
        {"username": "nobody@nowhere.example"},
        {"extension": "99999"},
        {"username": "+15550000000"},
        {"password": ""},
        {"username": ""},
    ],
)
def test_wrong_credentials_have_one_message(own: Visits, wrong: dict[str, str]) -> None:
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        tried = {**credentials(own.seed.plain_user), **wrong}
        answer = submit(http, page, **tried)
        assert answer.status_code == 401
        assert "The name, the extension or the password is not right." in answer.text
        assert tried["password"] == "" or f'value="{tried["password"]}"' not in answer.text
        if tried["username"]:
            assert f'value="{tried["username"]}"' in answer.text
        assert submit(http, answer, **credentials(own.seed.plain_user)).status_code == 200


def test_phone_numbers_and_extensions_log_in(own: Visits) -> None:
    company = own.server.world.company
    user = own.seed.plain_user
    main, extension = company.account.main_number, company.extension(int(user["extensionId"]))
    assert extension is not None
    ways = [(main, user["extensionNumber"]), (main.lstrip("+"), user["extensionNumber"])]
    if extension.direct_number:
        ways.append((extension.direct_number, ""))
    for username, number in ways:
        with own.browser() as http:
            page = http.get(AUTHORIZE, params=own.asked(prompt="login consent"))
            typed = {"username": username, "extension": number, "password": user["password"]}
            assert "would like to" in submit(http, page, **typed).text


def test_too_many_attempts_are_throttled_on_the_platforms_clock(own: Visits) -> None:
    user = own.seed.plain_user
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        wrong = {**credentials(user), "password": "guess"}
        assert [submit(http, page, **wrong).status_code for _ in range(6)] == [401] * 5 + [429]
        blocked = submit(http, page, **credentials(user))
        assert blocked.status_code == 429
        assert "Too many attempts" in blocked.text
        own.advance(int(blocked.headers["retry-after"]) + 1)
        assert submit(http, page, **credentials(user)).status_code == 200


def test_an_oversized_password_is_refused_clearly(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    page = http.get(AUTHORIZE, params=visits.asked())
    answer = submit(http, page, **{**credentials(seed.plain_user), "password": "p" * 1025})
    assert answer.status_code == 400
    assert "at most 1024 bytes" in answer.text


def to_consent(visits: Visits, http: httpx2.Client, user: dict[str, Any]) -> httpx2.Response:
    page = http.get(AUTHORIZE, params=visits.asked(prompt="login consent"))
    return submit(http, page, **credentials(user))


def test_cancel(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    answer = submit(http, to_consent(visits, http, seed.plain_user), decision="cancel")
    assert answer.status_code == 302
    assert redirect_query(answer) == {
        "error": "access_denied",
        "error_description": "The user denied access to your application",
        "state": "a state",
    }


def test_a_consent_counts_once_and_needs_a_decision(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    consent = to_consent(visits, http, seed.plain_user)
    assert submit(http, consent).status_code == 400
    assert submit(http, consent, decision="authorize").status_code == 302
    again = submit(http, consent, decision="authorize")
    assert again.status_code == 400
    assert "location" not in again.headers


def test_forms_work_in_their_own_browser_only(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    consent = to_consent(visits, http, seed.plain_user)
    with visits.browser() as stranger:
        assert submit(stranger, consent, decision="authorize").status_code == 400
        to_consent(visits, stranger, seed.admin)
        assert submit(stranger, consent, decision="authorize").status_code == 400
    assert submit(http, consent, csrf="wrong", decision="authorize").status_code == 400
    assert submit(http, consent, decision="authorize").status_code == 302


def test_a_consent_page_counts_for_the_user_it_names(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    for_plain_user = to_consent(visits, http, seed.plain_user)
    to_consent(visits, http, seed.admin)
    answer = submit(http, for_plain_user, decision="authorize")
    assert answer.status_code == 200
    assert 'name="password"' in answer.text or "would like to" in answer.text


def test_not_you(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    consent = to_consent(visits, http, seed.plain_user)
    signed_in = http.cookies[browser_cookie(visits.server.base_url)]
    fields = first_post_form(consent.text).fields
    login = follow_pages(http, http.post(f"{AUTHORIZE}/not-you", data=fields))
    assert 'name="password"' in login.text
    assert http.cookies[browser_cookie(visits.server.base_url)] != signed_in
    with visits.browser() as old:
        old.cookies.set(browser_cookie(visits.server.base_url), signed_in)
        assert 'name="password"' in old.get(AUTHORIZE, params=visits.asked()).text
    other = submit(http, login, **credentials(seed.admin))
    assert other.status_code in {200, 302}


def test_the_session_id_changes_at_login(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    page = http.get(AUTHORIZE, params=visits.asked())
    before = http.cookies[browser_cookie(visits.server.base_url)]
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    submit(http, page, **credentials(seed.plain_user))
    assert http.cookies[browser_cookie(visits.server.base_url)] != before


def test_two_tabs_may_log_in_at_once(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    one = http.get(AUTHORIZE, params=visits.asked(state="one", prompt="login consent"))
    two = http.get(AUTHORIZE, params=visits.asked(state="two", prompt="login consent"))
    one = submit(http, one, **credentials(seed.plain_user))
    two = submit(http, two, **credentials(seed.plain_user))
    assert redirect_query(submit(http, two, decision="authorize"))["state"] == "two"
    assert redirect_query(submit(http, one, decision="authorize"))["state"] == "one"


def test_a_login_page_ends_after_half_an_hour(own: Visits) -> None:
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        own.advance(1801)
        assert submit(http, page, **credentials(own.seed.plain_user)).status_code == 400
