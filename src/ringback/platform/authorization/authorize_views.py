"""The login page and the consent page, in the visitor's language and the layout that was asked for."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.apps import App
from ringback.platform.authorization import locales
from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.authorization.passwords import MAX_BYTES
from ringback.platform.authorization.pending import Pending
from ringback.platform.authorization.redirect_uris import form_action_source, shown_origin
from ringback.platform.authorization.scopes import OPENID, OPENID_SCOPES
from ringback.platform.authorization.sign_in import Attempt, users_to_try
from ringback.platform.authorization.words import Language
from ringback.platform.company import Extension
from ringback.platform.permissions import in_order
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.render import page

PATH = "/restapi/oauth/authorize"
REMEMBER_ME = "rememberMe"
_EMPHASIZED = Markup("<em>{}</em>")
_STRONG = Markup("<strong>{}</strong>")
_CODE = Markup("<code>{}</code>")
_OPENID_ICONS = {OPENID: ("person-check", "i"), "email": ("envelope", "@"), "profile": ("person", "i")}


def login_view(
    request: Request, pending: Pending, form: Parameters | None = None, attempt: Attempt | None = None
) -> Response:
    """The login page; after a failed attempt with what was typed, except the password."""
    asked = pending.request
    language = _language(request, asked)
    username = asked.login_hint if form is None else form.get("username")
    return _page(
        request,
        "login.html",
        pending,
        language,
        status=200 if attempt is None else attempt.status,
        headers={} if attempt is None else attempt.headers(),
        heading=_text(language, "sign_in_to", app=_EMPHASIZED.format(_app_name(request, asked))),
        action=f"{PATH}/login",
        username=(username or "")[:254],
        extension=((form.get("extension") if form else None) or "")[:20],
        remember_me=may_remember(asked),
        remembered=form is not None and form.get(REMEMBER_ME) is not None,
        message=None if attempt is None else _message(language, attempt),
        users=users_to_try(request),
    )


def consent_view(request: Request, pending: Pending, app: App, user: Extension) -> Response:
    """The consent page: one sentence for each thing the app would like to do."""
    asked = pending.request
    language = _language(request, asked)
    return _page(
        request,
        "consent.html",
        pending,
        language,
        heading=_text(language, "would_like", app=_EMPHASIZED.format(app.name)),
        action=f"{PATH}/consent",
        not_you_action=f"{PATH}/not-you",
        wishes=_wishes(language, asked),
        who=_text(language, "signed_in_as", name=_STRONG.format(user.name), number=user.number),
        goes_to=_text(language, "goes_to", origin=_CODE.format(shown_origin(asked.redirect_uri))),
    )


def may_remember(asked: AuthorizationRequest) -> bool:
    """May the user choose to stay signed in? Not with ui_options=hide_remember_me (contract 4)."""
    return "hide_remember_me" not in asked.ui_options


def _page(
    request: Request,
    template: str,
    pending: Pending,
    language: Language,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    asked = pending.request
    return page(
        request,
        template,
        status=status,
        browser=pending.browser,
        form_action=[form_action_source(asked.redirect_uri)],
        headers={"Content-Language": language.tag, **(headers or {})},
        hidden={"request": pending.id, "csrf": pending.csrf},
        lang=language.tag,
        t=language.texts,
        skip_text=language.texts["skip"],
        layout=_layout(asked),
        show_logo="hide_logo" not in asked.ui_options,
        show_terms="hide_tos" not in asked.ui_options,
        **values,
    )


def _layout(asked: AuthorizationRequest) -> str:
    """Classes of the page: how it is laid out for `display` and `ui_options` (contract 4)."""
    display = "popup" if "external_popup" in asked.ui_options else asked.display
    return f"display-{display}" + (" old-ui" if "old_ui" in asked.ui_options else "")


def _language(request: Request, asked: AuthorizationRequest) -> Language:
    return locales.choose(asked.ui_locales, asked.locale_id, request.headers.get("accept-language", ""))


def _text(language: Language, name: str, /, **values: object) -> Markup:
    """A text of the page with values put in, each escaped unless it is markup of ours."""
    # The texts are our own files: their markup is trusted, and they have none.
    return Markup(language.texts[name]).format(**values)  # noqa: S704


def _message(language: Language, attempt: Attempt) -> str:
    return language.texts[attempt.kind].format(seconds=attempt.wait, bytes=MAX_BYTES)


def _wishes(language: Language, asked: AuthorizationRequest) -> list[tuple[str, str, str]]:
    """Icon, text in its place, and sentence of each thing asked for."""
    permissions = [(each.id, each.icon, each.glyph) for each in in_order(asked.scope)]
    scopes = [(scope, *_OPENID_ICONS[scope]) for scope in OPENID_SCOPES if scope in asked.openid]
    return [(icon, glyph, language.sentences[name]) for name, icon, glyph in (*permissions, *scopes)]


def _app_name(request: Request, asked: AuthorizationRequest) -> str:
    note_of(request).client_id = asked.client_id
    app = world_of(request).apps.find(asked.client_id)
    return app.name if app else asked.client_id
