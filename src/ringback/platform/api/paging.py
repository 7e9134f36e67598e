"""Pages of a list: the `uri`, `paging` and `navigation` of an answer (contract 11.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .answers import encoded
from .parameters import Number

Filters = list[tuple[str, str]]

_LAST_NUMBERED = (
    1000  # RingCentral's paging model numbers no page beyond; such a page goes without its number
)

PAGE = Number(name="page", description="The page wanted, from 1", default=1, minimum=1)
PER_PAGE = Number(
    name="perPage",
    description="Records a page; more than 1000 is cut to 1000",
    default=100,
    minimum=1,
    maximum=1000,
    cut=True,
)
PER_PAGE_OR_MAX = Number(
    name="perPage",
    description="Records a page; more than 1000 is cut to 1000, and `max` means 1000",
    default=100,
    minimum=1,
    maximum=1000,
    cut=True,
    word="max",
)


def with_query(address: str, filters: Iterable[tuple[str, str]]) -> str:
    """An address with the filters in force written out."""
    return address + "?" + "&".join(f"{name}={quote(value, safe=':')}" for name, value in filters)


def frame(
    address: str,
    filters: Filters,
    page: int,
    per_page: int,
    found: int,
    more: bool,
    total: int | None = None,
    last_page: int | None = None,
) -> dict[str, Any]:
    """Everything around the `found` records of a page; `more`: further pages follow.

    With `total` (all records of the list) the answer counts pages and links the last; call logs do neither.
    `last_page` links the last page without counting.
    """
    paging: dict[str, int] = {}
    if found and page <= _LAST_NUMBERED:
        paging["page"] = page
    if total is not None:
        last_page = -(-total // per_page)
        paging["totalPages"] = last_page
    paging["perPage"] = per_page
    if total is not None:
        paging["totalElements"] = total
    if found:
        paging["pageStart"] = (page - 1) * per_page
        paging["pageEnd"] = (page - 1) * per_page + found - 1

    before = with_query(address, filters) + ("&page=" if filters else "page=")
    after = f"&perPage={per_page}"
    navigation = {"firstPage": {"uri": f"{before}1{after}"}}
    if more:
        navigation["nextPage"] = {"uri": f"{before}{page + 1}{after}"}
    if page > 1:
        navigation["previousPage"] = {"uri": f"{before}{page - 1}{after}"}
    if last_page:
        navigation["lastPage"] = {"uri": f"{before}{last_page}{after}"}
    return {"uri": f"{before}{page}{after}", "paging": paging, "navigation": navigation}


def framed(around: dict[str, Any], records: list[bytes]) -> bytes:
    """A page as JSON, from records that are JSON already."""
    return b"".join(
        (
            b'{"uri":',
            encoded(around["uri"]),
            b',"records":[',
            b",".join(records),
            b'],"paging":',
            encoded(around["paging"]),
            b',"navigation":',
            encoded(around["navigation"]),
            b"}",
        )
    )
