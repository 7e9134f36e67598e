"""Each page of the web app within its budget: bytes up to the first paint, hosts, complaints, axe."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

REPORT = Path(__file__).parents[2] / "build" / "page-budget.json"
MOST_BYTES = 200_000
PAGES = {
    "login": "/",
    "test": "/test",
    "readable": "/test?api=account-call-log&view=readable",
    "calls": "/calls?scope=account",
    "session": "/session",
}
PAINTED = """() => performance.getEntriesByType("paint").find((one) => one.name === "first-contentful-paint")
    ?.startTime ?? 0"""


@pytest.fixture(scope="module")
def report():
    """What was measured, printed and written to `build`."""
    told = {}
    yield told
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(told, indent=1))
    for name, one in told.items():
        files, first = f"{one['bytes']:,} bytes in {one['files']} files", f"{one['first_paint_ms']:.0f} ms"
        print(f"{name}: {files}, first paint after {first}")


@contextmanager
def counted(visitor):
    """What the browser receives, in bytes as they were sent, headers included; its cache is empty."""
    told, session = {}, visitor.context.new_cdp_session(visitor.page)
    session.on(
        "Network.loadingFinished",
        lambda one: told.__setitem__(one["requestId"], one["encodedDataLength"]),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield told
    session.detach()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_within_its_budget(visitor, demo, report, name):
    if name != "login":
        visitor.log_in(demo.admin)
    visitor.page.goto("about:blank")
    with counted(visitor) as received:
        visitor.page.goto(demo.web + PAGES[name], wait_until="networkidle")
        visitor.page.wait_for_function(f"({PAINTED})() > 0")
    paint = visitor.page.evaluate(PAINTED)
    report[name] = {"bytes": sum(received.values()), "files": len(received), "first_paint_ms": paint}
    assert len(received) >= 4
    assert sum(received.values()) < MOST_BYTES


def test_axe_finds_nothing_on_the_pages_around_the_calls(axe, visitor, demo):
    page, told = visitor.page, []

    def look(name, path, opened=""):
        page.goto(demo.web + path)
        if opened:
            page.evaluate(
                "(which) => document.querySelectorAll(which).forEach((one) => one.open = true)", opened
            )
        told.extend(visitor.seen(axe, name, axe_at=(1280, 375)))

    look("login", "/?notice=logged-out", "details")
    visitor.log_in(demo.plain[6])
    look("test", "/test")
    look("readable", "/test?api=extension&view=readable", "main > .exchange details")
    look("refused", "/test?api=account-call-log&view=readable", "details")
    look("session", "/session")
    look("logout", "/logout")
    look("no-such-page", "/nowhere")
    assert told == [], "\n".join(told)
