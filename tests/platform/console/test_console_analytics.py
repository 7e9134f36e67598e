"""Analytics: sums by day and endpoint, bars that fit their chart, the page with both pairs of IDs."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from console_visits import ME, MY_CALLS, Developer, text_of

from ringback.platform.console import analytics, charts
from ringback.platform.usage import Count

TODAY = date(2026, 11, 23)


def count(calls: int, status: int = 200, path: str = "/a", day: date = TODAY) -> Count:
    return Count(day, "client", "GET", path, "", status, "", calls)


def test_days_without_calls_are_there_too() -> None:
    yesterday = date(2026, 11, 22)
    counts = [count(3), count(1, 429), count(2, 404), count(4, 503), count(5, day=yesterday)]
    days = analytics.by_day([*counts, count(9, day=date(2026, 1, 1))], TODAY, 3)
    assert [(day.name, day.calls) for day in days] == [
        ("2026-11-21", (0, 0, 0, 0)),
        ("2026-11-22", (5, 0, 0, 0)),
        ("2026-11-23", (3, 2, 1, 4)),
    ]


def test_the_most_called_endpoint_comes_first() -> None:
    sums = analytics.by_endpoint([count(1), count(7, path="/b"), count(2, 404, path="/b")])
    assert [(one.name, one.total) for one in sums] == [("GET /b", 9), ("GET /a", 1)]


@pytest.mark.parametrize("most", [0, 1, 3, 10, 11, 99, 100, 101, 12_345])
def test_columns_stay_inside_their_chart(most: int) -> None:
    days = analytics.by_day([count(most), count(most // 2, 500)] if most else [], TODAY, 40)
    chart = charts.columns(days)
    assert all(bar.y >= min(chart.grid) - 0.01 for bar in chart.bars)
    assert all(bar.y + bar.height <= max(chart.grid) + 0.01 for bar in chart.bars)
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert len(chart.bars) == (0 if not most else 1 if most == 1 else 2)


def test_rows_are_as_long_as_their_calls() -> None:
    chart = charts.rows(analytics.by_endpoint([count(100), count(50, path="/b")]))
    first, second = chart.bars
    assert second.width == pytest.approx(first.width / 2, abs=0.1)
    assert first.x + first.width < chart.width


def test_the_page_counts_calls_as_they_come(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(**{"permission.ReadCallLog": "yes"})
    assert "No calls" in admin.app(app, "/analytics").text
    token = admin.log_in(app)["access_token"]
    admin.call(token, ME, 3)
    admin.call(token, f"{MY_CALLS}?dateFrom=nonsense", 2)
    page = admin.app(app, "/analytics?days=7")
    assert text_of(page, "by-day").startswith("5 calls in 7 days")
    assert text_of(page, "day-chart-title") == "Calls by day"
    assert "5 calls in all" in text_of(page, "day-chart-desc")
    assert page.text.count("Show as table") == 2
    assert "style=" not in page.text
    for start in range(page.text.count('<svg class="chart"')):
        svg = page.text.split('<svg class="chart"')[start + 1].partition("</svg>")[0]
        drawn = ElementTree.fromstring(f'<svg class="chart"{svg}</svg>')
        assert [child.tag for child in drawn][:2] == ["title", "desc"]
    for odd in ("8", "x", "-1", "9999999"):
        assert "in 14 days" in admin.app(app, f"/analytics?days={odd}").text


def test_each_pair_of_credentials_has_its_own_figures(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    admin.call(admin.log_in(app)["access_token"], ME, 20)
    admin.send(f"/console/apps/{app['clientId']}/apply")
    assert "20 calls" in admin.app(app, "/analytics").text
    assert "No calls" in admin.app(app, "/analytics?which=production").text
