"""What somebody has typed into the first-run form: checked by field, before a server is asked anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from ringback.client.server_url import PRODUCTION, server_base_url
from ringback.client.settings import visible
from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret
from ringback.web.settings import WebSettings
from ringback.web.texts import gettext

MOST = 500
FIELDS = ("server", "client_id", "client_secret", "redirect_uri")


@dataclass(frozen=True, slots=True)
class Entered:
    """The form's values. `errors` are by field, in the reader's language; without one all can be tried."""

    server: str = PRODUCTION
    client_id: str = ""
    client_secret: Secret | None = None
    redirect_uri: str = ""
    no_secret: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def entered(form: Mapping[str, str], before: Entered | None) -> Entered:
    """What `form` holds.

    A client secret is not shown again, so an empty field means the one of `before`, but only for the same
    server and client ID: it goes nowhere else.
    """
    typed = {name: form.get(name, "").strip() for name in FIELDS}
    errors = {
        name: gettext("This is longer than %(most)s characters.", most=MOST)
        for name, text in typed.items()
        if len(text) > MOST
    }
    typed = {name: text[:MOST] for name, text in typed.items()}
    no_secret = form.get("no_secret") == "1"
    secret = Secret(typed["client_secret"]) if typed["client_secret"] and not no_secret else None
    found = Entered(typed["server"], typed["client_id"], secret, typed["redirect_uri"], no_secret)
    try:
        found = replace(found, server=server_base_url(found.server))
    except ConfigurationError as error:
        errors.setdefault("server", told(error))
    same_app = before is not None and (before.server, before.client_id) == (found.server, found.client_id)
    if before is not None and same_app and secret is None and not no_secret:
        found = replace(found, client_secret=before.client_secret)
    return replace(found, errors={**_wrong(found), **errors})


def _wrong(found: Entered) -> dict[str, str]:
    errors = {}
    if not found.client_id:
        errors["client_id"] = gettext("Enter the app's client ID.")
    if found.client_secret is None and not found.no_secret:
        errors["client_secret"] = gettext("Enter the app's client secret, or say that it has none.")
    for name, text in (
        ("client_id", found.client_id),
        ("client_secret", found.client_secret.reveal() if found.client_secret else ""),
    ):
        try:
            visible(text or "x", name)
        except ConfigurationError as error:
            errors[name] = told(error)
    try:
        WebSettings(found.redirect_uri)
    except ConfigurationError as error:
        errors["redirect_uri"] = told(error)
    return errors


def told(error: ConfigurationError) -> str:
    """What the library says of a setting, as HTML that says it is English."""
    words = f"{error.message}. {error.remedy or ''}".strip()
    return Markup('<span lang="en" translate="no">{}</span>').format(words)
