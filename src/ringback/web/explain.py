"""From Ringback's errors to words for a person and a status for a browser; a pure decision."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ringback import (
    CallbackError,
    InvalidClient,
    InvalidGrant,
    LoginDenied,
    LoginRequired,
    OAuthRefusal,
    PermissionMissing,
    RateLimited,
    RefreshBusy,
    ResponseError,
    RingbackError,
    SealError,
    ServerTrouble,
    TransportError,
    UnusableAnswer,
    VaultUnavailable,
)

from .readings import Crowded, TooMany

_LOG_IN = "Start the login again from the login page."
_LATER = "Try again in a moment."


@dataclass(frozen=True)
class Trouble:
    """What an error page says. `said` is RingCentral's own text; `retry_after` is in seconds.

    `retry` offers to try again, `log_in` offers the login page also to who is logged in.
    """

    status: int
    title: str
    text: str
    remedy: str = ""
    said: str = ""
    code: str | None = None
    request_id: str | None = None
    retry: bool = False
    log_in: bool = False
    retry_after: int | None = None


def explain(error: RingbackError) -> Trouble:
    """The words and the status for `error`: the first kind that fits, subclasses before their base."""
    for kind, told in _EXPLANATIONS:
        if isinstance(error, kind):
            return told(error)
    return Trouble(500, "Ringback cannot go on", error.message, error.remedy, code=error.code)


def _denied(error: LoginDenied) -> Trouble:
    return Trouble(
        403,
        "You chose Cancel",
        "RingCentral was told not to let this app in. Nothing was changed here.",
        "To use the app after all, log in again and choose Authorize.",
        said=error.message,
        log_in=True,
    )


def _callback(error: CallbackError) -> Trouble:
    return Trouble(
        400,
        "This login could not be finished",
        f"{error.message}. Nothing was changed.",
        error.remedy or _LOG_IN,
        code=error.code,
        log_in=True,
    )


def _code_refused(error: InvalidGrant) -> Trouble:
    return Trouble(
        400,
        "RingCentral did not accept this login",
        "It refused the authorization code. A code works once, for a minute, and only for the login "
        "that asked for it.",
        _LOG_IN,
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _app_refused(error: InvalidClient) -> Trouble:
    return Trouble(
        502,
        "RingCentral does not know this app",
        "It refused the app's own client ID and secret, so nobody can log in until they are corrected.",
        error.remedy or "Check RC_APP_CLIENT_ID and RC_APP_CLIENT_SECRET.",
        said=error.message,
        code=error.code,
        request_id=error.request_id,
    )


def _oauth(error: OAuthRefusal) -> Trouble:
    return Trouble(
        502 if error.status >= 500 else 400,
        "RingCentral refused to give tokens",
        f"Its token endpoint answered {error.status} ({error.error}).",
        error.remedy or _LOG_IN,
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _login_required(error: LoginRequired) -> Trouble:
    return Trouble(
        401,
        "You have to log in again",
        "RingCentral no longer accepts this login.",
        _LOG_IN,
        said=error.reason,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _permission(error: PermissionMissing) -> Trouble:
    missing = error.permission or "a permission it does not name"
    who = {"app": "the app", "role": "your role"}.get(error.missing_in or "", "this account or extension")
    return Trouble(
        403,
        f"A permission is missing: {missing}",
        f"RingCentral does not let you read this, because {who} lacks {missing}.",
        error.remedy,
        said=error.message,
        code=error.code,
        request_id=error.request_id,
    )


def _rate_limited(error: RateLimited) -> Trouble:
    wait = math.ceil(error.retry_after)
    return Trouble(
        429,
        "RingCentral asks for a pause",
        "More requests of this kind were sent than it takes in a minute. "
        f"It takes them again in {wait} seconds.",
        f"Wait {wait} seconds, then try again.",
        code=error.code,
        request_id=error.request_id,
        retry=True,
        retry_after=wait,
    )


def _server_trouble(error: ServerTrouble) -> Trouble:
    return Trouble(
        502,
        "RingCentral has trouble of its own",
        f"Its server answered {error.status}. Your login is as it was before.",
        error.remedy or _LATER,
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        retry=True,
    )


def _response(error: ResponseError) -> Trouble:
    return Trouble(
        502,
        "RingCentral refused this request",
        f"{error.message}.",
        error.remedy,
        code=error.code,
        request_id=error.request_id,
    )


def _transport(error: TransportError) -> Trouble:
    if error.timed_out:
        return Trouble(
            504,
            "RingCentral did not answer in time",
            f"{error.message}. Your login is as it was before.",
            error.remedy or _LATER,
            retry=True,
        )
    return Trouble(
        502,
        "RingCentral cannot be reached",
        f"{error.message}. Your login is as it was before.",
        error.remedy or _LATER,
        retry=True,
    )


def _unusable(error: UnusableAnswer) -> Trouble:
    return Trouble(
        502,
        "RingCentral's answer cannot be used",
        f"{error.message}.",
        error.remedy or _LATER,
        code=error.code,
    )


def _busy(error: RefreshBusy) -> Trouble:
    return Trouble(
        503,
        "Your login is just being renewed",
        f"{error.message}. Your login is as it was before.",
        "Try again in a few seconds.",
        retry=True,
        retry_after=2,
    )


def _sealed(error: SealError) -> Trouble:
    return Trouble(
        500,
        "What is stored here cannot be opened",
        f"{error.message}. Nothing was deleted.",
        error.remedy or "RINGBACK_SECRET_KEYS must hold the key it was sealed with: tell whoever runs this.",
    )


def _too_many(error: TooMany) -> Trouble:
    return Trouble(422, "These are too many calls at once", f"{error.message}.", error.remedy)


def _crowded(error: Crowded) -> Trouble:
    return Trouble(
        503,
        "There is no room for these calls now",
        f"{error.message}.",
        error.remedy,
        retry=True,
        retry_after=30,
    )


def _vault(error: VaultUnavailable) -> Trouble:
    return Trouble(
        503,
        "The vault cannot be reached",
        f"{error.message}. Nothing was changed.",
        error.remedy or _LATER,
        retry=True,
        retry_after=5,
    )


_EXPLANATIONS: tuple[tuple[type[RingbackError], Callable[..., Trouble]], ...] = (
    (LoginDenied, _denied),
    (CallbackError, _callback),
    (InvalidGrant, _code_refused),
    (InvalidClient, _app_refused),
    (OAuthRefusal, _oauth),
    (LoginRequired, _login_required),
    (PermissionMissing, _permission),
    (RateLimited, _rate_limited),
    (ServerTrouble, _server_trouble),
    (ResponseError, _response),
    (TransportError, _transport),
    (UnusableAnswer, _unusable),
    (RefreshBusy, _busy),
    (SealError, _sealed),
    (VaultUnavailable, _vault),
    (TooMany, _too_many),
    (Crowded, _crowded),
)
