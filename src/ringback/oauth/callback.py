"""The callback check: which code, if any, a browser's return to the redirect URI brings (RFC 6749 4.1.2)."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from .authorization import Transaction
from .errors import CallbackError, LoginDenied, LoginRefused, StateMismatch, TransactionExpired
from .printable import error_in, printable
from .secret import Secret

TRANSACTION_SECONDS = 600.0
_MAX_QUERY = 8192
_AGAIN = "Start the login again from the login page."
_TYPE = (
    "The app must be of the type 3-legged OAuth (authorization code): see its page in the developer console."
)
_LATER = "RingCentral has trouble of its own: start the login again later."
_WITH_THE_USER = "Begin the login without prompt='none', so that RingCentral may ask the user."
# What to do about the errors of RFC 6749 4.1.2.1 and OpenID Connect Core 3.1.2.6.
_REMEDIES = {
    "invalid_scope": "Leave scope out, or ask for permissions that the app has.",
    "unauthorized_client": _TYPE,
    "unsupported_response_type": _TYPE,
    "server_error": _LATER,
    "temporarily_unavailable": _LATER,
    "login_required": _WITH_THE_USER,
    "interaction_required": _WITH_THE_USER,
    "consent_required": _WITH_THE_USER,
    "account_selection_required": _WITH_THE_USER,
}


def check_callback(callback_url: str, transaction: Transaction, *, now: float) -> Secret:
    """The authorization code that `callback_url` carries for `transaction`.

    The state is compared first, in constant time; until it matches, nothing else is believed.
    `callback_url` is the whole URL, or only its query string. `now` is in seconds since the epoch, UTC.

    Raises StateMismatch, TransactionExpired (older than 10 minutes), LoginDenied, LoginRefused, or
    CallbackError when a parameter is missing, repeated or too long.
    """
    query = callback_url.partition("?")[2].partition("#")[0] if "?" in callback_url else callback_url
    if len(query) > _MAX_QUERY:
        raise CallbackError("The callback is longer than 8 kB", remedy=_AGAIN)
    pairs = parse_qsl(query, keep_blank_values=True)
    parameters = dict(pairs)
    state = parameters.get("state", "")
    if not hmac.compare_digest(state.encode("utf-8", "replace"), transaction.state.reveal().encode("utf-8")):
        raise StateMismatch(
            "The callback does not belong to this login: its state is not the one that was sent",
            remedy=_AGAIN,
        )
    if len(pairs) != len(parameters):
        raise CallbackError("The callback repeats a parameter", remedy=_AGAIN)
    if now - transaction.issued_at > TRANSACTION_SECONDS:
        raise TransactionExpired("This login was started more than 10 minutes ago", remedy=_AGAIN)
    _check_issuer(parameters.get("iss"), transaction.server)
    if "error" in parameters:
        raise _refusal(parameters["error"], parameters.get("error_description", ""))
    code = parameters.get("code")
    if not code:
        raise CallbackError("The callback has neither a code nor an error", remedy=_AGAIN)
    return Secret(code)


def _check_issuer(issuer: str | None, server: str) -> None:
    """`iss`, when present, must be the server we sent the browser to (RFC 9207 2.4)."""
    if issuer is not None and issuer.rstrip("/") != server:
        raise CallbackError(
            "The callback names another authorization server than the one the login was started at",
            remedy="Check RC_SERVER_URL, then start the login again.",
        )


def _refusal(error: str, description: str) -> CallbackError:
    told = printable(description)
    if error == "access_denied":
        return LoginDenied(told or "The user denied access to your application", remedy=_AGAIN)
    name = error_in(error)
    return LoginRefused(
        f"RingCentral refused the login: {name}" + (f", {told}" if told else ""),
        error=name,
        remedy=_REMEDIES.get(name, _AGAIN),
    )
