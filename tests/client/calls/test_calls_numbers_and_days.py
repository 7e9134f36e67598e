"""Telephone numbers in every writing; days in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.client.calls.days import day
from ringback.client.calls.phones import normal_phone, phone_filter, shown_phone


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("+1 (650) 555-0100", "16505550100"),
        ("(650) 555-0100", "16505550100"),
        ("650.555.0100", "16505550100"),
        ("1 650 555 0100", "16505550100"),
        ("16505550100", "16505550100"),
        ("+44 20 7946 0018", "442079460018"),
        ("+1\u00a0650\u2011555\u20130100", "16505550100"),
        ("\uff0b16505550100", "16505550100"),
        ("442079460018", "442079460018"),
        ("1505550100", "1505550100"),
    ],
)
def test_a_number_becomes_what_the_filter_takes(written, sent):
    assert phone_filter(written) == sent


@pytest.mark.parametrize(
    "wrong", ["", "101", "x101", "+1855201XXXX", "1-800-FLOWERS", "1" * 16, "++16505550100"]
)
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(ValueError, match="telephone number"):
        phone_filter(wrong)


@pytest.mark.parametrize(
    ("held", "normal", "shown"),
    [
        ("+16505550100", "+16505550100", "(650) 555-0100"),
        ("(650) 555-0100", "+16505550100", "(650) 555-0100"),
        ("+1855201XXXX", "+1855201XXXX", "(855) 201-XXXX"),
        ("+1 855 201 xxxx", "+1855201XXXX", "(855) 201-XXXX"),
        ("101", "101", "101"),
        ("+442079460018", "+442079460018", "+442079460018"),
        ("anonymous", "anonymous", "anonymous"),
        ("", "", ""),
        ("XXXX", "XXXX", "XXXX"),
        ("sip:a@b", "sip:a@b", "sip:a@b"),
    ],
)
def test_numbers_in_records_keep_what_is_masked_and_short(held, normal, shown):
    assert (normal_phone(held), shown_phone(held)) == (normal, shown)


@given(st.text(max_size=20))
def test_normal_is_normal_already(text):
    once = normal_phone(text)
    assert normal_phone(once) == once


LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("when", "zone", "hours"),
    [
        (date(2026, 3, 8), LOS_ANGELES, 23),
        (date(2026, 11, 1), LOS_ANGELES, 25),
        (date(2026, 7, 1), LOS_ANGELES, 24),
        (date(2026, 4, 5), ZoneInfo("Australia/Lord_Howe"), 24.5),
        (date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"), 23),  # midnight does not exist
        (date(2026, 1, 1), UTC, 24),
    ],
)
def test_a_day_lasts_as_long_as_its_zone_says(when, zone, hours):
    begin, end = day(when, zone)
    assert (end - begin + timedelta(milliseconds=1)) / timedelta(hours=1) == hours
    assert (begin.tzinfo, end.tzinfo) == (UTC, UTC)


@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)), st.sampled_from(sorted(available_timezones())))
def test_days_follow_each_other_without_a_gap(when, name):
    zone = ZoneInfo(name)
    begin, end = day(when, zone)
    after, later = day(when + timedelta(days=1), zone)
    assert after - end == timedelta(milliseconds=1)
    assert day(when, zone, until=when + timedelta(days=1)) == (begin, later)


def test_what_is_no_day_is_refused():
    with pytest.raises(ValueError, match="without a time"):
        day(datetime(2026, 1, 1, tzinfo=UTC), UTC)
    with pytest.raises(ValueError, match="before the first"):
        day(date(2026, 1, 2), UTC, until=date(2026, 1, 1))
