"""What one Django project has: the client and the login's pages, from its settings or the environment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.core.signals import setting_changed

from ringback.client import RingCentral
from ringback.client.settings import environment_with_dotenv, required, settings_from
from ringback.weblogin import LoginSettings, Pages

_lock = threading.Lock()
_made: list[Installed] = []


class Installed:
    """The client, and the login's pages."""

    def __init__(self, client: RingCentral, pages: Pages) -> None:
        self.client = client
        self.pages = pages


def _told() -> Mapping[str, Any]:
    """The project's own `RINGBACK`: a dict with `client` (a RingCentral) and `login` (LoginSettings)."""
    return getattr(django_settings, "RINGBACK", None) or {}


def login_settings() -> LoginSettings:
    """RINGBACK["login"] of the project, else those of the redirect URI. Raises ConfigurationError."""
    given = _told().get("login")
    if isinstance(given, LoginSettings):
        return given
    client = _told().get("client")
    uri = client.redirect_uri if client is not None else settings_from(environment_with_dotenv()).redirect_uri
    return LoginSettings(required(uri, "redirect_uri"))


def installed() -> Installed:
    """Made at the first request, of RINGBACK["client"] or the environment. Raises ConfigurationError."""
    with _lock:
        if not _made:
            client = _told().get("client") or RingCentral.from_env()
            _made.append(Installed(client, Pages(client.context, login_settings())))
        return _made[0]


def _changed(*, setting: str, **_: Any) -> None:
    """Tests override settings (django.test.override_settings): what was made of them is made anew."""
    if setting == "RINGBACK":
        with _lock:
            _made.clear()


setting_changed.connect(_changed)
