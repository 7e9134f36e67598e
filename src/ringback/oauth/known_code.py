"""One of RingCentral's error codes as the catalogue keeps it: what it means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

APP_SETTINGS = "the app's settings in the developer console"
REGISTER_URI = (
    f"Register the redirect URI, byte for byte, in {APP_SETTINGS}, or set RC_REDIRECT_URL to one that is."
)
CREDENTIALS = (
    "Check RC_APP_CLIENT_ID and RC_APP_CLIENT_SECRET against the app's page in the developer console."
)
LOG_IN_AGAIN = "Log in again."
ADMINISTRATOR = "Ask the account's administrator."


@dataclass(frozen=True, slots=True)
class KnownCode:
    """`cause`: what RingCentral means by the code, in our own words; `remedy`: what to do about it."""

    cause: str
    remedy: str
