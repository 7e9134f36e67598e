"""Asking the API in tests: as this user, through an app with these permissions, at that time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
from starlette.types import ASGIApp

from ringback.platform.company import Company, Extension

# A Tuesday, 13:30 in California.
NOW = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
BASE = "http://localhost:8000"
ALL_SCOPES = "ReadAccounts ReadCallLog ReadCallRecording"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Api:
    """Asks the API as one of the company's people."""

    company: Company
    clock: Clock
    app: ASGIApp
    user: Extension
    scopes: str = ALL_SCOPES

    def by(self, number: str, scopes: str = ALL_SCOPES) -> Api:
        """The same as another user, or through an app with other permissions."""
        user = next(e for e in self.company.extensions if e.number == number)
        return Api(self.company, self.clock, self.app, user, scopes)

    def identity(self) -> dict[str, str]:
        """The header that stands for an access token here."""
        return {"x-caller": f"{self.user.id};{self.scopes}"}

    def request(
        self, method: str, path: str, query: str = "", headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """One request; `path` begins below the account unless absolute; `query` goes out as it stands."""
        if not path.startswith(("/", "http")):
            path = f"/restapi/v1.0/account/{path}"
        if query:
            path += "?" + query
        sent = {**self.identity(), **(headers or {})}

        async def ask() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=True)
            async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, headers=sent)

        return asyncio.run(ask())

    def get(self, path: str, query: str = "", headers: dict[str, str] | None = None) -> httpx2.Response:
        return self.request("GET", path, query, headers)

    def refusal(self, path: str, query: str = "", method: str = "GET") -> tuple[int, str, dict[str, Any]]:
        """Status, code and body of an answer that must be a refusal in RingCentral's shape."""
        answer = self.request(method, path, query)
        body: dict[str, Any] = answer.json()
        first = body["errors"][0]
        assert body["message"] == first["message"]
        for name in set(first) - {"errorCode"}:
            assert body[name] == first[name]
        return answer.status_code, first["errorCode"], body

    def records(self, path: str, query: str = "") -> list[dict[str, Any]]:
        """The records of one page, which must be there."""
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["records"]
        return found

    def walk(self, path: str, query: str) -> list[list[dict[str, Any]]]:
        """All pages, by the nextPage links."""
        pages = []
        url: str | None = f"{BASE}/restapi/v1.0/account/{path}?{query}"
        while url is not None:
            answer = self.get(url)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            pages.append(body["records"])
            url = body["navigation"].get("nextPage", {}).get("uri")
        return pages
