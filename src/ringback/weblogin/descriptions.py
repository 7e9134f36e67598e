"""A browser in a few words, from the User-Agent it sends (RFC 9110 10.1.5): "Firefox on Linux".

Every word of an answer is one of those below, whatever a browser sends: nothing of it is kept or shown.
"""

from __future__ import annotations

import re

UNKNOWN = "Unknown browser"
BROWSER = "Browser"
PROGRAM = "A Python program"

_MOST = 1024

# The first that fits counts: most browsers also name those that they come from.
_BROWSERS = (
    ("Edge", r"\b(?:Edg|EdgA|EdgiOS|Edge)/"),
    ("Opera", r"\b(?:OPR|OPiOS|OPT|Opera)[/ ]"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|HeadlessChrome)/"),
    ("Chromium", r"\bChromium/"),
    ("Safari", r"\bVersion/[\d.]+ .*\bSafari/"),
    ("WebKit", r"\bAppleWebKit/"),
    ("curl", r"^curl/"),
    ("Wget", r"^Wget/"),
    (PROGRAM, r"^(?:python|Werkzeug|aiohttp)"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac ?OS ?X\b|\bMacintosh\b"),
    ("FreeBSD", r"\bFreeBSD\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)


def description_of(user_agent: str) -> str:
    """`Firefox on Linux`, `Firefox`, `Browser on Linux`, or UNKNOWN; at most 80 characters of ASCII."""
    read = user_agent[:_MOST]
    browser, system = _first(_BROWSERS, read), _first(_SYSTEMS, read)
    if system is None:
        return browser or UNKNOWN
    return f"{browser or BROWSER} on {system}"


def _first(known: tuple[tuple[str, str], ...], read: str) -> str | None:
    return next((name for name, pattern in known if re.search(pattern, read, re.IGNORECASE)), None)
