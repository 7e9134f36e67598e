"""The web app (Flask): log in, three API calls, the call log, log out. `create_app` makes it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask

from ringback import ConfigurationError, RingbackError, RingCentral
from ringback.client.settings import environment_with_dotenv

from . import (
    api_tests,
    browser,
    callback,
    calls,
    calls_recording,
    errors,
    headers,
    health,
    hosts,
    login,
    logout,
    logs,
    look,
    session_browsers,
    session_page,
)
from .context import Web, web
from .deployment import Deployment
from .proxies import BehindProxies
from .saved import pages as saved
from .settings import TryUser, WebSettings

__all__ = ["TryUser", "WebSettings", "create_app", "going_away", "settings_of"]

_CALLBACK_PATH = "/oauth2callback"


def create_app(
    client: RingCentral | None = None,
    *,
    settings: WebSettings | None = None,
    try_users: Sequence[TryUser] = (),
) -> Flask:
    """The web app over `client`; with nothing passed, over the one the environment and `.env` describe.

    `settings` come from the client's redirect URI and the environment when left out. `try_users` are shown
    on the login page.
    Raises ConfigurationError, one line that names what is missing or wrong.
    """
    environment = os.environ if client else environment_with_dotenv()
    client = client or RingCentral.from_env()
    settings = settings or settings_of(client, environment)
    app = Flask(__name__)
    app.wsgi_app = BehindProxies(app.wsgi_app, settings.deployment.trusted_proxies)  # type: ignore[method-assign]
    app.extensions["ringback"] = Web.of(client, settings, try_users)
    look.install(app, "login.home")
    app.context_processor(_who_is_here)
    for part in (logs, hosts, headers, browser, errors):
        part.install(app)
    for room in (
        login,
        callback,
        api_tests,
        calls,
        calls_recording,
        saved,
        session_page,
        session_browsers,
        logout,
        health,
    ):
        app.register_blueprint(room.pages)
    if settings.callback_path != _CALLBACK_PATH:
        app.add_url_rule(settings.callback_path, "callback.registered", callback.callback, methods=["GET"])
    return app


def settings_of(client: RingCentral, environment: Mapping[str, str]) -> WebSettings:
    """The settings of an app over `client` that runs where `environment` says. Raises ConfigurationError."""
    if not client.redirect_uri:
        raise ConfigurationError(
            "RC_REDIRECT_URL is not set",
            remedy="Set it to the app's redirect URI, for example http://localhost:5000/oauth2callback.",
        )
    return WebSettings(client.redirect_uri, deployment=Deployment.from_environment(environment))


def going_away(app: Flask) -> None:
    """`app` is about to end: `/readyz` says so from now on. Signal handlers may call it."""
    found: Web = app.extensions["ringback"]
    found.readiness.stop()


def _who_is_here() -> dict[str, Any]:
    """What the top bar shows. It must not fail: error pages have a top bar too."""
    try:
        user_id = browser.current_user_id()
    except RingbackError:
        user_id = None
    return {"logged_in": user_id is not None, "who": web().names.get(user_id) if user_id else None}
