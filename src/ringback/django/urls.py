"""The login's routes for a Django project's `urlpatterns`."""

from __future__ import annotations

from typing import Any

from django.urls import path

from .installed import login_settings
from .login import page


def login_urls() -> list[Any]:
    """Routes for login, callback and logout: `ringback-login`, `ringback-callback`, `ringback-logout`.

    Raises ConfigurationError when RC_REDIRECT_URL is missing or wrong.
    """
    settings = login_settings()
    routes = (
        ("login", settings.login_path),
        ("callback", settings.callback_path),
        ("logout", settings.logout_path),
    )
    return [path(route.lstrip("/"), page, name=f"ringback-{name}") for name, route in routes]
