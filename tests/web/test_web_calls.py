"""The call pages over HTTP: every call once, filters and files that agree with the API."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from web_helpers import Browser, Platform

from ringback.client.calls.days import day
from ringback.client.calls.joined import JoinedCall
from ringback.client.messages import Headers, HttpAnswer
from ringback.web.calls_filter import PER_PAGE

ZONE_NAME = "US/Pacific"
ZONE = ZoneInfo(ZONE_NAME)


def today(platform: Platform) -> date:
    return datetime.now(ZONE).date()


def window(platform: Platform, days: int = 3) -> tuple[date, date]:
    last = today(platform)
    return last - timedelta(days=days - 1), last


def query(platform: Platform, scope: str = "account", days: int = 3, **more: str) -> str:
    first, last = window(platform, days)
    return f"/calls?scope={scope}&from={first}&to={last}" + "".join(f"&{k}={v}" for k, v in more.items())


def moments(page: str) -> list[str]:
    return re.findall(r'data-label="When" class="number"><time datetime="([^"]*)"', page)


def user_of(browser: Browser, user: dict[str, str]):
    return browser.client.application.extensions["ringback"].client.user(user["extensionId"])


def joined(browser: Browser, platform: Platform, days: int = 3) -> list[JoinedCall]:
    """The account's calls as the client reads them."""
    user = user_of(browser, platform.user(admin=True))
    first, last = window(platform, days)
    begin, end = day(first, ZONE, until=last)
    people = list(user.extensions())
    return list(user.calls("account", date_from=begin, date_to=end).joined(extensions=people))


def test_the_users_own_calls_in_their_own_zone(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=False))
    page = browser.get("/calls").text
    found = moments(page)
    assert found
    assert found == sorted(found, reverse=True)
    assert {one[-6:] for one in found} <= {"-08:00", "-07:00"}
    assert f"Days in {ZONE_NAME}" in page
    assert f"ext. {platform.user(admin=False)['extensionNumber']}</span>" in page
    assert re.search(r'<time datetime="[^"]*" title="[\d: -]+ UTC">', page)
    for heading in (
        "When",
        "Direction",
        "From",
        "To",
        "Outcome",
        "Answered by",
        "Rang",
        "Talked",
        "Duration",
    ):
        assert heading in page


def test_pages_hold_every_call_once_and_the_totals_agree(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    expected = joined(browser, platform)
    url: str | None = query(platform)
    walked: list[str] = []
    pages = 0
    while url:
        page = browser.get(url).text
        walked += moments(page)
        more = re.search(r'rel="next" href="([^"]*)"', page)
        url = html.unescape(more[1]) if more else None
        pages += 1
        assert pages < 100
    assert pages == -(-len(expected) // PER_PAGE) > 1
    assert [datetime.fromisoformat(one) for one in walked] == [call.start_time for call in expected]
    assert f"<dt>Calls</dt><dd>{len(expected):,}</dd>" in page
    answered = sum(call.outcome == "answered" for call in expected)
    assert f"<dt>Answered</dt><dd>{answered:,} " in page


def test_one_reading_serves_pages_sorts_and_files(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    browser.get(query(platform))
    platform.forget_journal()
    browser.get(query(platform, sort="-duration", page="2"))
    browser.get(query(platform, result="missed"))
    browser.get(query(platform, format="csv"))
    assert [one for one in platform.journal() if one["path"].endswith("/call-log")] == []


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"direction": "internal"}, lambda call: call.direction == "Internal"),
        ({"direction": "Inbound"}, lambda call: call.direction == "Inbound"),
        ({"type": "fax"}, lambda call: call.type == "Fax"),
        ({"result": "voicemail"}, lambda call: call.outcome == "voicemail"),
    ],
)
def test_filters_agree_with_the_calls(browser: Browser, platform: Platform, asked, holds):
    browser.log_in(platform.user(admin=True))
    expected = [call.session_id for call in joined(browser, platform) if holds(call)]
    assert expected
    answer = browser.get(query(platform, format="csv", **asked))
    assert [row["session_id"] for row in csv.DictReader(io.StringIO(answer.text))] == expected
    assert "-filtered.csv" in answer.headers["Content-Disposition"]
    (word,) = asked.values()
    assert word.lower() in re.search(r'id="sentence">([^<]*)', browser.get(query(platform, **asked)).text)[1]


