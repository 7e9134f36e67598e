"""The create-app form as values: read from a link or a posted form, checked, errors by field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ringback.platform.apps import NewApp
from ringback.platform.authorization import redirect_uris
from ringback.platform.permissions import CATALOGUE
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.serving.parameters import Parameters

MAX_NAME = 64
MAX_DESCRIPTION = 256
_FIXABLE = ("public", "type", "permissions")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class AppForm:
    """What the form holds, as typed. `fixed` names the fields a link has set (contract 13.2)."""

    name: str = ""
    description: str = ""
    public: bool = False
    platform_type: str = "ServerWeb"
    redirect_uris: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    refresh_tokens: bool = True
    fixed: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)


def from_link(link: Parameters) -> AppForm:
    """The form that a create-app link fills (contract 13.2); what it gets wrong is told next to the field."""
    errors: dict[str, str] = {}
    fixed: set[str] = set()
    form = AppForm(
        name=(link.get("name") or "").strip(),
        description=(link.get("desc") or "").strip(),
        redirect_uris=redirect_uris.distinct((link.get("redirectUri") or "").split(",")),
    )
    public = link.get("public")
    if public in {"true", "false"}:
        form = replace(form, public=public == "true")
        fixed.add("public")
    elif public is not None:
        errors["public"] = "The link's value for public is neither true nor false."
    kind = link.get("type")
    if kind in PLATFORM_TYPES:
        form = replace(form, platform_type=kind or form.platform_type)
        fixed.add("type")
    elif kind is not None:
        errors["type"] = f"The link asks for the type {kind[:40]}, which does not exist."
    asked = link.get("permissions") or link.get("permission")
    if asked is not None:
        ids = frozenset(part.strip() for part in asked.split(",") if part.strip())
        form = replace(form, permissions=ids & CATALOGUE.keys())
        unknown = sorted(ids - CATALOGUE.keys())
        if unknown:
            errors["permissions"] = f"The link asks for unknown permissions: {', '.join(unknown)[:200]}."
        else:
            fixed.add("permissions")
    errors = {**_value_errors(form, complete=False), **errors}
    return replace(form, fixed=frozenset(fixed), errors=errors)


def from_post(posted: Parameters) -> AppForm:
    """The form as posted, with errors by field name; no errors: it may be created."""
    errors: dict[str, str] = {}
    ids = frozenset(
        name.removeprefix("permission.") for name in posted.names() if name.startswith("permission.")
    )
    kind = posted.get("type") or ""
    form = AppForm(
        name=(posted.get("name") or "").strip(),
        description=(posted.get("desc") or "").strip(),
        public=posted.get("public") == "true",
        platform_type=kind if kind in PLATFORM_TYPES else "ServerWeb",
        redirect_uris=redirect_uris.distinct((posted.get("redirectUris") or "").splitlines()),
        permissions=ids & CATALOGUE.keys(),
        refresh_tokens=posted.get("refreshTokens") != "no",
        fixed=frozenset(name for name in _FIXABLE if f"fixed.{name}" in posted),
    )
    if kind not in PLATFORM_TYPES:
        errors["type"] = "Choose the type of the app."
    if posted.get("public") not in {"true", "false"}:
        errors["public"] = "Choose who may use the app."
    if not ids <= CATALOGUE.keys():
        errors["permissions"] = "A permission that was asked for does not exist."
    return replace(form, errors={**_value_errors(form, complete=True), **errors})


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
    )


def _value_errors(form: AppForm, *, complete: bool) -> dict[str, str]:
    """Errors of what is filled in; `complete` also demands what must be (contract 13.1)."""
    errors = {
        "name": _text_error("name", form.name, MAX_NAME, required=complete),
        "desc": _text_error("description", form.description, MAX_DESCRIPTION, required=complete),
        "redirectUris": _redirect_error(form, required=complete),
    }
    return {name: error for name, error in errors.items() if error}


def _text_error(what: str, text: str, most: int, *, required: bool) -> str:
    if required and not text:
        return f"Give the app a {what}."
    if len(text) > most:
        return f"The {what} has {len(text)} characters; at most {most} are allowed."
    if _CONTROLS.search(text):
        return f"The {what} has characters that cannot be shown; write plain text."
    return ""


def _redirect_error(form: AppForm, *, required: bool) -> str:
    uris = form.redirect_uris
    problems = [problem for uri in uris[:50] if (problem := redirect_uris.problem_with(uri))]
    if problems:
        return " ".join(problems[:3])
    if len(uris) > redirect_uris.MAX_COUNT:
        return f"An app has at most {redirect_uris.MAX_COUNT} redirect URIs; these are {len(uris)}."
    if required and not uris and PLATFORM_TYPES[form.platform_type].code_flow:
        return "Give at least one redirect URI: where logins come back to."
    return ""
