"""The authorization endpoint and what its forms do: log in, consent, and back to the app (contract 4)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.apps import App
from ringback.platform.authorization.authorize import read_request, rules_of
from ringback.platform.authorization.authorize_views import (
    PATH,
    REMEMBER_ME,
    consent_view,
    login_view,
    may_remember,
)
from ringback.platform.authorization.codes import LIFETIME
from ringback.platform.authorization.form_origin import refuse_other_sites
from ringback.platform.authorization.pending import Pending
from ringback.platform.authorization.redirect_uris import with_parameters
from ringback.platform.authorization.sign_in import try_sign_in
from ringback.platform.authorization.steps import Step, next_step
from ringback.platform.company import Extension
from ringback.platform.errors import OAuthError, RedirectError, invalid_request
from ringback.platform.serving.context import known_browser, note_of, set_cookie, world_of
from ringback.platform.serving.page_door import refuse_head
from ringback.platform.serving.parameters import Parameters, parse
from ringback.platform.serving.render import see_other
from ringback.platform.serving.request_body import read_form

TOKEN_PATH = "/restapi/oauth/token"  # noqa: S105
DISCOVERY_PATH = "/.well-known/entry-points/external"
_DENIED = "The user denied access to your application"


async def authorize(request: Request) -> Response:
    """GET or POST an authorization request: the next page, or straight back to the app."""
    refuse_head(request)
    posted = request.method == "POST"
    sent = await read_form(request) if posted else parse(request.scope["query_string"], strict=False)
    world = world_of(request)
    named = world.apps.find(sent.get("client_id") or "")
    note_of(request).client_id = None if named is None else named.client_id
    asked = read_request(sent, world.apps.find, rules_of(world.quirks.value))
    with world.lock:
        browser = known_browser(request)
        if posted and browser is None and request.headers.get("sec-fetch-site") == "cross-site":
            # Such a POST comes without our cookie; a GET brings it, so nobody is signed out by it.
            fields = [(name, value) for name in sorted(sent.names()) for value in sent.all(name)]
            query = urlencode(fields, errors="surrogateescape")
            return see_other(request, f"{PATH}?{query}")
        browser = browser or world.browsers.new()
        pending = world.pending.begin(browser, asked, world.clock.now())
        return _next(request, pending, redirect_to_pages=False)


async def login_page(request: Request) -> Response:
    """GET the login page of a request under way."""
    refuse_head(request)
    with world_of(request).lock:
        return login_view(request, _pending(request, _query(request)))


async def login(request: Request) -> Response:
    """POST name and password."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        _pending_form(request, form)
    attempt = await try_sign_in(request, form)
    with world.lock:
        pending = _pending_form(request, form)
        if attempt.extension is None:
            note_of(request).why = attempt.message
            return login_view(request, pending, form, attempt)
        remembered = may_remember(pending.request) and form.get(REMEMBER_ME) is not None
        world.browsers.sign_in(
            pending.browser, attempt.extension.id, world.clock.now(), remembered=remembered
        )
        world.pending.set_signed_in(pending, True)
        return _next(request, pending, redirect_to_pages=True)


async def consent_page(request: Request) -> Response:
    """GET the consent page of a request under way, or whatever its next step is by now."""
    refuse_head(request)
    with world_of(request).lock:
        return _next(request, _pending(request, _query(request)), redirect_to_pages=False)


async def consent(request: Request) -> Response:
    """POST the user's decision. It counts once, and only for the user whom the page named."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        pending = _pending_form(request, form)
        if pending.user is None or pending.user != pending.browser.extension_id:
            return _next(request, pending, redirect_to_pages=True)
        decision = form.get("decision")
        if decision == "authorize":
            return _approve(request, pending)
        if decision != "cancel":
            raise invalid_request("Parameter [decision] must be authorize or cancel", "CMN-101")
        world.pending.finish(pending)
        note_of(request).extension_id = pending.user
        asked = pending.request
        raise RedirectError(asked.redirect_uri, asked.state, "access_denied", _DENIED)


async def not_you(request: Request) -> Response:
    """POST "not you?": sign this browser out and show the login page again."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        pending = _pending_form(request, form)
        if pending.user is None:
            return _next(request, pending, redirect_to_pages=True)
        world.browsers.sign_out(pending.browser)
        world.pending.set_user(pending, None)
        world.pending.set_signed_in(pending, False)
        return see_other(request, _page_path("login", pending), pending.browser)


