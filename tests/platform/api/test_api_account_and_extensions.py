"""The account, one extension, and the extension list with its filters and pages."""

from __future__ import annotations

import dataclasses

import pytest
from api_caller import BASE, Api

LIST = "~/extension"


def numbers(api: Api, query: str = "") -> list[str]:
    return [record.get("extensionNumber", "") for record in api.records(LIST, query)]


def test_account(api: Api) -> None:
    body = api.get("~").json()
    account = api.company.account
    assert body["id"] == account.id
    assert body["uri"] == f"{BASE}/restapi/v1.0/account/{account.id}"
    assert body["mainNumber"] == account.main_number
    assert body["operator"]["id"] == account.id
    assert body["status"] == "Confirmed"


def test_extension_info(api: Api) -> None:
    body = api.get("~/extension/~").json()
    assert body["id"] == api.company.account.id == api.user.id
    assert body["extensionNumber"] == "101"
    assert body["account"] == {
        "uri": f"{BASE}/restapi/v1.0/account/{body['id']}",
        "id": str(body["id"]),
    }
    assert body["contact"]["email"] == api.user.email
    assert body["permissions"]["admin"]["enabled"] is True
    assert body["regionalSettings"]["timezone"]["name"] == "US/Pacific"
    assert api.by("105").get("~/extension/~").json()["permissions"]["admin"]["enabled"] is False


def test_departments_name_the_queue_of_an_agent(api: Api) -> None:
    queue = next(e for e in api.company.extensions if e.type == "Department")
    (department,) = api.by("107").get("~/extension/~").json()["departments"]
    assert department["id"] == str(queue.id)
    assert api.by("105").get("~/extension/~").json()["departments"] == []


def test_no_password_is_in_any_answer(api: Api) -> None:
    text = api.get(LIST).text + "".join(
        api.get(f"~/extension/{extension.id}").text for extension in api.company.extensions
    )
    for extension in api.company.extensions:
        password = api.company.seeded_password(extension.id)
        assert password is None or password not in text


def test_the_list_has_everybody_the_administrator_first(api: Api) -> None:
    body = api.get(LIST).json()
    assert [record["id"] for record in body["records"]] == [e.id for e in api.company.extensions]
    total = len(api.company.extensions)
    assert body["paging"] == {
        "page": 1,
        "totalPages": 1,
        "perPage": 100,
        "totalElements": total,
        "pageStart": 0,
        "pageEnd": total - 1,
    }
    assert set(body["navigation"]) == {"firstPage", "lastPage"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("extensionNumber=105", ["105"]),
        ("extensionNumber=999", []),
        ("type=Department", ["200"]),
        ("type=Department&type=IvrMenu", ["200", "300"]),
        ("status=Disabled", ["114"]),
        ("status=Frozen", []),
        ("type=User&extensionNumber=200", []),
        ("type=FaxUser&status=Enabled&email=&page=", ["500"]),
    ],
)
def test_filters(api: Api, query: str, found: list[str]) -> None:
    assert numbers(api, query) == found


def test_unassigned_selects_extensions_without_a_number(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = api.by("105").user
    hired = dataclasses.replace(someone, id=someone.id + 777_000, number="", status="NotActivated")
    monkeypatch.setattr(type(api.company), "extensions", [*api.company.extensions, hired])
    before = {e.id for e in api.company.extensions if not e.number or e.status == "Unassigned"}
    found = api.records(LIST, "status=Unassigned")
    assert {record["id"] for record in found} == before
    (record,) = [record for record in found if record["id"] == hired.id]
    assert "extensionNumber" not in record
    disabled = [e.id for e in api.company.extensions if e.status == "Disabled"]
    both = {record["id"] for record in api.records(LIST, "status=Unassigned&status=Disabled")}
    assert both == before | set(disabled)


def test_filter_by_email(api: Api) -> None:
    one, two = api.by("103").user.email, api.by("107").user.email
    assert numbers(api, f"email={one.upper()}&email={two}") == ["103", "107"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("type=Robot", "type"),
        ("status=Asleep", "status"),
        ("page=0", "page"),
        ("perPage=0", "perPage"),
        ("perPage=max", "perPage"),
        ("extensionNumber=123456789", "extensionNumber"),
    ],
)
def test_no_value_for_a_parameter(api: Api, query: str, name: str) -> None:
    answer = api.get(LIST, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorCode"] == "CMN-101"
    assert answer.json()["parameterName"] == name


def test_paging(api: Api) -> None:
    pages = api.walk(LIST, "perPage=5")
    assert [record for page in pages for record in page] == api.records(LIST)
    last = api.get(LIST, "perPage=5&page=4").json()
    assert last["paging"]["totalPages"] == 4
    assert last["uri"] == last["navigation"]["lastPage"]["uri"]
    assert set(last["navigation"]) == {"firstPage", "previousPage", "lastPage"}
    assert api.get(LIST, "perPage=1001").json()["paging"]["perPage"] == 1000
    empty = api.get(LIST, "perPage=5&page=9").json()
    assert empty["records"] == []
    assert empty["paging"] == {"totalPages": 4, "perPage": 5, "totalElements": len(api.company.extensions)}


def test_links_keep_the_filters(api: Api) -> None:
    uri = api.get(LIST, "type=User&status=Enabled&perPage=2").json()["navigation"]["nextPage"]["uri"]
    assert uri.endswith("/extension?status=Enabled&type=User&page=2&perPage=2")
