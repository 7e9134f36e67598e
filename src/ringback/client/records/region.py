"""Where somebody is and how they write: countries, zones, languages, money (contract 10)."""

from __future__ import annotations

from .base import Record, Ref


class Address(Record, frozen=True, gc=False):
    """Where somebody is."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None


class Country(Ref, frozen=True, gc=False):
    """A country: `iso_code` has two letters, `calling_code` is without a plus."""

    name: str | None = None
    iso_code: str | None = None
    calling_code: str | None = None


class Currency(Ref, frozen=True, gc=False):
    """A currency: `code` has three letters."""

    code: str | None = None
    name: str | None = None
    symbol: str | None = None
    minor_symbol: str | None = None


class Timezone(Ref, frozen=True, gc=False):
    """A time zone: `name` is its IANA name, `bias` its distance from UTC in minutes, as text."""

    name: str | None = None
    description: str | None = None
    bias: str | None = None


class Language(Ref, frozen=True, gc=False):
    """A language or way of formatting."""

    locale_code: str | None = None
    name: str | None = None


class RegionalSettings(Record, frozen=True, gc=False):
    """Where somebody's days begin and how they write. `time_format`: 12h, 24h; `currency`: accounts only."""

    timezone: Timezone | None = None
    home_country: Country | None = None
    language: Language | None = None
    greeting_language: Language | None = None
    formatting_locale: Language | None = None
    time_format: str | None = None
    currency: Currency | None = None
