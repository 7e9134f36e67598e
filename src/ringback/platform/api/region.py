"""Where the account is: its country, language, time zone and ways of writing, as the API shows them."""

from __future__ import annotations

from typing import Any

_LANGUAGE = {"id": "1033", "name": "English (United States)", "localeCode": "en-US"}


def country(base_url: str) -> dict[str, str]:
    """The United States."""
    return {
        "uri": f"{base_url}/restapi/v1.0/dictionary/country/1",
        "id": "1",
        "name": "United States",
        "isoCode": "US",
        "callingCode": "1",
    }


def settings(base_url: str) -> dict[str, Any]:
    """The regional settings of the account and of everybody in it."""
    return {
        "timezone": {
            "uri": f"{base_url}/restapi/v1.0/dictionary/timezone/58",
            "id": "58",
            "name": "US/Pacific",
            "description": "Pacific Time (US & Canada)",
            "bias": "-480",
        },
        "homeCountry": country(base_url),
        "language": dict(_LANGUAGE),
        "greetingLanguage": dict(_LANGUAGE),
        "formattingLocale": dict(_LANGUAGE),
        "timeFormat": "12h",
    }
