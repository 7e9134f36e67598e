"""Authorization requests: what one asks for, whether it may, and which page comes next. Decisions only."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from ringback.platform.apps import App
from ringback.platform.authorization import pkce, redirect_uris
from ringback.platform.errors import OAuthError, RedirectError, invalid_request, parameter_invalid
from ringback.platform.permissions import with_included
from ringback.platform.serving.parameters import Parameters

_DISPLAYS = frozenset({"page", "popup", "touch", "mobile"})
_PROMPTS = frozenset({"login", "sso", "consent", "none"})
_DEFAULT_PROMPT = frozenset({"login", "sso"})
# Scopes of OpenID Connect name no permission of the app (contract 7.1).
_NOT_PERMISSIONS = frozenset({"openid", "email", "profile"})
# ui_options may be repeated (contract 4); the rest may not.
KNOWN = (
    *(
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "scope",
        "brand_id",
        "brandId",
        "display",
        "prompt",
    ),
    *("ui_locales", "localeId", "code_challenge", "code_challenge_method", "nonce", "login_hint"),
    *("request", "request_uri"),
)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A checked authorization request. `redirect_uri` is a registered one, byte for byte."""

    client_id: str
    redirect_uri: str
    redirect_uri_was_sent: bool
    scope: frozenset[str]
    prompt: frozenset[str]
    display: str
    state: str | None = field(default=None, repr=False)
    challenge: str | None = field(default=None, repr=False)
    challenge_method: str = "plain"
    login_hint: str | None = None
    brand_id: str = "1210"


class Step(enum.Enum):
    """What an authorization request needs next."""

    LOGIN = "login"
    CONSENT = "consent"
    APPROVE = "approve"
    REFUSE_LOGIN = "login_required"
    REFUSE_CONSENT = "consent_required"


def read_request(sent: Parameters, find_app: Callable[[str], App | None]) -> AuthorizationRequest:
    """Check an authorization request (contract 4).

    Raises OAuthError or ApiError, shown on a page of ours, as long as app and redirect URI are in doubt;
    RedirectError, sent back to the app, for everything after that.
    """
    sent.refuse_repeated(KNOWN)
    app = _app(sent, find_app)
    redirect_uri = _redirect_uri(sent.get("redirect_uri"), app)
    display = sent.get("display") or "page"
    if display not in _DISPLAYS:
        raise parameter_invalid("display")
    state = sent.get("state")

    def refuse(error: str, description: str) -> RedirectError:
        return RedirectError(redirect_uri, state, error, description)

    _check_response(sent, app, refuse)
    challenge, method = _challenge(sent, app, refuse)
    return AuthorizationRequest(
        client_id=app.client_id,
        redirect_uri=redirect_uri,
        redirect_uri_was_sent="redirect_uri" in sent,
        scope=_scope(sent.get("scope"), app, refuse),
        prompt=_prompt(sent.get("prompt"), refuse),
        display=display,
        state=state,
        challenge=challenge,
        challenge_method=method,
        login_hint=sent.get("login_hint"),
        brand_id=sent.get("brand_id") or sent.get("brandId") or "1210",
    )


_Refuse = Callable[[str, str], RedirectError]


def _app(sent: Parameters, find_app: Callable[[str], App | None]) -> App:
    client_id = sent.get("client_id")
    if client_id is None:
        raise invalid_request("Mandatory parameter [client_id] not specified", "CMN-100")
    app = find_app(client_id)
    if app is None:
        shown = client_id if len(client_id) <= 100 else client_id[:100] + "…"
        raise OAuthError(
            400,
            "invalid_client",
            f"Invalid client application: [{shown}]",
            "OAU-153",
            why="no app has this client ID",
        )
    return app


def _redirect_uri(sent: str | None, app: App) -> str:
    if not app.redirect_uris:
        raise OAuthError(
            403, "invalid_client", "No redirect uri is registered for this client application", "OAU-113"
        )
    if sent is None:
        if len(app.redirect_uris) == 1:
            return app.redirect_uris[0]
        why = "redirect_uri was not sent, and the app has more than one registered"
    elif sent in app.redirect_uris:
        return sent
    else:
        why = f"redirect_uri differs in {redirect_uris.difference(sent, app.redirect_uris)}"
    raise OAuthError(403, "invalid_grant", "Redirect URIs do not match", "OAU-109", why=why)


