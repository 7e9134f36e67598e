"""Reading the account's extensions, a page at a time (contract 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from ringback.client.context import Context
from ringback.client.effects import Steps
from ringback.client.user_steps import page

from .call_log import ACCOUNT_PATH, MAX_PER_PAGE, listed

if TYPE_CHECKING:
    from ringback.client.records import Extension

Several = str | Sequence[str]


class ExtensionFilters(TypedDict, total=False):
    """Which extensions: `status` (Enabled, Disabled, Frozen, NotActivated, Unassigned), `type` (User,
    Department and others), `email`: one or a list; `extension_number`; `per_page`: 1 to 1000.
    """

    status: Several
    type: Several
    email: Several
    extension_number: str
    per_page: int


class ExtensionReader:
    """Reads the account's extensions as one user."""

    def __init__(self, context: Context, user_id: str, filters: ExtensionFilters) -> None:
        """Raises ValueError for a `per_page` outside 1 to 1000, TypeError for an unknown filter."""
        self._context = context
        self._user_id = user_id
        self._params = _params(**filters)
        self._number = 0
        self._more = True

    def more(self) -> bool:
        """Whether there may be another page."""
        return self._more

    def page(self) -> Steps[tuple[Extension, ...]]:
        """The next page's extensions. Raises what `User.request` does, and UnusableAnswer."""
        from ringback.client.records import extension_page_from

        self._number += 1
        params = {**self._params, "page": self._number}
        answer = yield from page(self._context, self._user_id, f"{ACCOUNT_PATH}/extension", params)
        read = extension_page_from(answer.content)
        self._more = read.has_next and bool(read.records)
        return read.records


def _params(
    *,
    status: Several | None = None,
    type: Several | None = None,
    email: Several | None = None,
    extension_number: str | None = None,
    per_page: int = MAX_PER_PAGE,
) -> dict[str, Any]:
    if not 1 <= per_page <= MAX_PER_PAGE:
        raise ValueError(f"per_page must be 1 to {MAX_PER_PAGE}")
    return {
        "status": listed(status),
        "type": listed(type),
        "email": listed(email),
        "extensionNumber": extension_number,
        "perPage": per_page,
    }
