"""The fields of token and revoke requests: which there are, and how each is read (contract 5.2)."""

from __future__ import annotations

import re
import secrets

from starlette.requests import Request

from ringback.platform.apps import App
from ringback.platform.authorization import sessions
from ringback.platform.authorization.scopes import narrowed
from ringback.platform.authorization.session_values import Ttl
from ringback.platform.errors import OAuthError, invalid_request
from ringback.platform.quirks import Quirks
from ringback.platform.serving.parameters import Parameters, parse

KNOWN = (
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "assertion", "client_id"),
    *("scope", "endpoint_id", "access_token_ttl", "refresh_token_ttl", "token", "token_type_hint"),
    *("client_secret", "client_assertion", "client_assertion_type"),
)
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Grants that RingCentral had or gives to its partners only (contract 5.2).
RETIRED = frozenset({"password"})
PARTNERS_ONLY = frozenset(
    {
        *("device_code", "ivr_pin", "otp", "guest", "partner_jwt"),
        "urn:ietf:params:oauth:grant-type:device_code",
    }
)
CLIENT_CREDENTIALS = "client_credentials"
GRANT_TYPES = (
    frozenset({"authorization_code", "refresh_token", JWT_BEARER, CLIENT_CREDENTIALS})
    | RETIRED
    | PARTNERS_ONLY
)
_WHOLE_NUMBER = re.compile(r"([+-]?)([0-9]+)")
_DIGITS = 18
_ENDPOINT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def refuse_query(request: Request, *, allowed: frozenset[str]) -> Parameters:
    """Nothing of an OAuth request belongs into the URL; revoke may have its token there."""
    query = parse(request.scope["query_string"], strict=True)
    query.refuse_repeated(KNOWN)
    misplaced = sorted(query.names() & set(KNOWN) - allowed)
    if misplaced:
        raise invalid_request(
            "Request parameters must be sent in the body", why=f"in the query: {', '.join(misplaced)}"
        )
    return query


def mandatory(form: Parameters, name: str) -> str:
    """The value of a field that must be there; CMN-100 when it is not."""
    value = form.get(name)
    if value is None:
        raise invalid_request(f"Mandatory parameter [{name}] not specified", "CMN-100")
    return value


def narrow(form: Parameters, held: frozenset[str]) -> frozenset[str]:
    """The permissions held of those that `scope` asks for. Raises OAuthError invalid_scope when none is."""
    scope = narrowed(form.get("scope"), held)
    if scope is None:
        raise OAuthError(400, "invalid_scope", "None of the permissions asked for was granted")
    return scope


def ttl(form: Parameters, app: App, quirks: Quirks) -> Ttl:
    """The lifetimes asked for, clamped; no refresh token where the app issues none (contract 5.2)."""
    access = sessions.access_ttl(_number(form, "access_token_ttl"), int(quirks.value("access-token-life")))
    if not app.refresh_tokens:
        return Ttl(access, 0)
    most = int(quirks.value("refresh-ttl-max"))
    return Ttl(access, sessions.refresh_ttl(_number(form, "refresh_token_ttl"), most))


def endpoint_id(form: Parameters) -> str:
    """The client's name for itself, made up when it gives none."""
    given = form.get("endpoint_id")
    if given is None:
        return secrets.token_urlsafe(16)
    if not _ENDPOINT_ID.fullmatch(given):
        raise invalid_request("Parameter [endpoint_id] value is invalid", "CMN-101")
    return given


def refusal_of_grant(grant_type: str | None) -> OAuthError:
    """Why this grant type is not given (contract 3.4; which of the codes for which grant is inferred)."""
    if grant_type is None:
        return invalid_request("Mandatory parameter [grant_type] not specified", "CMN-100")
    if grant_type in RETIRED:
        return not_for_this_app("RingCentral has retired this grant; use the authorization code or a JWT")
    if grant_type == CLIENT_CREDENTIALS:
        description = "Client credentials grant is not allowed for this application"
        why = "RingCentral gives this grant to its partners only"
        return OAuthError(400, "unauthorized_client", description, "OAU-270", why=why)
    if grant_type in PARTNERS_ONLY:
        description = f"client is unauthorized for the required grant type: [{grant_type}]"
        why = "RingCentral gives this grant to its partners only"
        return OAuthError(400, "unauthorized_client", description, "OAU-112", why=why)
    return invalid_request("Unsupported grant type", "OAU-250")


def not_for_this_app(why: str) -> OAuthError:
    """OAU-251: this app does not have that grant."""
    return OAuthError(400, "unauthorized_client", "Unauthorized for this grant type", "OAU-251", why=why)


def _number(form: Parameters, name: str) -> int | None:
    """A whole number of any length; 400 for other text (contract 5.2: lifetimes are clamped)."""
    text = form.get(name)
    if text is None:
        return None
    number = _WHOLE_NUMBER.fullmatch(text)
    if number is None:
        raise invalid_request(f"Parameter [{name}] value is invalid", "CMN-101", why="not a whole number")
    sign, digits = number.groups()
    # Far past every limit a number of any length is as good as this one: it is clamped, never refused.
    return int(sign + (digits.lstrip("0") or "0")[:_DIGITS])
