"""The call pages in a real browser: filter, charts, legs, files that agree with the API; axe; screenshots."""

import csv
import io
import json
import re
import tempfile
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx2
import pytest
from running import Running

from browser.conftest import Demo, Visitor
from browser.keyboard import Keyboard
from headless import redirect_query, sign_in_and_authorize, token_request

pytestmark = pytest.mark.browser

PAGES = {
    "account": "/calls?scope=account",
    "own": "/calls?sort=-duration&direction=inbound",
    "none": "/calls?from=2020-01-01&to=2020-01-02&direction=inbound&result=missed",
    "wrong": "/calls?from=yesterday&number=1&page=none&queue=" + "q" * 81,
    "wrong-file": "/calls?format=exe",
    "year": "/calls?scope=account&from=2026-01-01&to=2026-12-31&page=3",
}


def saved(visitor, name):
    """Follow a link under "Save as"; the file's name and bytes."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("navigation", name="Export").get_by_role("link", name=name).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_filter_chart_export_log_out(visitor, demo):
    page = visitor.page
    visitor.log_in(demo.admin)
    page.get_by_role("link", name="Calls", exact=True).click()
    page.get_by_label("Whose calls").select_option("Whole account")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="Last 30 days").click()
    page.get_by_label("Direction").select_option("Inbound")
    page.get_by_role("button", name="Show", exact=True).click()
    address = parse_qs(urlsplit(page.url).query)
    assert (address["scope"], address["direction"]) == (["account"], ["inbound"])
    assert page.locator("#sentence").inner_text().startswith("Account calls, ")
    count = int(page.locator(".figures dd").first.inner_text().replace(",", ""))
    assert count > 100
    visitor.shot("calls-filtered")

    chart = page.get_by_role("img", name="Calls per day, by outcome")
    assert chart.is_visible()
    for summary in page.get_by_text("Show as table").all():
        summary.click()
    cells = page.locator(".chart-days tbody tr td:last-child").all_inner_texts()
    assert sum(int(one) for one in cells) == count
    assert page.locator(".chart-hours tbody tr").count() == 7
    page.locator(".legs summary").first.click()
    assert page.locator(".timeline").first.is_visible()
    visitor.shot("calls-opened")

    name, data = saved(visitor, "CSV")
    assert re.fullmatch(r"account-calls-[\d-]+-to-[\d-]+-filtered\.csv", name)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
    assert len(rows) == count
    _, data = saved(visitor, "JSON lines")
    records = [json.loads(line) for line in data.splitlines()]
    assert {one["id"] for one in records} == {one for row in rows for one in row["record_ids"].split("; ")}
    _, data = saved(visitor, "Excel")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == count + 1
    name, data = saved(visitor, "Parquet")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    assert name.endswith(".parquet")
    assert parquet_rows(duckdb, data) == (count,)

    # Whole days that are over: nothing is added to them while both are read.
    today = date.fromisoformat(address["to"][0])
    first, last = today - timedelta(days=20), today - timedelta(days=1)
    page.goto(f"{demo.web}/calls?scope=account&from={first}&to={last}")
    shown = int(page.locator(".figures dd").first.inner_text().replace(",", ""))
    zone = page.locator("#sentence").inner_text().rpartition("Days in ")[2].removesuffix(".")
    ids = ids_of_the_api(demo, first, last, ZoneInfo(zone))
    _, data = saved(visitor, "JSON lines")
    assert {json.loads(line)["id"] for line in data.splitlines()} == ids
    _, data = saved(visitor, "CSV")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
    assert len(rows) == shown
    assert {one for row in rows for one in row["record_ids"].split("; ")} == ids

    page.get_by_role("link", name="Logout").click()
    page.get_by_role("link", name="Login RingCentral Account").wait_for()
    page.goto(f"{demo.web}/calls?scope=account&format=csv")
    assert page.get_by_role("link", name="Login RingCentral Account").is_visible()


def ids_of_the_api(demo, first, last, zone):
    """The ids of all records of the account's log in these days, asked for without the web app."""
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone) - timedelta(milliseconds=1)
    asked = {
        "response_type": "code",
        "client_id": demo.app["clientId"],
        "redirect_uri": demo.app["redirectUris"][0],
    }
    with httpx2.Client(base_url=demo.platform) as http:
        code = redirect_query(sign_in_and_authorize(http, demo.admin, asked))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uri"]}
        token = token_request(http, demo.app, **form).json()["access_token"]
        found, page = set(), 1
        while True:
            params = {
                "dateFrom": begin.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "dateTo": end.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "perPage": 1000,
                "page": page,
            }
            answer = http.get(
                "/restapi/v1.0/account/~/call-log",
                params=params,
                headers={"Authorization": f"Bearer {token}"},
            ).raise_for_status()
            found |= {one["id"] for one in answer.json()["records"]}
            if "nextPage" not in answer.json()["navigation"]:
                return found
            page += 1


