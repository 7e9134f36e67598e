"""Methods and paths: tunnelling, 405, unknown and not emulated paths, headers, where the limit comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_caller import NOW, Api
from starlette.requests import Request

from ringback.platform.api import OPERATIONS, operation
from ringback.platform.company import build_company
from ringback.platform.errors import ApiError

OWN, COMPANY, V1 = "~/extension/~/call-log", "~/call-log", "/restapi/v1.0"
OVERRIDE = "X-HTTP-Method-Override"


@pytest.fixture
def editor(make_api: Callable[..., Api]) -> Api:
    return make_api(build_company(1, NOW)).by("101", "EditCallLog")


def test_get_and_delete_through_post(editor: Api) -> None:
    got = editor.request("POST", OWN, "perPage=3&_method=GET")
    assert got.json()["records"] == editor.records(OWN, "perPage=3")
    first, second, _ = got.json()["records"]
    assert editor.request("POST", f"{OWN}/{first['id']}", "_method=DELETE").status_code == 204
    sent = {OVERRIDE: "delete"}
    assert editor.request("POST", f"{OWN}/{second['id']}", headers=sent).status_code == 204
    assert editor.records(OWN, "perPage=1")[0]["id"] not in (first["id"], second["id"])
    both = editor.request("POST", OWN, "_method=DELETE", {OVERRIDE: "DELETE"})
    assert both.status_code == 204


def test_two_different_methods_are_refused(editor: Api) -> None:
    before = editor.records(OWN, "perPage=5")
    for query, sent in (("_method=GET", "DELETE"), ("_method=GET&_method=DELETE", "")):
        answer = editor.request("POST", OWN, query, {OVERRIDE: sent})
        assert answer.status_code == 400
        assert answer.json()["parameterName"] == "_method"
    assert editor.records(OWN, "perPage=5") == before


def test_only_a_post_stands_for_another_method(editor: Api) -> None:
    before = editor.records(OWN, "perPage=5")
    assert editor.request("GET", OWN, "perPage=5&_method=DELETE").json()["records"] == before
    assert editor.request("GET", OWN, "perPage=5", {OVERRIDE: "DELETE"}).json()["records"] == before
    assert editor.request("POST", OWN).status_code == 405
    assert editor.request("POST", OWN, "_method=BREW").status_code == 405


@pytest.mark.parametrize("declared", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_path_refuses_other_methods_and_says_which_there_are(api: Api, declared: Any) -> None:
    path = (
        declared.path.replace("{accountId}", "~")
        .replace("{extensionId}", "~")
        .replace("{", "")
        .replace("}", "")
    )
    there_are = {other.method for other in OPERATIONS if other.path == declared.path}
    for method in ("PUT", "OPTIONS", "PATCH"):
        answer = api.request(method, path)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == there_are | {"HEAD"}
        assert answer.json()["errorCode"]


@pytest.mark.parametrize(
    "path",
    [
        f"{V1}/nothing/here",
        f"{V1}/",
        f"{V1}/account",
        f"{V1}/account/~/",
        f"{V1}/account//extension",
        f"{V1}/account/~/call-log/1/2",
        f"{V1}/account/~/extension/~/nothing",
        f"{V1}/account/~/CALL-LOG",
        f"{V1}/account/~/recording",
    ],
)
def test_unknown_paths(api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert api.refusal(path)[:2] == (404, "CMN-120")
    assert api.refusal(path, method="POST")[:2] == (404, "CMN-120")
    monkeypatch.setattr(Api, "identity", lambda self: {})
    assert api.refusal(path)[:2] == (401, "AGW-401")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{V1}/account/~/extension/~/sms", "sms"),
        (f"{V1}/account/~/extension/~/message-store/123", "message-store"),
        (f"{V1}/account/~/extension/~/presence", "presence"),
        (f"{V1}/account/~/extension/~/ring-out", "ring-out"),
        (f"{V1}/account/~/extension/12/answering-rule", "answering-rule"),
        (f"{V1}/account/~/device", "device"),
        (f"{V1}/account/~/telephony/sessions", "telephony"),
        (f"{V1}/subscription", "subscription"),
        (f"{V1}/glip/chats", "glip"),
        (f"{V1}/dictionary/country", "dictionary"),
        ("/team-messaging/v1/chats", "team-messaging/v1"),
        ("/webinar/configuration/v1/webinars", "webinar/configuration"),
        ("/ai/speech-to-text/v1/async", "ai/speech-to-text"),
        ("/scim/v2/Users", "scim/v2"),
        ("/analytics/calls/v1/accounts/~/aggregation/fetch", "analytics/calls"),
        ("/restapi/v2/accounts/~/send-activation-email", "restapi/v2"),
    ],
)
def test_what_is_not_emulated_says_so(
    api: Api, path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("GET", "POST", "DELETE"):
        status, code, body = api.refusal(path, method=method)
        assert (status, code) == (501, "CMN-202")
        assert f"[{name}]" in body["message"]
        assert "call-log-sync" in body["message"]
    monkeypatch.setattr(Api, "identity", lambda self: {})
    assert api.refusal(path)[:2] == (401, "AGW-401")


def test_what_is_emulated_is_all_named() -> None:
    from ringback.platform.api.not_emulated import EMULATED

    last_words = {declared.path.rsplit("/{", 1)[0].rsplit("/", 1)[-1] for declared in OPERATIONS}
    assert {word for word in last_words - {"restapi", "v1.0", "content"} if word not in EMULATED} == set()


@pytest.mark.parametrize("path", ["/restapi", V1])
def test_versions_take_no_token(api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "identity", lambda self: {"Authorization": "Bearer undefined"})
    assert api.get(path).json()["uri"].endswith(path)


def test_headers_as_seen_live(api: Api) -> None:
    for answer in (api.get(OWN), api.get(OWN, "view=x"), api.get(f"{V1}/nothing"), api.get("/restapi")):
        assert answer.headers["routingkey"]
        assert answer.headers["content-language"] == "en-US"
    assert api.get(OWN, headers={"Accept-Language": "de-DE,*;q=0.5"}).headers["content-language"] == "en-US"
    assert (
        api.get(OWN, headers={"Accept": "text/html"}).headers["content-type"].startswith("application/json")
    )


class Limits:
    """A budget of a few calls, in place of the limiter."""

    def __init__(self) -> None:
        self.left = 3
        self.spent: list[tuple[str, int, str]] = []

    def spend(self, client_id: str, extension_id: int, group: str, now: object) -> dict[str, str]:
        self.spent.append((client_id, extension_id, group))
        self.left -= 1
        if self.left < 0:
            headers = {"Retry-After": "60", "X-Rate-Limit-Group": group}
            raise ApiError(429, "CMN-301", "Request rate exceeded", headers=headers)
        return {"X-Rate-Limit-Group": group, "X-Rate-Limit-Remaining": str(self.left)}


@pytest.fixture
def limited(api: Api) -> tuple[Api, Limits]:
    api.app.world.limits = limits = Limits()
    return api, limits


def test_the_limits_headers_are_on_answers_and_on_refusals(limited: tuple[Api, Limits]) -> None:
    api, limits = limited
    assert api.get(OWN).headers["x-rate-limit-remaining"] == "2"
    refused = api.get(OWN, "view=x")
    assert (refused.status_code, refused.headers["x-rate-limit-remaining"]) == (400, "1")
    denied = api.by("101", "ReadAccounts").get(OWN)
    assert (denied.status_code, denied.headers["x-rate-limit-group"]) == (403, "heavy")
    over = api.get(OWN)
    assert (over.status_code, over.headers["retry-after"]) == (429, "60")
    assert over.json()["errorCode"] == "CMN-301"
    assert limits.spent == [("an app", api.user.id, "heavy")] * 4


def test_nothing_is_spent_before_the_token_or_without_an_operation(
    limited: tuple[Api, Limits], monkeypatch: pytest.MonkeyPatch
) -> None:
    api, limits = limited
    api.get("/restapi")
    api.get(f"{V1}/nothing")
    api.get(f"{V1}/account/~/extension/~/sms")
    api.request("PUT", OWN)
    monkeypatch.setattr(Api, "identity", lambda self: {})
    assert api.get(OWN).status_code == 401
    assert limits.spent == []


def test_each_operation_spends_its_group(limited: tuple[Api, Limits]) -> None:
    api, limits = limited
    for path, group in (("~", "light"), ("~/extension", "medium"), ("~/extension/~", "light")):
        limits.left = 3
        assert api.get(path).headers["x-rate-limit-group"] == group


def test_the_journals_note_knows_the_operation(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = []

    def noting(request: Request) -> Any:
        notes.append(request.state.note)
        return request.state.note

    monkeypatch.setattr(operation, "note_of", noting)
    api.get(OWN)
    assert notes[0].operation == "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log"
    assert (notes[0].permission, notes[0].group) == ("ReadCallLog", "heavy")
