"""The texts of the login and consent pages, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ringback.platform.authorization.words import english, french, german


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its tag for `lang`, the pages' texts by name, a sentence per permission or scope."""

    tag: str
    texts: Mapping[str, str]
    sentences: Mapping[str, str]


ENGLISH = Language("en", english.TEXTS, english.SENTENCES)
LANGUAGES = {
    language.tag: language
    for language in (
        ENGLISH,
        Language("de", german.TEXTS, german.SENTENCES),
        Language("fr", french.TEXTS, french.SENTENCES),
    )
}
