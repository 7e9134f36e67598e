"""Opens call pages of an archive in the web app: a job as JSON on standard input, times and memory out."""

from __future__ import annotations

import html
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from ringback import RingCentral
from ringback.web import WebSettings, create_app
from ringback.web.deployment import Deployment

from .form_login import log_in

REDIRECT_URI = "http://localhost:5000/oauth2callback"
_WEB = "http://localhost:5000"


def resident() -> float:
    """Memory of this process now, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each question's pages, the first page's, and the memory before and after many pages."""
    started = time.perf_counter()
    app = job["app"]
    client = RingCentral(
        client_id=app["clientId"],
        client_secret=app["clientSecret"],
        server=job["server"],
        redirect_uri=REDIRECT_URI,
        vault="memory://",
    )
    settings = WebSettings(REDIRECT_URI, deployment=Deployment(archives=(job["archive"],)))
    browser = create_app(client, settings=settings).test_client()
    link = re.search(r'href="([^"]*/oauth/authorize[^"]*)"', browser.get("/", base_url=_WEB).text)
    if link is None:
        raise RuntimeError("the login page has no link")
    callback = log_in(html.unescape(link[1]), job["user"], None)
    browser.get(callback.removeprefix(_WEB), base_url=_WEB)

    def page(query: str) -> float:
        begun = time.perf_counter()
        answer = browser.get(f"/calls?{query}", base_url=_WEB)
        took = (time.perf_counter() - begun) * 1000
        if answer.status_code != 200 or "From the archive" not in answer.text:
            raise RuntimeError(f"the page of {query} is not the archive's ({answer.status_code})")
        return took

    questions: dict[str, str] = job["questions"]
    page(next(iter(questions.values())))
    first = (time.perf_counter() - started) * 1000
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(job["rounds"]):
        for name, query in questions.items():
            times[name].append(page(query))
    before = resident()
    queries = list(questions.values())
    for place in range(job["pages"]):
        page(queries[place % len(queries)])
    return {"times": times, "first": first, "before": before, "after": resident()}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.stdin.read()))))
