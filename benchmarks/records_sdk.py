"""Reads call records with the official SDK, once: see records_ours.py."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import requests
from ringcentral import SDK
from ringcentral.http.api_response import ApiResponse

from .worker import CALL_LOG, DETAILED_PAGE, once


def decode(job: dict[str, Any]) -> float:
    """Pages into the SDK's objects, or its dictionaries, all kept; the seconds it took."""
    body = Path(job["page"]).read_bytes()
    kept: list[Any] = []
    started = time.perf_counter()
    while len(kept) < job["count"]:
        answer = _answer(body)
        kept.extend(answer.json().records if job["what"] == "objects" else answer.json_dict()["records"])
    return time.perf_counter() - started


def hold(job: dict[str, Any]) -> float:
    """Read records from the platform, as its documentation does, and keep them all."""
    app = job["app"]
    platform = SDK(app["clientId"], app["clientSecret"], job["server"]).platform()
    platform.auth().set_data(job["token"])
    asked = {"dateFrom": "2000-01-01", "view": "Detailed", "perPage": DETAILED_PAGE}
    kept: list[Any] = []
    started = time.perf_counter()
    while len(kept) < job["count"]:
        page = platform.get(CALL_LOG, {**asked, "page": len(kept) // DETAILED_PAGE + 1}).json()
        kept.extend(page.records)
    return time.perf_counter() - started


def _answer(body: bytes) -> ApiResponse:
    """An answer as `requests` leaves it when it has been read."""
    response = requests.Response()
    response.status_code = 200
    response.headers["Content-Type"] = "application/json;charset=UTF-8"
    response.encoding = "UTF-8"
    response._content = body
    return ApiResponse(response=response)


if __name__ == "__main__":
    once({"decode": decode, "hold": hold})
