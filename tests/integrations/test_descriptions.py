"""A browser in a few words: real User-Agents, and that nothing else of what is sent comes through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.weblogin.descriptions import _BROWSERS, _SYSTEMS, UNKNOWN, description_of

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 {}Safari/537.36{}"
SAFARI = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {}/17.6 {}Safari/605.1.15"
MAC = "Macintosh; Intel Mac OS X 10_15_7"
PHONE = "iPhone; CPU iPhone OS 17_6 like Mac OS X"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0", "Firefox on Android"),
        (CHROME.format("Windows NT 10.0; Win64; x64", "", ""), "Chrome on Windows"),
        (CHROME.format("Windows NT 10.0; Win64; x64", "", " Edg/130.0"), "Edge on Windows"),
        (CHROME.format(MAC, "", " OPR/115.0"), "Opera on macOS"),
        (CHROME.format("X11; CrOS x86_64 14541.0.0", "", ""), "Chrome on ChromeOS"),
        (CHROME.format("Linux; Android 10; K", "Mobile ", ""), "Chrome on Android"),
        (CHROME.format("X11; Linux x86_64", "", "").replace("Chrome/", "HeadlessChrome/"), "Chrome on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko)"
            " SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (SAFARI.format(MAC, "Version", ""), "Safari on macOS"),
        (SAFARI.format(PHONE, "Version", "Mobile/15E148 "), "Safari on iPhone"),
        (SAFARI.format(PHONE, "CriOS", "Mobile/15E148 "), "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; FreeBSD amd64) AppleWebKit/605.1.15 (KHTML, like Gecko)", "WebKit on FreeBSD"),
        ("curl/8.5.0", "curl"),
        ("python-httpx2/2.1", "A Python program"),
        ("Something (X11; Linux)", "Browser on Linux"),
        ("", UNKNOWN),
        ("x" * 100_000 + "Firefox/1", UNKNOWN),
    ],
)
def test_browsers_are_known_by_what_they_send(agent, said):
    assert description_of(agent) == said


WORDS = {name for name, _ in (*_BROWSERS, *_SYSTEMS)} | {"Browser"}
PARTS = st.sampled_from(
    ["Firefox/", "Chrome/1", "Edg/", "Linux", "Windows", "<script>", " on ", "\x00", "\u202e"]
)


@given(st.lists(PARTS | st.text(max_size=20), max_size=12).map("".join))
def test_an_answer_is_made_of_our_own_words_alone(agent):
    said = description_of(agent)
    assert said == UNKNOWN or set(said.split(" on ")) <= WORDS
    assert len(said) <= 80
