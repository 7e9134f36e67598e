"""In which language a login page speaks: ui_locales before localeId before Accept-Language (contract 4)."""

from __future__ import annotations

from collections.abc import Iterator

from ringback.platform.authorization.words import ENGLISH, LANGUAGES, Language

_MOST_TAGS = 50


def choose(ui_locales: str | None, locale_id: str | None, accept_language: str) -> Language:
    """The first language wished for that there is; English when there is none.

    `ui_locales` are RFC 5646 tags, best first; `locale_id` is one such as en-US or de_DE; `accept_language`
    is the header. Only the language of a tag counts, not its region or script.
    """
    wished = [*(ui_locales or "").split()[:_MOST_TAGS], locale_id or "", *_by_weight(accept_language)]
    for tag in wished:
        language = LANGUAGES.get(tag.replace("_", "-").partition("-")[0].lower())
        if language is not None:
            return language
    return ENGLISH


def _by_weight(header: str) -> list[str]:
    """The tags of an Accept-Language header, those of the greatest weight first (RFC 9110 12.5.4)."""
    return [tag for _, tag in sorted(_weighted(header), key=lambda pair: -pair[0])]


def _weighted(header: str) -> Iterator[tuple[float, str]]:
    for part in header.split(",")[:_MOST_TAGS]:
        tag, _, parameter = part.strip().partition(";")
        name, _, text = parameter.strip().partition("=")
        try:
            weight = float(text) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() and 0 < weight <= 1:
            yield weight, tag.strip()
