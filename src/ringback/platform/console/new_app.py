"""The app form as values, to create or change an app: read from a posted form, checked, errors by field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ringback.platform.app_values import App, NewApp
from ringback.platform.authorization import redirect_uris
from ringback.platform.permissions import CATALOGUE
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.serving.parameters import Parameters

MAX_NAME = 64
MAX_DESCRIPTION = 256
MIN_DESCRIPTION = 20
CARRIERS = {"3420": "AT&T", "7310": "TELUS", "7710": "BT"}
JWT = "JWT"
_FIXABLE = ("public", "type", "permissions")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class AppForm:
    """What the form holds, as typed. `fixed` names the fields a link has set (contract 13.2).

    `link_description` is the description a link brought: it may be shorter than one that is typed.
    """

    name: str = ""
    description: str = ""
    public: bool = False
    platform_type: str = "ServerWeb"
    redirect_uris: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    refresh_tokens: bool = True
    carriers: tuple[str, ...] = ()
    link_description: str = ""
    fixed: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def jwt(self) -> bool:
        """Is it to log in with a JWT, rather than by the authorization code flow (contract 13.1)?"""
        return not PLATFORM_TYPES[self.platform_type].code_flow


def of_app(app: App) -> AppForm:
    """The form that shows an app's settings."""
    return AppForm(
        name=app.name,
        description=app.description,
        public=app.public,
        platform_type=app.platform_type,
        redirect_uris=app.redirect_uris,
        permissions=app.permissions,
        refresh_tokens=app.refresh_tokens,
        carriers=app.carriers,
        link_description=app.description,
        fixed=frozenset({"type"}),
    )


def from_post(posted: Parameters, app: App | None = None) -> AppForm:
    """The form as posted, with errors by field name; no errors: it may be created, or `app` changed.

    An app keeps its type, whatever is posted (contract 13.1).
    """
    errors: dict[str, str] = {}
    ids = frozenset(
        name.removeprefix("permission.") for name in posted.names() if name.startswith("permission.")
    )
    kind, type_error = (app.platform_type, "") if app is not None else _kind(posted)
    public = posted.get("public") == "true"
    form = AppForm(
        name=(posted.get("name") or "").strip(),
        description=(posted.get("desc") or "").strip(),
        public=public,
        platform_type=kind,
        redirect_uris=redirect_uris.distinct((posted.get("redirectUris") or "").splitlines()),
        permissions=ids & CATALOGUE.keys(),
        refresh_tokens=posted.get("refreshTokens") != "no",
        carriers=_carriers(posted) if public else (),
        link_description=app.description if app is not None else (posted.get("linkDesc") or "").strip(),
        fixed=frozenset(name for name in _FIXABLE if f"fixed.{name}" in posted),
    )
    if type_error:
        errors["type"] = type_error
    if posted.get("public") not in {"true", "false"}:
        errors["public"] = "Choose who may use the app."
    if not ids <= CATALOGUE.keys():
        errors["permissions"] = "A permission that was asked for does not exist."
    return replace(form, errors={**value_errors(form, complete=True), **errors})


def checked(form: AppForm) -> NewApp:
    """The form's values as a new app. ValueError when it has errors."""
    if form.errors:
        raise ValueError("the form has errors")
    return NewApp(
        name=form.name,
        description=form.description,
        platform_type=form.platform_type,
        public=form.public,
        redirect_uris=form.redirect_uris,
        permissions=form.permissions,
        refresh_tokens=form.refresh_tokens,
        carriers=form.carriers,
    )


def value_errors(form: AppForm, *, complete: bool) -> dict[str, str]:
    """Errors of what is filled in; `complete` also demands what must be (contract 13.1)."""
    errors = {
        "name": _text_error("name", form.name, MAX_NAME, required=complete),
        "desc": _text_error("description", form.description, MAX_DESCRIPTION, required=complete)
        or _too_short(form, complete=complete),
        "redirectUris": redirect_error(form.redirect_uris) or (_no_redirect_error(form) if complete else ""),
    }
    return {name: error for name, error in errors.items() if error}


def redirect_error(uris: tuple[str, ...]) -> str:
    """What is wrong with these redirect URIs, in at most three sentences; "" when nothing is."""
    problems = [problem for uri in uris[:50] if (problem := redirect_uris.problem_with(uri))]
    if problems:
        return " ".join(problems[:3])
    if len(uris) > redirect_uris.MAX_COUNT:
        return f"An app has at most {redirect_uris.MAX_COUNT} redirect URIs; these are {len(uris)}."
    return ""


def known_carriers(ids: Iterable[str]) -> tuple[str, ...]:
    """The brand partners among these ids, each once, in order."""
    asked = set(ids)
    return tuple(carrier for carrier in CARRIERS if carrier in asked)


def _kind(posted: Parameters) -> tuple[str, str]:
    """Platform type and error: with a JWT login there is no type to choose (contract 13.1)."""
    auth, kind = posted.get("auth"), posted.get("type") or ""
    known = PLATFORM_TYPES.get(kind)
    if auth == "jwt":
        return (kind if known is not None and not known.code_flow else JWT), ""
    if known is None or (auth == "code" and not known.code_flow):
        return "ServerWeb", "Choose the type of the app."
    return kind, "" if auth in {None, "code"} else "Choose how the app logs in."


def _carriers(posted: Parameters) -> tuple[str, ...]:
    return known_carriers(
        name.removeprefix("carrier.") for name in posted.names() if name.startswith("carrier.")
    )


def _text_error(what: str, text: str, most: int, *, required: bool) -> str:
    if required and not text:
        return f"Give the app a {what}."
    if len(text) > most:
        return f"The {what} has {len(text)} characters; at most {most} are allowed."
    if _CONTROLS.search(text):
        return f"The {what} has characters that cannot be shown; write plain text."
    return ""


def _too_short(form: AppForm, *, complete: bool) -> str:
    """The form asks for twenty characters (13.1); a link's own description may be shorter (13.2)."""
    text = form.description
    if not complete or len(text) >= MIN_DESCRIPTION or text == form.link_description:
        return ""
    return f"The description has {len(text)} characters; write at least {MIN_DESCRIPTION}."


def _no_redirect_error(form: AppForm) -> str:
    if not form.redirect_uris and not form.jwt:
        return "Give at least one redirect URI: where logins come back to."
    return ""
