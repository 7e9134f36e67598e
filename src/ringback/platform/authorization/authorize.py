"""Authorization requests: what one asks for, whether it may, and which page comes next. Decisions only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ringback.platform.apps import App
from ringback.platform.authorization import pkce, redirect_uris
from ringback.platform.authorization.scopes import narrowed, openid_scopes
from ringback.platform.compared import mismatch
from ringback.platform.errors import OAuthError, RedirectError, invalid_request, parameter_invalid
from ringback.platform.serving.parameters import Parameters

_DISPLAYS = frozenset({"page", "popup", "touch", "mobile"})
_PROMPTS = frozenset({"login", "sso", "consent", "none"})
_DEFAULT_PROMPT = frozenset({"login", "sso"})
_BRAND = re.compile(r"[0-9]{1,10}")
_UI_OPTIONS = frozenset({"hide_logo", "hide_tos", "hide_remember_me", "external_popup", "old_ui"})
# ui_options may be repeated (contract 4), and what SDKs send without a documented meaning; the rest may not.
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
    """A checked authorization request. `redirect_uri` is a registered one, byte for byte.

    `scope` are permissions, `openid` the scopes of OpenID Connect. `ui_locales` and `locale_id` are as sent.
    """

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
    nonce: str | None = field(default=None, repr=False)
    openid: frozenset[str] = frozenset()
    ui_locales: str | None = None
    locale_id: str | None = None
    ui_options: frozenset[str] = frozenset()
    discovery: bool = False

    @property
    def to_consent(self) -> frozenset[str]:
        """What the user is asked to authorize."""
        return self.scope | self.openid


@dataclass(frozen=True, slots=True)
class Rules:
    """What the quirks of a world decide about authorization requests (contract 16).

    `error_status` is that of OAU-109 and OAU-113; `redirect_uri_always`: it must be sent also when only one
    is registered; `plain_by_default`: a challenge without a method is plain, else it is refused.
    """

    error_status: int = 403
    redirect_uri_always: bool = False
    plain_by_default: bool = True


def rules_of(quirk: Callable[[str], str]) -> Rules:
    """The rules that these quirks make; `quirk` gives the value in force for a name."""
    return Rules(
        error_status=int(quirk("authorize-error-status")),
        redirect_uri_always=quirk("redirect-uri-at-authorize") == "always",
        plain_by_default=quirk("pkce-method-absent") == "plain",
    )


_BY_THE_BOOK = Rules()


def read_request(
    sent: Parameters, find_app: Callable[[str], App | None], rules: Rules = _BY_THE_BOOK
) -> AuthorizationRequest:
    """Check an authorization request (contract 4).

    Raises OAuthError or ApiError, shown on a page of ours, as long as app and redirect URI are in doubt;
    RedirectError, sent back to the app, for everything after that.
    """
    sent.refuse_repeated(KNOWN)
    app = _app(sent, find_app)
    redirect_uri = _redirect_uri(sent.get("redirect_uri"), app, rules)
    display = sent.get("display") or "page"
    if display not in _DISPLAYS:
        raise parameter_invalid("display")
    brand_id = _brand_id(sent, rules)
    state = sent.get("state")

    def refuse(error: str, description: str) -> RedirectError:
        return RedirectError(redirect_uri, state, error, description)

    _check_response(sent, app, refuse)
    challenge, method = _challenge(sent, app, rules, refuse)
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
        brand_id=brand_id,
        nonce=sent.get("nonce"),
        openid=openid_scopes(sent.get("scope")),
        ui_locales=sent.get("ui_locales"),
        locale_id=sent.get("localeId"),
        ui_options=_ui_options(sent),
        discovery=sent.get("discovery") == "true",
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


def _redirect_uri(sent: str | None, app: App, rules: Rules) -> str:
    if not app.redirect_uris:
        description = "No redirect uri is registered for this client application"
        raise OAuthError(rules.error_status, "invalid_client", description, "OAU-113")
    if sent is None:
        if len(app.redirect_uris) == 1 and not rules.redirect_uri_always:
            return app.redirect_uris[0]
        why = "redirect_uri was not sent"
        if len(app.redirect_uris) > 1:
            why += ", and the app has more than one registered"
    elif sent in app.redirect_uris:
        return sent
    else:
        why = f"redirect_uri differs in {redirect_uris.difference(sent, app.redirect_uris)}"
    details = {} if sent is None else mismatch(sent, app.redirect_uris)
    raise OAuthError(
        rules.error_status,
        "invalid_grant",
        "Redirect URIs do not match",
        "OAU-109",
        why=why,
        details=details,
    )


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


def _challenge(sent: Parameters, app: App, rules: Rules, refuse: _Refuse) -> tuple[str | None, str]:
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
    if method is None and not rules.plain_by_default:
        raise refuse("invalid_request", "Parameter [code_challenge_method] is not specified")
    return challenge, method or "plain"


def _scope(sent: str | None, app: App, refuse: _Refuse) -> frozenset[str]:
    """The app's permissions, narrowed to those asked for (contract 4); see `narrowed`."""
    scope = narrowed(sent, app.permissions)
    if scope is None:
        raise refuse("invalid_scope", "The application has none of the permissions it asks for")
    return scope


def _prompt(sent: str | None, refuse: _Refuse) -> frozenset[str]:
    prompt = frozenset((sent or "").split()) or _DEFAULT_PROMPT
    if not prompt <= _PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise refuse("invalid_request", "Parameter [prompt] takes login, sso and consent, or none alone")
    return prompt


def _brand_id(sent: Parameters, rules: Rules) -> str:
    """The brand: a number; 1210 is RingCentral US (contract 4). Both spellings are taken (contract 16)."""
    brand_id = sent.get("brand_id") or sent.get("brandId") or "1210"
    if not _BRAND.fullmatch(brand_id):
        raise OAuthError(rules.error_status, "invalid_request", "Parameter [brandId] is invalid", "OAU-101")
    return brand_id


def _ui_options(sent: Parameters) -> frozenset[str]:
    """Known options, however often `ui_options` was sent and separated; unknown ones are ignored."""
    said = " ".join(sent.all("ui_options")).replace(",", " ")
    return _UI_OPTIONS.intersection(said.split())