def _next(request: Request, pending: Pending, *, redirect_to_pages: bool) -> Response:
    """Do the next step of a request under way; after a POST, pages are redirected to."""
    world, asked, browser = world_of(request), pending.request, pending.browser
    user = None if browser.extension_id is None else world.company.extension(browser.extension_id)
    remembered = None if user is None else world.remembered(user.id, asked.client_id)
    step = next_step(
        asked, signed_in=user is not None, just_now=pending.signed_in_for_this, remembered=remembered
    )
    if step in (Step.REFUSE_LOGIN, Step.REFUSE_CONSENT):
        world.pending.finish(pending)
        words = {Step.REFUSE_LOGIN: "The user is not logged in", Step.REFUSE_CONSENT: "Consent is needed"}
        raise RedirectError(asked.redirect_uri, asked.state, step.value, words[step])
    if step is Step.LOGIN or user is None:
        if redirect_to_pages:
            return see_other(request, _page_path("login", pending), browser)
        return login_view(request, pending)
    world.pending.set_user(pending, user.id)
    app = _app_for(request, pending, user)
    if step is Step.APPROVE:
        return _approve(request, pending)
    if redirect_to_pages:
        return see_other(request, _page_path("consent", pending), browser)
    return consent_view(request, pending, app, user)


def _approve(request: Request, pending: Pending) -> Response:
    """Issue a code and go back to the app with it."""
    world, asked = world_of(request), pending.request
    user = None if pending.user is None else world.company.extension(pending.user)
    if user is None:
        raise _no_longer_valid()
    _app_for(request, pending, user)
    world.pending.finish(pending)
    world.remember(user.id, asked.client_id, asked.to_consent)
    signed_in_at = pending.browser.signed_in_at
    code = world.codes.issue(asked, user.id, user.account_id, world.clock.now(), signed_in_at)
    note_of(request).extension_id = user.id
    answer = [("code", code)]
    if asked.state is not None:
        answer.append(("state", asked.state))
    answer.append(("expires_in", str(int(LIFETIME.total_seconds()))))
    if asked.discovery:
        answer.append(("token_uri", world.base_url + TOKEN_PATH))
        answer.append(("discovery_uri", world.base_url + DISCOVERY_PATH))
    location = with_parameters(asked.redirect_uri, answer)
    response = Response(status_code=302, headers={"Location": location})
    set_cookie(request, response, pending.browser)
    return response


def _app_for(request: Request, pending: Pending, user: Extension) -> App:
    """The app, still registered and open to this user (contract 13.1)."""
    app = world_of(request).apps.find(pending.request.client_id)
    note_of(request).client_id = pending.request.client_id
    if app is None:
        raise _no_longer_valid()
    if not app.open_to(user.account_id):
        world_of(request).pending.finish(pending)
        asked = pending.request
        description = "This application is open to its own company's users only"
        raise RedirectError(asked.redirect_uri, asked.state, "access_denied", description)
    return app


def _page_path(name: str, pending: Pending) -> str:
    return f"{PATH}/{name}?request={quote(pending.id)}"


def _query(request: Request) -> str | None:
    return parse(request.scope["query_string"], strict=False).get("request")


def _pending(request: Request, pending_id: str | None) -> Pending:
    world = world_of(request)
    pending = world.pending.find(pending_id, known_browser(request), world.clock.now())
    if pending is None:
        raise _no_longer_valid()
    note_of(request).client_id = pending.request.client_id
    return pending


def _pending_form(request: Request, form: Parameters) -> Pending:
    pending = _pending(request, form.get("request"))
    if not pending.is_form_of_ours(form.get("csrf")):
        raise _no_longer_valid()
    return pending


def _no_longer_valid() -> OAuthError:
    return invalid_request(
        "This sign-in is no longer valid",
        why="the page is older than 30 minutes, was answered already, or belongs to another browser",
    )
