"""Who may read what: the app's permission, the user's, another extension's data; ids; which check wins."""

from __future__ import annotations

import pytest
from api_caller import Api

ACCOUNT, LIST, INFO = "~", "~/extension", "~/extension/~"
OWN, COMPANY = "~/extension/~/call-log", "~/call-log"
EVERYTHING = [ACCOUNT, LIST, INFO, OWN, COMPANY]


def refusal(api: Api, path: str, query: str = "") -> tuple[int, str, dict]:
    answer = api.get(path, query)
    body = answer.json()
    first = body["errors"][0]
    assert body["message"] == first["message"]
    for key in ("permissionName", "parameterName"):
        assert body.get(key) == first.get(key)
    return answer.status_code, first["errorCode"], body


@pytest.mark.parametrize("path", EVERYTHING)
def test_nobody_gets_in_without_a_token(api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "identity", lambda self: {})
    assert refusal(api, path)[:2] == (401, "AGW-401")


@pytest.mark.parametrize(
    ("path", "scopes", "needs"),
    [
        (ACCOUNT, "ReadCallLog", "ReadAccounts"),
        (LIST, "ReadCallLog", "ReadAccounts"),
        (INFO, "ReadCallLog ReadCallRecording", "ReadAccounts"),
        (OWN, "ReadAccounts", "ReadCallLog"),
        (COMPANY, "ReadAccounts EditExtensions", "ReadCallLog"),
        (OWN, "", "ReadCallLog"),
    ],
)
def test_the_app_needs_the_permission(api: Api, path: str, scopes: str, needs: str) -> None:
    status, code, body = refusal(api.by("101", scopes), path)
    assert (status, code, body["permissionName"]) == (403, "CMN-401", needs)
    assert body["errorCode"] == "InsufficientPermissions"
    assert f"[{needs}]" in body["message"]


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        (ACCOUNT, "EditAccounts"),
        (LIST, "EditAccounts"),
        (OWN, "EditCallLog"),
        (OWN, "ReadCallRecording"),
        (COMPANY, "EditCallLog"),
    ],
)
def test_a_larger_permission_includes_the_smaller(api: Api, path: str, scopes: str) -> None:
    assert api.by("101", scopes).get(path).status_code == 200


def test_the_company_log_is_for_administrators(api: Api) -> None:
    status, code, body = refusal(api.by("105"), COMPANY)
    assert (status, code) == (403, "CMN-408")
    assert body["permissionName"] == "ReadCompanyCallLog"
    assert "[ReadCompanyCallLog]" in body["message"]
    for admin in ("101", "102"):
        assert api.by(admin).get(COMPANY).status_code == 200


@pytest.mark.parametrize("path", [ACCOUNT, LIST, INFO, OWN])
def test_a_plain_user_reads_everything_else(api: Api, path: str) -> None:
    assert api.by("105").get(path).status_code == 200


def test_another_extensions_log_is_for_administrators(api: Api) -> None:
    other = api.by("106").user.id
    status, code, body = refusal(api.by("105"), f"~/extension/{other}/call-log")
    assert (status, code, body["permissionName"]) == (403, "CMN-419", "ReadCallLog")
    assert api.by("102").get(f"~/extension/{other}/call-log").status_code == 200
    me = api.by("105").user.id
    assert api.by("105").records(f"~/extension/{me}/call-log") == api.by("105").records(OWN)


def test_another_extensions_info_is_for_everybody_but_its_features(api: Api) -> None:
    other = api.by("106").user
    seen = api.by("105").get(f"~/extension/{other.id}").json()
    assert seen["name"] == other.name
    assert "serviceFeatures" not in seen
    assert api.by("106").get(INFO).json()["serviceFeatures"]


@pytest.mark.parametrize(
    ("path", "status", "code", "name"),
    [
        ("12345", 404, "CMN-102", "accountId"),
        ("12345/call-log", 404, "CMN-102", "accountId"),
        ("12345/extension/12345", 404, "CMN-102", "accountId"),
        ("me", 400, "CMN-101", "accountId"),
        ("-1/extension", 400, "CMN-101", "accountId"),
        ("9" * 400, 400, "CMN-101", "accountId"),
        ("~/extension/12345", 404, "CMN-102", "extensionId"),
        ("~/extension/12345/call-log", 404, "CMN-102", "extensionId"),
        ("~/extension/me/call-log", 400, "CMN-101", "extensionId"),
        ("~/extension/%7E%7E", 400, "CMN-101", "extensionId"),
        ("12345/extension/me", 400, "CMN-101", "extensionId"),
    ],
)
def test_ids_in_the_path(api: Api, path: str, status: int, code: str, name: str) -> None:
    found = refusal(api, path)
    assert (found[0], found[1], found[2]["parameterName"]) == (status, code, name)


def test_real_ids_do_as_well_as_the_tilde(api: Api) -> None:
    account, me = api.company.account.id, api.user.id
    for path in EVERYTHING:
        real = path.replace("extension/~", f"extension/{me}").replace("~", str(account), 1)
        assert api.get(real).content == api.get(path).content
    assert api.get("%7E/extension/%7E").status_code == 200


def test_which_check_wins(api: Api) -> None:
    """App permission, path, resource, user's right, query: in that order (contract 3.2)."""
    user = api.by("105")
    other = api.by("106").user.id
    no_scope = api.by("105", "ReadAccounts")
    assert refusal(no_scope, "me/call-log")[1] == "CMN-401"
    assert refusal(user, "me/call-log", "view=x")[1] == "CMN-101"
    assert refusal(user, "12345/call-log", "view=x")[1] == "CMN-102"
    assert refusal(user, COMPANY, "view=x")[1] == "CMN-408"
    assert refusal(user, f"~/extension/{other}/call-log", "view=x")[1] == "CMN-419"
    assert refusal(user, OWN, "view=x")[1] == "CMN-101"
    assert refusal(user, "~/extension/12345/call-log", "view=x")[1] == "CMN-102"