def parquet_rows(duckdb, data):
    """How many rows a Parquet file has."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as database:
        file.write(data)
        file.flush()
        return database.execute("SELECT count(*) FROM read_parquet($path)", {"path": file.name}).fetchone()


def test_a_recording_plays(visitor, demo):
    visitor.log_in(demo.admin)
    visitor.page.goto(f"{demo.web}/calls?scope=account&queue=Support&result=answered")
    recorded = visitor.page.locator("tr", has_text="Recorded").first
    recorded.locator(".legs summary").click()
    seconds = recorded.locator("audio").first.evaluate(
        """(sound) => new Promise((done) => {
            sound.onloadedmetadata = () => done(sound.duration);
            sound.onerror = () => done(-1);
            sound.preload = "auto";
            sound.load();
        })"""
    )
    assert seconds > 1
    visitor.shot("recording")
    with visitor.page.expect_download() as download:
        recorded.get_by_role("link", name="Download the recording").first.click()
    assert re.fullmatch(r"recording-\d+\.(mp3|wav)", download.value.suggested_filename)


def test_axe_finds_nothing_at_any_width(axe, visitor, demo):
    visitor.log_in(demo.admin)
    told = []
    for name, path in PAGES.items():
        visitor.page.goto(demo.web + path)
        for summary in visitor.page.locator("details > summary").all()[:6]:
            summary.click()
        visitor.page.evaluate(
            "document.querySelectorAll('.calls-table tbody tr').forEach((row, at) => at > 12 && row.remove())"
        )
        told += visitor.seen(axe, name, wide_at=(320, 375, 600, 1440))
    assert told == [], "\n".join(told)


def test_by_keyboard_alone(visitor, demo):
    visitor.log_in(demo.admin)
    page, keyboard = visitor.page, Keyboard(visitor.page)
    page.goto(f"{demo.web}/calls")
    keyboard.press("Skip to content")
    assert page.evaluate("document.activeElement.id") == "main"
    keyboard.tab_to("Whose calls")
    page.keyboard.press("End")
    keyboard.tab_to("Extension", "text")
    page.keyboard.type("101")
    keyboard.submit("Show")
    address = parse_qs(urlsplit(page.url).query)
    assert (address["scope"], address["extension"]) == (["account"], ["101"])
    with page.expect_navigation():
        keyboard.press("Duration")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Duration")
    keyboard.tab_to("2 legs")
    page.keyboard.press("Enter")
    assert page.locator(".timeline").filter(visible=True).count() == 1
    assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")


def test_a_printed_page_has_the_calls_and_not_the_controls(visitor, demo):
    visitor.log_in(demo.admin)
    page = visitor.page
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 720, "height": 1000})  # A4 with its margins
    page.goto(f"{demo.web}/calls?scope=account")
    for gone in (".topbar", ".calls-filter", ".export", ".footer"):
        assert not page.locator(gone).is_visible()
    assert page.locator(".calls-table thead").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    visitor.shot("printed")


@pytest.fixture
def paced(tmp_path):
    """`ringback demo` with RingCentral's rate limits, as it comes."""
    free = ("demo", "--no-browser", "--web-port", "0", "--platform-port", "0")
    with Running(*free, cwd=tmp_path) as running:
        yield Demo(running)
        running.stop()


def test_a_pause_is_shown_and_the_page_comes_by_itself(chromium, paced, axe):
    visitor = Visitor(chromium, paced, "calls_pause")
    page = visitor.page
    visitor.log_in(paced.admin)
    page.goto(f"{paced.web}/calls?scope=account&from=2020-01-01&to=2029-12-30")
    page.get_by_role("heading", name="RingCentral asks for a pause").wait_for()
    status = page.get_by_role("status")
    assert re.search(r"\d+ seconds left", status.inner_text())
    assert axe.run(page).response["violations"] == []
    visitor.shot("waiting")
    page.set_viewport_size({"width": 375, "height": 900})
    visitor.shot("waiting-narrow")
    page.get_by_role("link", name="Logout").click(trial=True)
    paced.advance(70)
    page.locator(".paging").wait_for(timeout=60_000)  # stands below the whole table
    assert page.locator(".calls-table tbody tr").count() == 100
    assert visitor.complaints == []
    visitor.context.close()


def test_without_javascript(chromium, demo):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.web)
    page.get_by_role("link", name="Login RingCentral Account").click()
    page.get_by_label("Email or phone number").fill(demo.plain[5]["username"])
    page.locator("input[name=password]").fill(demo.plain[5]["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Authorize").click()
    page.goto(f"{demo.web}/calls")
    page.get_by_label("Outcome", exact=True).select_option("Answered")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "result=answered" in page.url
    assert page.locator(".figures dd").count() == 4
    context.close()
