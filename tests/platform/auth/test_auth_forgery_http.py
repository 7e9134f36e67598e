"""Forged, guessed and premature requests to the authorization pages change nothing."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from headless import Seed, Visits, first_post_form, redirect_query, submit
from ringback.platform.serving.cookie_names import browser_cookie

AUTHORIZE = "/restapi/oauth/authorize"
EARLY = [
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
]


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "password": user["password"]}


def decide(http: httpx2.Client, fields: dict[str, str], path: str = "consent") -> httpx2.Response:
    return http.post(f"{AUTHORIZE}/{path}", data={**fields, "decision": "authorize"})


@pytest.mark.parametrize("where", ["login page", "console"])
def test_who_planted_the_cookie_cannot_consent_for_the_victim(own: Visits, where: str) -> None:
    """Session fixation: the CSRF value that the attacker has seen is worth nothing after the sign-in."""
    with own.browser() as victim:
        page = victim.get(AUTHORIZE, params=own.asked())
        seen = first_post_form(page.text).fields
        if where == "console":
            page = victim.get("/console")
        submit(victim, page, **credentials(own.seed.plain_user))
        for _ in range(2):
            forged = decide(victim, seen)
            assert "code=" not in forged.headers.get("location", "")
        assert decide(victim, seen, "not-you").status_code in {303, 400}
        consent = victim.get(f"{AUTHORIZE}/consent", params={"request": seen["request"]})
        assert consent.status_code == 200
        assert first_post_form(consent.text).fields["csrf"] != seen["csrf"]
        assert "code" in redirect_query(submit(victim, consent, decision="authorize"))


def test_nobody_is_signed_out_with_a_form_from_before_the_sign_in(own: Visits) -> None:
    with own.browser() as victim:
        seen = first_post_form(victim.get(AUTHORIZE, params=own.asked()).text).fields
        submit(victim, victim.get("/console"), **credentials(own.seed.plain_user))
        cookie = victim.cookies[browser_cookie(own.server.base_url)]
        decide(victim, seen, "not-you")
        assert victim.cookies[browser_cookie(own.server.base_url)] == cookie
        assert "Your apps" in victim.get("/console").text


def test_a_form_of_another_user_counts_no_more(own: Visits) -> None:
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked())
        consent = submit(http, page, **credentials(own.seed.plain_user))
        seen = first_post_form(consent.text).fields
        http.post(f"{AUTHORIZE}/not-you", data=seen)
        assert decide(http, seen).status_code == 400


def test_head_changes_nothing(own: Visits) -> None:
    user = own.seed.plain_user
    with own.browser() as http:
        asked = http.get(AUTHORIZE, params=own.asked(state="one"))
        request = first_post_form(asked.text).fields["request"]
        assert http.head(f"{AUTHORIZE}/login", params={"request": request}).status_code == 405
        submit(http, asked, **credentials(user))
        own.log_in(user, http=http, state="two")
        head = http.head(f"{AUTHORIZE}/consent", params={"request": request})
        assert (head.status_code, head.headers["allow"]) == (405, "GET, POST")
        assert "location" not in head.headers
        assert http.head(AUTHORIZE, params=own.asked()).status_code == 405
        done = http.get(f"{AUTHORIZE}/consent", params={"request": request})
        assert redirect_query(done)["state"] == "one"


@pytest.mark.parametrize("early", EARLY)
def test_prefetch_changes_nothing(own: Visits, early: dict[str, str]) -> None:
    user, world = own.seed.plain_user, own.server.world
    with own.browser() as http:
        asked = http.get(AUTHORIZE, params=own.asked(prompt="login consent", state="one"))
        request = first_post_form(asked.text).fields["request"]
        submit(http, asked, **credentials(user))
        own.log_in(user, http=http, state="two")
        under_way = len(world.pending._strangers) + len(world.pending._signed_in)
        for path, query in (
            ("", own.asked()),
            ("/login", {"request": request}),
            ("/consent", {"request": request}),
        ):
            answer = http.get(AUTHORIZE + path, params=query, headers=early)
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert "location" not in answer.headers
            assert "set-cookie" not in answer.headers
        assert len(world.pending._strangers) + len(world.pending._signed_in) == under_way
        assert http.get(AUTHORIZE, params=own.asked()).status_code == 302


def test_programs_may_send_purpose_to_the_api(http: httpx2.Client) -> None:
    assert http.get("/restapi", headers=EARLY[0]).status_code == 200


def test_any_state_survives_a_post_from_another_site(http: httpx2.Client, seed: Seed, visits: Visits) -> None:
    asked = f"response_type=code&client_id={seed.app['clientId']}&state=%ff%20%26&prompt=none"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    answer = http.post(AUTHORIZE, content=asked, headers=headers)
    assert answer.status_code == 303
    assert "state=%FF+%26" in answer.headers["location"]
    assert "state=%FF%20%26" in http.get(answer.headers["location"]).headers["location"]
