"""The languages of the login pages: which one is chosen, and that none lacks a text."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.platform.authorization.locales import choose
from ringback.platform.authorization.words import ENGLISH, LANGUAGES
from ringback.platform.permissions import CATALOGUE


@pytest.mark.parametrize(
    ("ui_locales", "locale_id", "accept", "tag"),
    [
        (None, None, "", "en"),
        ("de-DE fr", "fr-FR", "fr", "de"),
        ("xx-YY de", None, "fr", "de"),
        ("tlh", None, "fr", "fr"),
        (None, "fr_CA", "de", "fr"),
        (None, "de", "", "de"),
        (None, "zz", "de-AT;q=0.5, fr;q=0.4", "de"),
        (None, None, "en;q=0.3, fr-CH;q=0.9, de;q=0.7", "fr"),
        (None, None, "de;q=0, fr;q=0.1", "fr"),
        (None, None, "es, it;q=0.9", "en"),
        (None, None, "*, de;q=x", "en"),
        ("DE", None, "", "de"),
    ],
)
def test_choice(ui_locales: str | None, locale_id: str | None, accept: str, tag: str) -> None:
    assert choose(ui_locales, locale_id, accept).tag == tag


@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=300))
def test_any_text_chooses_a_language(ui_locales: str, locale_id: str, accept: str) -> None:
    assert choose(ui_locales, locale_id, accept).tag in LANGUAGES


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_every_language_says_everything(tag: str) -> None:
    language = LANGUAGES[tag]
    assert language.texts.keys() == ENGLISH.texts.keys()
    assert language.sentences.keys() == {*CATALOGUE, "openid", "email", "profile"}
    for name, text in ENGLISH.texts.items():
        assert text.strip()
        assert _fields(language.texts[name]) == _fields(text), name
    same = [name for name in language.texts if language.texts[name] == ENGLISH.texts[name]]
    assert language is ENGLISH or same == []


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
