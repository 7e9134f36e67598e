"""The switches for what RingCentral's sources disagree on (contract 16), as far as the API has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_caller import Api

from ringback.platform.company import Company

MakeApi = Callable[..., Api]
BOTH = pytest.mark.parametrize("path", ["~/extension/~/call-log", "~/call-log"])
WIDE = "dateFrom=2026-09-01&perPage=max"


@BOTH
def test_records_a_page_in_the_detailed_view(make_api: MakeApi, company: Company, path: str) -> None:
    old = make_api(company, quirks={"per-page-detailed": "250"})
    body = old.get(path, f"{WIDE}&view=Detailed").json()
    assert body["paging"]["perPage"] == 250 == len(body["records"])
    assert old.get(path, WIDE).json()["paging"]["perPage"] == 1000
    assert make_api(company).get(path, f"{WIDE}&view=Detailed").json()["paging"]["perPage"] == 1000


@BOTH
def test_transport_in_the_simple_view(make_api: MakeApi, company: Company, path: str) -> None:
    present, absent = make_api(company, quirks={"simple-transport": "present"}), make_api(company)
    shown, hidden = present.records(path, WIDE), absent.records(path, WIDE)
    assert all("transport" in record and "billing" in record for record in shown)
    assert not any("transport" in record or "billing" in record for record in hidden)
    assert not any("legs" in record for record in shown)


@pytest.mark.parametrize("name", ["ReadCompanyCallLog", "FullCompanyCallLog"])
def test_the_name_of_the_company_permission(make_api: MakeApi, company: Company, name: str) -> None:
    user = make_api(company, quirks={"company-permission-name": name}).by("105")
    for path in (
        "~/call-log",
        "~/call-log-sync",
        "~/call-log-extract-sync",
        "~/active-calls",
        "~/call-log/x",
    ):
        assert user.refusal(path)[2]["permissionName"] == name