def _check_response(sent: Parameters, app: App, refuse: _Refuse) -> None:
    kind = sent.get("response_type")
    if kind is None:
        raise refuse("invalid_request", "Parameter [response_type] is not specified")
    if kind != "code":
        raise refuse("unsupported_response_type", "The only supported response type is code")
    if "request" in sent:
        raise refuse("request_not_supported", "Request objects are not supported")
    if "request_uri" in sent:
        raise refuse("request_uri_not_supported", "Request objects are not supported")
    if not app.code_flow:
        raise refuse("unauthorized_client", "This kind of application cannot log users in")


def _challenge(sent: Parameters, app: App, refuse: _Refuse) -> tuple[str | None, str]:
    """The PKCE challenge and its method; absent method means plain (contract 4 and 16, RFC 7636 4.3)."""
    challenge, method = sent.get("code_challenge"), sent.get("code_challenge_method")
    if method is not None and method not in pkce.METHODS:
        raise refuse("invalid_request", "Parameter [code_challenge_method] must be plain or S256")
    if challenge is None:
        if method is not None:
            raise refuse("invalid_request", "Parameter [code_challenge] is not specified")
        if app.public_client:
            raise refuse(
                "invalid_request", "This application must use PKCE: [code_challenge] is not specified"
            )
        return None, "plain"
    if not pkce.well_formed(challenge):
        raise refuse("invalid_request", "Parameter [code_challenge] must be 43 to 128 unreserved characters")
    return challenge, method or "plain"


def _scope(sent: str | None, app: App, refuse: _Refuse) -> frozenset[str]:
    """The app's permissions, narrowed to those asked for (contract 4); see `narrowed`."""
    scope = narrowed(sent, app.permissions)
    if scope is None:
        raise refuse("invalid_scope", "The application has none of the permissions it asks for")
    return scope


def narrowed(sent: str | None, held: frozenset[str]) -> frozenset[str] | None:
    """The permissions held of those asked for; all when no permission is named; None when none is left.

    Holding a permission means holding those it includes (contract 9): ReadCallLog may be asked for, and is
    all that is granted then, where ReadCallRecording is held.
    """
    asked = frozenset((sent or "").split()) - _NOT_PERMISSIONS
    if not asked:
        return held
    return (with_included(held) & asked) or None


def _prompt(sent: str | None, refuse: _Refuse) -> frozenset[str]:
    prompt = frozenset((sent or "").split()) or _DEFAULT_PROMPT
    if not prompt <= _PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise refuse("invalid_request", "Parameter [prompt] takes login, sso and consent, or none alone")
    return prompt


def next_step(
    asked: AuthorizationRequest, *, signed_in: bool, just_now: bool, remembered: frozenset[str] | None
) -> Step:
    """Which page comes next for this request.

    `signed_in`: the browser has a login session; `just_now`: for this very request; `remembered`: the
    permissions this user authorized for this app before (None: never). prompt=login without sso asks for the
    password even in a signed-in browser; prompt=none shows no page at all (contract 4).
    """
    silent = "none" in asked.prompt
    must_ask = "login" in asked.prompt and "sso" not in asked.prompt
    if not signed_in or (must_ask and not just_now):
        return Step.REFUSE_LOGIN if silent else Step.LOGIN
    if consent_is_needed(asked, remembered):
        return Step.REFUSE_CONSENT if silent else Step.CONSENT
    return Step.APPROVE


def consent_is_needed(asked: AuthorizationRequest, remembered: frozenset[str] | None) -> bool:
    """Must the user see the consent page?

    A second login by the same user to the same app skips it, unless the request says prompt=consent
    (contract 4, inferred) or asks for other permissions than those authorized before.
    """
    return "consent" in asked.prompt or remembered != asked.scope
