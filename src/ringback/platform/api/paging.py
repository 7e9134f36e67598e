"""Pages of a list: the `uri`, `paging` and `navigation` of an answer (contract 11.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

Filters = list[tuple[str, str]]


def list_uri(address: str, filters: Filters, page: int, per_page: int) -> str:
    """The canonical address of one page, with the filters in force written out."""
    pairs = [*filters, ("page", str(page)), ("perPage", str(per_page))]
    return address + "?" + "&".join(f"{name}={quote(value, safe=':')}" for name, value in pairs)


def frame(
    address: str, filters: Filters, page: int, per_page: int, found: int, more: bool, total: int | None = None
) -> dict[str, Any]:
    """Everything around the `found` records of a page; `more`: further pages follow.

    With `total` (all records of the list) the answer counts pages and links the last; call logs do neither.
    """
    paging: dict[str, int] = {}
    if found:
        paging["page"] = page
    if total is not None:
        paging["totalPages"] = -(-total // per_page)
    paging["perPage"] = per_page
    if total is not None:
        paging["totalElements"] = total
    if found:
        paging["pageStart"] = (page - 1) * per_page
        paging["pageEnd"] = (page - 1) * per_page + found - 1

    def link(number: int) -> dict[str, str]:
        return {"uri": list_uri(address, filters, number, per_page)}

    navigation = {"firstPage": link(1)}
    if more:
        navigation["nextPage"] = link(page + 1)
    if page > 1:
        navigation["previousPage"] = link(page - 1)
    if total:
        navigation["lastPage"] = link(-(-total // per_page))
    return {
        "uri": list_uri(address, filters, page, per_page),
        "paging": paging,
        "navigation": navigation,
    }
