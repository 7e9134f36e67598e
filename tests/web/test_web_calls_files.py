"""The files of the call pages, read again by the programs they are for."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from test_web_calls import query
from web_helpers import Browser, Platform

from ringback.exports import files
from ringback.exports.lines import cell

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def as_csv(browser: Browser, platform: Platform) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(query(platform, format="csv")).text)))


def test_parquet_has_the_same_calls_with_types(browser: Browser, platform: Platform, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    browser.log_in(platform.user(admin=True))
    answer = browser.get(query(platform, format="parquet"))
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    path = tmp_path / "calls.parquet"
    path.write_bytes(answer.data)
    expected = as_csv(browser, platform)
    with duckdb.connect() as database:
        found = database.execute(
            "SELECT session_id, epoch_ms(start_utc), talk_seconds, zone, from_name FROM read_parquet($path)",
            {"path": str(path)},
        ).fetchall()
    assert found == [
        (
            one["session_id"],
            round(datetime.fromisoformat(one["start_utc"]).timestamp() * 1000),
            int(one["talk_seconds"]),
            one["zone"],
            one["from_name"] or None,
        )
        for one in expected
    ]


def test_xlsx_has_the_same_calls_and_no_formula(browser: Browser, platform: Platform):
    pytest.importorskip("xlsxwriter", reason="xlsxwriter is not installed")
    browser.log_in(platform.user(admin=True))
    answer = browser.get(query(platform, format="xlsx"))
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = sheet.findall(".//m:row", NAMESPACE)
    assert len(rows) - 1 == len(as_csv(browser, platform)) > 100
    assert sheet.findall(".//m:f", NAMESPACE) == []


def test_a_missing_package_is_named(browser: Browser, platform: Platform, monkeypatch):
    monkeypatch.setitem(files.NEEDS, "parquet", "no_such_package_as_this")
    browser.log_in(platform.user(admin=True))
    answer = browser.get(query(platform, format="parquet"))
    assert answer.status_code == 422
    assert "pip install &#39;ringback[archive]&#39;" in answer.text
    page = browser.get(query(platform)).text
    assert ("format=xlsx" in page, "format=parquet" in page) == (not files.is_missing("xlsx"), False)
    told = browser.get(query(platform, format="parquet"), headers={"Accept": "application/json"}).json
    assert "pip install 'ringback[archive]'" in told["error"]["remedy"]


def test_files_are_few_at_a_time_and_give_their_place_back(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    open_ones = [browser.get(query(platform, format="csv"), buffered=False) for _ in range(6)]
    refused = browser.get(query(platform, format="csv"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    for one in open_ones:
        one.close()
    assert browser.get(query(platform, format="csv")).status_code == 200


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("+16505550100", "+16505550100"),
        ("+16505550100+1", "'+16505550100+1"),
        ("-2", "'-2"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("\x00=1", "'=1"),
        ("Ada = Lovelace", "Ada = Lovelace"),
        (None, ""),
        (-3, "-3"),
        (datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "2026-11-20T10:00:00.000Z"),
        (datetime(2026, 11, 20, 10, 0), "2026-11-20T10:00:00.000"),
    ],
)
def test_no_cell_is_a_formula(value, written: str):
    assert cell(value) == written


def test_times_where_clocks_change_keep_both_readings():
    zone = ZoneInfo("America/Los_Angeles")
    twice = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC).astimezone(zone) for hour in (8, 9)]
    assert [cell(one.replace(tzinfo=None)) for one in twice] == ["2026-11-01T01:30:00.000"] * 2
    assert cell(twice[0].astimezone(UTC)) != cell(twice[1].astimezone(UTC))