def test_a_number_an_extension_and_a_queue_are_found(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    calls = joined(browser, platform)
    queue = next(call.queue for call in calls if call.queue)
    callers = (call.from_ for call in calls if call.direction == "Inbound")
    outside = next(one.phone_number for one in callers if one and one.phone_number)
    person = platform.user(admin=True)["extensionNumber"]
    for asked in ({"queue": queue.id}, {"number": outside.strip("+")[1:]}, {"extension": person}):
        rows = list(csv.DictReader(io.StringIO(browser.get(query(platform, format="csv", **asked)).text)))
        assert 0 < len(rows) < len(calls)
    assert queue.name in html.unescape(browser.get(query(platform, queue=queue.id)).text)


def test_json_lines_are_the_platforms_own_records(browser: Browser, platform: Platform):
    admin = platform.user(admin=True)
    browser.log_in(admin)
    answer = browser.get(query(platform, format="jsonl", days=2))
    assert answer.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    begin, end = day(*window(platform, 2)[:1], ZONE, until=window(platform, 2)[1])
    told = user_of(browser, admin).get(
        "/restapi/v1.0/account/~/call-log",
        params={"dateFrom": begin, "dateTo": end, "view": "Detailed", "perPage": 1000},
    )
    assert [json.loads(line) for line in answer.text.splitlines()] == told.json()["records"]


def test_csv_has_both_times_and_their_zone(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    answer = browser.get(query(platform, format="csv", days=2))
    first, last = window(platform, 2)
    expected = f'attachment; filename="account-calls-{first}-to-{last}.csv"'
    assert answer.headers["Content-Disposition"] == expected
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows
    for row in rows:
        moment = datetime.fromisoformat(row["start_utc"])
        assert moment.astimezone(ZONE).replace(tzinfo=None) == datetime.fromisoformat(row["start_local"])
        assert row["zone"] == ZONE_NAME


def test_a_future_last_day_is_allowed(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    last = today(platform)
    answer = browser.get(f"/calls?scope=account&from={last}&to={last + timedelta(days=30)}")
    assert answer.status_code == 200


def test_the_account_log_of_a_plain_user(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=False))
    assert "Whole account" not in browser.get("/calls").text
    for more in ("", "&format=csv", "&format=xlsx"):
        answer = browser.get(f"/calls?scope=account{more}")
        assert answer.status_code == 403
        assert "ReadCompanyCallLog" in answer.text
        assert "CMN-408" in answer.text
        assert "What to do" in answer.text


def test_no_calls_explain_themselves(browser: Browser):
    browser.log_in()
    answer = browser.get("/calls?from=2020-01-01&to=2020-01-02&direction=inbound")
    assert answer.status_code == 200
    assert "No calls here" in answer.text
    assert "1\N{EN DASH}2 January 2020, inbound" in answer.text
    assert "role" in answer.text


def test_a_filter_that_lets_nothing_through_says_how_many_there_are(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    answer = browser.get(query(platform, number="000000000"))
    assert re.search(r"[\d,]+ calls of these days do not match the filter", answer.text)


WRONG = (
    "from=2026-02-31",
    "to=yesterday",
    "scope=everybody",
    "from=2026-01-05&to=2026-01-02",
    "from=%3Cscript%3Ealert(1)%3C/script%3E",
    "number=12",
    "number=%3Cscript%3Ealert(1)%3C/script%3E",
    "direction=up",
    "result=great",
    "queue=" + "x" * 81,
)
ODD = (
    "page=0",
    "page=999999",
    "page=%00",
    "sort=nothing",
    "format=exe",
    "format=exe&from=nonsense",
    "from=9999-12-31&to=9999-12-31",
    "from=0001-01-01&to=0001-01-01",
    "from=2200-12-31&to=2200-12-31",
    "from=1990-01-01&to=2030-01-01",
    "queue=%ED%A0%80",
    "extension=%00",
)


def test_a_wrong_filter_says_so_at_its_field(browser: Browser):
    browser.log_in()
    for asked in WRONG:
        answer = browser.get(f"/calls?{asked}")
        assert answer.status_code == 400, asked
        field = re.search(r'aria-describedby="(\w+)-error"', answer.text)
        assert field, asked
        assert f'id="{field[1]}-error"' in answer.text
        assert "<script>alert" not in answer.text


def test_odd_values_never_break_the_page(browser: Browser):
    browser.log_in()
    for asked in ODD:
        assert browser.get(f"/calls?{asked}").status_code in (200, 400), asked


def test_without_a_login_there_is_nothing(browser: Browser):
    for path in ("/calls", "/calls?format=csv", "/calls?scope=account&format=jsonl"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get("/calls/progress").json == {"finished": True}


def test_who_only_looks_ahead_spends_nothing(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    platform.forget_journal()
    assert browser.head(query(platform)).status_code == 200
    for name in ("Sec-Purpose", "Purpose"):
        assert browser.get(query(platform), headers={name: "prefetch"}).status_code == 503
    assert [one for one in platform.journal() if one["path"].startswith("/restapi")] == []


def test_two_users_do_not_mix(browser: Browser, other_browser: Browser, platform: Platform):
    users = platform.user(admin=False), platform.user(admin=False, nth=1)
    found = []
    for one, user in zip((browser, other_browser), users, strict=True):
        one.log_in(user)
        answer = one.get(query(platform, scope="extension", format="jsonl"))
        addresses = [json.loads(line)["uri"] for line in answer.text.splitlines()]
        assert addresses
        assert all(f"/extension/{user['extensionId']}/" in address for address in addresses)
        found.append(answer.text)
    assert found[0] != found[1]
    browser.get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert browser.get(query(platform, scope="extension", format="jsonl")).status_code == 303


def test_names_of_others_are_text_in_pages_and_no_formula_in_files(browser: Browser, transport, platform):
    hostile = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    browser.log_in(platform.user(admin=True))
    browser.get("/calls")
    record = {
        "id": "1",
        "sessionId": "2",
        "startTime": "2026-11-20T10:00:00.000Z",
        "type": "Voice",
        "direction": "Inbound",
        "result": "Accepted",
        "duration": 5,
        "from": {"name": hostile, "phoneNumber": "+16505550100"},
        "to": {"name": "@SUM(A1)\r\n", "extensionNumber": "101"},
        "legs": [],
    }
    body = json.dumps({"records": [record], "navigation": {}, "paging": {"page": 1}}).encode()
    transport.only_api = True
    transport.fault = HttpAnswer(200, Headers({"Content-Type": "application/json"}), body)
    asked = "/calls?scope=account&from=2026-11-20&to=2026-11-20"
    page = browser.get(asked).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert '<data class="phone" value="+16505550100"' in page
    (row,) = csv.DictReader(io.StringIO(browser.get(f"{asked}&format=csv").text, newline=""))
    assert row["from_name"] == f"'{hostile}"
    assert row["to_name"].startswith("'@SUM")
    assert row["from_number"] == "+16505550100"
