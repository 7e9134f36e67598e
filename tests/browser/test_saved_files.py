"""Files of calls in Chromium: a page that waits for the rate limit, then the file by itself; axe."""

import re

import httpx2
import pytest
from running import Running

from browser.conftest import Demo, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def paced(tmp_path_factory):
    """A demo with rate limits."""
    free = ("demo", "--no-browser", "--web-port", "0", "--platform-port", "0")
    with Running(*free, cwd=tmp_path_factory.mktemp("paced")) as running:
        yield Demo(running)


def test_a_file_that_waits_comes_by_itself(chromium, paced, axe):
    visitor = Visitor(chromium, paced, "saved_file")
    page = visitor.page
    visitor.log_in(paced.admin)
    page.goto(f"{paced.web}/calls?scope=account&from=2020-01-01&to=2029-12-30")
    page.get_by_role("heading", name="RingCentral asks for a pause").wait_for()
    visitor.look(axe, "calls-wait")
    page.get_by_role("navigation", name="Export").get_by_role("link", name="CSV").click()
    assert visitor.heading().strip() == "Writing the file"
    assert re.search(r"\d+ seconds? left\.", visitor.text())
    visitor.look(axe, "writing")
    with page.expect_download(timeout=60_000) as download:
        for _ in range(6):
            httpx2.post(f"{paced.platform}/_local/clock", json={"advance": 61})
            page.wait_for_timeout(200)
    assert re.fullmatch(r"account-calls-.*\.csv", download.value.suggested_filename)
    rows = download.value.path().read_text().splitlines()
    assert rows[0].startswith("start_utc,")
    assert len(rows) > 100
    page.get_by_role("heading", name="The file is ready").wait_for()
    visitor.look(axe, "ready")
    with page.expect_download() as again:
        page.get_by_role("link", name="Download").click()
    assert again.value.path().read_bytes() == download.value.path().read_bytes()
    address = page.url
    page.get_by_role("button", name="Remove the file").click()
    page.wait_for_url("**/calls?scope=account*")
    page.goto(address)
    assert visitor.heading().strip() == "This file is not here"
    page.goto(f"{paced.web}/calls/save?scope=account&format=csv")  # typed by hand
    assert visitor.heading().strip() == "Write this file?"
    visitor.look(axe, "ask")
    assert visitor.complaints == []
    visitor.context.close()
