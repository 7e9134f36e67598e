"""The call pages: every call once, pages that join up, filters that explain themselves."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from web_helpers import Browser, Platform

from ringback import CallRecord, Party
from ringback.web.calls import PER_PAGE, Shown, Window, as_row
from ringback.web.words import duration_in_words, phone_for_people, time_left

TODAY = datetime.now(UTC).date()


def moments(page: str) -> list[str]:
    return re.findall(r'<time datetime="([^"]*)" data-local="cell"', page)


def more(page: str) -> str | None:
    found = re.search(r'href="([^"]*)">Show older calls', page)
    return html.unescape(found[1]) if found else None


def test_the_last_week_of_the_users_own_calls(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=False))
    page = browser.get("/calls").text
    found = moments(page)
    assert found
    assert found == sorted(found, reverse=True)
    assert "Calls of your extension from" in page
    assert "days in UTC" in page
    for heading in ("When", "Direction", "Who with whom", "Type", "Result", "Duration"):
        assert heading in page


def test_pages_join_up_without_a_gap_or_a_repeat(browser: Browser, platform: Platform):
    user = platform.user(admin=True)
    browser.log_in(user)
    first = TODAY - timedelta(days=6)
    query = f"scope=account&from={first}&to={TODAY - timedelta(days=1)}"
    url: str | None = f"/calls?{query}"
    walked: list[str] = []
    pages = 0
    while url:
        page = browser.get(url).text
        walked += moments(page)
        url = more(page)
        pages += 1
        assert pages < 40
    assert pages > 1
    company = platform.server.world.company
    assert company is not None
    everything = list(
        browser.client.application.extensions["ringback"]
        .client.user(user["extensionId"])
        .calls(
            scope="account",
            date_from=datetime.combine(first, datetime.min.time(), UTC),
            date_to=datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(milliseconds=1),
        )
    )
    assert walked == [record.start_time.astimezone(UTC).isoformat() for record in everything]
    assert len(walked) > PER_PAGE


def test_the_account_log_of_a_plain_user_says_what_is_missing(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=False))
    answer = browser.get("/calls?scope=account")
    assert answer.status_code == 403
    assert "ReadCompanyCallLog" in answer.text
    assert "CMN-408" in answer.text
    assert "What to do" in answer.text


def test_no_calls_explain_themselves(browser: Browser):
    browser.log_in()
    answer = browser.get("/calls?from=2020-01-01&to=2020-01-02")
    assert answer.status_code == 200
    assert "No calls in these days" in answer.text
    assert "1 January 2020 to 2 January 2020" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-31",
        "to=yesterday",
        "scope=everybody",
        "from=2026-01-05&to=2026-01-02",
        "from=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_a_wrong_filter_says_so_at_its_field(browser: Browser, query: str):
    browser.log_in()
    answer = browser.get(f"/calls?{query}")
    assert answer.status_code == 400
    assert re.search(r'aria-describedby="(\w+)-error"', answer.text)
    assert "field-error" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "before=garbage",
        "before=9999-12-31T23:59:59.999999%2B00:00",
        "before=0001-01-01T00:00:00-23:00",
        "from=9999-12-31&to=9999-12-31",
        "from=0001-01-01&to=0001-01-01",
        "to=0001-01-01",
        "from=9999-12-30",
        "skip=" + "x" * 3000,
    ],
)
def test_odd_values_never_break_the_page(browser: Browser, query: str):
    browser.log_in()
    assert browser.get(f"/calls?{query}").status_code in (200, 400, 502)


def test_calls_of_one_moment_are_not_lost_between_pages():
    moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def call(number: int) -> CallRecord:
        return CallRecord(
            id=str(number), session_id="s", start_time=moment, type="Voice", direction="Inbound"
        )

    first = Window("account", moment.date(), moment.date())
    second = first.after([call(1), call(2)])
    assert (second.wants(call(1)), second.wants(call(2)), second.wants(call(3))) == (False, False, True)
    third = second.after([call(3)])
    assert [third.wants(call(number)) for number in (1, 2, 3, 4)] == [False, False, False, True]
    assert second.end > moment


def test_a_row_says_who_with_whom():
    record = CallRecord(
        id="1",
        session_id="s",
        start_time=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        type="Voice",
        direction="Outbound",
        result="Call connected",
        duration=245,
        from_=Party(name="Ada", extension_number="101"),
        to=Party(phone_number="+16505550100"),
    )
    row = as_row(record)
    assert (row.caller, row.callee) == (Shown("Ada", "ext. 101"), Shown("", "+1 (650) 555-0100"))
    assert (row.duration, row.tone, row.result) == ("4:05", "good", "Call connected")


def test_words():
    assert [duration_in_words(s) for s in (0, 59, 245, 3723, None)] == [
        "0:00",
        "0:59",
        "4:05",
        "1:02:03",
        "\N{EN DASH}",
    ]
    assert [time_left(s) for s in (0, 40, 61, 3600, 90_000)] == [
        "none: it has run out",
        "40 seconds",
        "1 minute",
        "1 hour",
        "1 day 1 hour",
    ]
    assert phone_for_people("+442071838750") == "+442071838750"
    assert phone_for_people(None) == ""
