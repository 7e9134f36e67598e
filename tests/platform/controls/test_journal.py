"""The journal: nine keys for everybody, details for those who ask, no secret anywhere."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headless import REDIRECT_URI, Visits, exchange, me
from ringback.platform.compared import mismatch, pieces
from ringback.platform.redacted import family, shown_path, shown_query, shown_uri

NINE = {"time", "method", "path", "status", "errorCode", "clientId", "extensionId", "grantType", "why"}


def entries(visits: Visits, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(f"{visits.server.base_url}/_local/journal{query}").json()[
        "entries"
    ]
    return found


def test_a_plain_get_has_nine_keys_and_details_have_more(own: Visits) -> None:
    with own.browser() as http:
        http.get("/restapi/v1.0/account/~?view=Simple&secret_thing=abc")
    assert set(entries(own)[0]) == NINE
    (entry,) = entries(own, "?details=1")
    assert set(entry) == NINE | {"number", "operation", "permission", "group", "details"}
    assert entry["details"]["query"] == "view=Simple&secret_thing=***"
    assert float(entry["details"]["milliseconds"]) >= 0


def test_one_goes_on_after_a_number(own: Visits) -> None:
    url = f"{own.server.base_url}/_local/journal"
    with own.browser() as http:
        for _ in range(3):
            http.get("/restapi")
        told = http.get(f"{url}?after=0").json()
        numbers = [entry["number"] for entry in told["entries"]]
        assert told["last"] == numbers[-1]
        assert set(told["entries"][0]) == NINE | {"number"}
        assert [entry["number"] for entry in entries(own, f"?after={numbers[1]}")] == [numbers[2]]
        http.delete(url)
        http.get("/restapi")
        (new,) = entries(own, f"?after={numbers[2]}")
        assert new["number"] == numbers[2] + 1
        for wrong in ("-1", "x", "1.5", "9" * 16, "٣"):
            assert http.get(url, params={"after": wrong}).status_code == 400


def test_tokens_of_one_login_are_one_family(own: Visits) -> None:
    first, second = own.tokens(), own.tokens()
    with own.browser() as http:
        me(http, first["access_token"])
        me(http, second["access_token"])
        me(http, second["access_token"])
    families = [entry["details"].get("family") for entry in entries(own, "?details=1")]
    told = [one for one in families if one]
    assert told == [told[0], told[1], told[0], told[1], told[1]]
    assert told[0] != told[1]
    assert told[0] == family(first["session_id"])


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ("http://localhost:5000/oauth2callback/", 37),
        ("http://localhost:5000/Oauth2callback", 23),
        ("http://127.0.0.1:5000/oauth2callback", 8),
    ],
)
def test_a_redirect_uri_is_compared_character_by_character(own: Visits, sent: str, place: int) -> None:
    with own.browser() as http:
        http.get("/restapi/oauth/authorize", params=own.asked(redirect_uri=sent))
        code = own.log_in()
        exchange(http, own.seed.app, code, redirect_uri=sent)
    found = [entry for entry in entries(own, "?details=1") if entry["errorCode"] == "OAU-109"]
    assert len(found) == 2
    for entry in found:
        assert entry["details"]["redirectUriSent"] == sent
        assert entry["details"]["redirectUriRegistered"] == REDIRECT_URI
        assert entry["details"]["redirectUriDiffersAt"] == str(place)


def test_no_secret_gets_into_it(own: Visits) -> None:
    tokens = own.tokens()
    code = own.log_in()
    with own.browser() as http:
        http.get(
            "/restapi/oauth/authorize",
            params=own.asked(redirect_uri=f"http://localhost:5000/oauth2callback?code={code}"),
        )
        http.get("/restapi/v1.0/account/~", params={"access_token": tokens["access_token"]})
        http.get("/restapi/v1.0/account/~", params={tokens["access_token"]: "x"})
        http.get(f"/restapi/v1.0/{tokens['refresh_token']}", params={"view": tokens["refresh_token"]})
    told = httpx2.get(f"{own.server.base_url}/_local/journal?details=1").text
    for secret in (tokens["access_token"], tokens["refresh_token"], code, own.seed.app["clientSecret"]):
        assert secret not in told


@given(st.binary(max_size=300))
def test_any_query_can_be_shown(raw: bytes) -> None:
    assert len(shown_query(raw)) < 10_000


@given(st.text("ab/:?", max_size=40), st.lists(st.text("ab/:?", max_size=40), min_size=1, max_size=3))
def test_pieces_put_together_are_the_texts(sent: str, registered: list[str]) -> None:
    told = mismatch(sent, registered)
    assert told["redirectUriRegistered"] in registered
    ours, theirs = pieces(sent, registered[0])
    assert "".join(piece.text for piece in ours) == sent
    assert "".join(piece.text for piece in theirs) == registered[0]
    assert [piece.text for piece in ours if piece.same] == [piece.text for piece in theirs if piece.same]


def test_masks() -> None:
    secret = "A" * 43
    assert shown_path(f"/x/{secret}/y") == "/x/***/y"
    assert secret not in shown_uri(f"http://localhost/cb?a=1&code={secret}#access_token={secret}")
    assert shown_uri("http://localhost/cb?tab=1") == "http://localhost/cb?tab=1"
