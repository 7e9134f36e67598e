"""A request to the API that passed all checks, as its handler gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from ringback.platform.caller import Caller
from ringback.platform.company import CallLog, Company, Extension
from ringback.platform.errors import not_found
from ringback.platform.world import World

from .query import Query


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request that passed all checks: who calls, about which extension (None: the account), with what.

    `now` is the world's time (UTC); `ids` are the texts of the path's variables.
    """

    world: World
    company: Company
    caller: Caller
    user: Extension
    extension: Extension | None
    query: Query
    now: datetime
    request: Request
    ids: Mapping[str, str]

    @property
    def account_uri(self) -> str:
        """The account's address, with its real id."""
        return f"{self.world.base_url}/restapi/v1.0/account/{self.company.account.id}"

    @property
    def scope_uri(self) -> str:
        """The address of the extension, or of the account where the call is about none."""
        if self.extension is None:
            return self.account_uri
        return f"{self.account_uri}/extension/{self.extension.id}"

    @property
    def extension_id(self) -> int | None:
        """Whose call log: an extension's, or None for the company's."""
        return None if self.extension is None else self.extension.id

    @property
    def whose(self) -> Extension:
        """The extension that the call is about. ApiError 404 where it is about none."""
        if self.extension is None:
            raise not_found("extensionId")
        return self.extension

    @property
    def calls(self) -> CallLog:
        """The world's call log."""
        return self.world.calls
