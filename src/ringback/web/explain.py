"""From Ringback's errors to words for a person and a status for a browser; a pure decision."""

from __future__ import annotations

import logging
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
from ringback.archive.errors import ArchiveError, ArchiveInUse

from .formats import number
from .readings import MOST_RECORDS, MOST_ROWS, Crowded, TooLong, TooMany
from .texts import gettext, marked, ngettext

_LOG = logging.getLogger(__name__)
_LOG_IN = marked("Start the login again from the login page.")
_LATER = marked("Try again in a moment.")


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
    return Trouble(500, gettext("Ringback cannot go on"), error.message, error.remedy, code=error.code)


def _denied(error: LoginDenied) -> Trouble:
    return Trouble(
        403,
        gettext("You chose Cancel"),
        gettext("RingCentral was told not to let this app in. Nothing was changed here."),
        gettext("To use the app after all, log in again and choose Authorize."),
        said=error.message,
        log_in=True,
    )


def _callback(error: CallbackError) -> Trouble:
    return Trouble(
        400,
        gettext("This login could not be finished"),
        gettext("%(reason)s. Nothing was changed.", reason=error.message),
        error.remedy or gettext(_LOG_IN),
        code=error.code,
        log_in=True,
    )


def _code_refused(error: InvalidGrant) -> Trouble:
    return Trouble(
        400,
        gettext("RingCentral did not accept this login"),
        gettext(
            "It refused the authorization code. A code works once, for a minute, and only for the login "
            "that asked for it."
        ),
        gettext(_LOG_IN),
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _app_refused(error: InvalidClient) -> Trouble:
    return Trouble(
        502,
        gettext("RingCentral does not know this app"),
        gettext(
            "It refused the app's own client ID and secret, so nobody can log in until they are corrected."
        ),
        error.remedy or gettext("Check RC_APP_CLIENT_ID and RC_APP_CLIENT_SECRET."),
        said=error.message,
        code=error.code,
        request_id=error.request_id,
    )


def _oauth(error: OAuthRefusal) -> Trouble:
    return Trouble(
        502 if error.status >= 500 else 400,
        gettext("RingCentral refused to give tokens"),
        gettext(
            "Its token endpoint answered %(status)s (%(error)s).", status=error.status, error=error.error
        ),
        error.remedy or gettext(_LOG_IN),
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _login_required(error: LoginRequired) -> Trouble:
    return Trouble(
        401,
        gettext("You have to log in again"),
        gettext("RingCentral no longer accepts this login."),
        gettext(_LOG_IN),
        said=error.why,
        code=error.code,
        request_id=error.request_id,
        log_in=True,
    )


def _permission(error: PermissionMissing) -> Trouble:
    missing = error.permission
    return Trouble(
        403,
        gettext("A permission is missing: %(permission)s", permission=missing)
        if missing
        else gettext("A permission is missing"),
        _who_lacks(error.missing_in, missing),
        error.remedy,
        said=error.message,
        code=error.code,
        request_id=error.request_id,
    )


def _who_lacks(missing_in: str | None, permission: str | None) -> str:
    if permission is None:
        permission = gettext("a permission it does not name")
    if missing_in == "app":
        text = gettext("RingCentral does not let you read this, because the app lacks %(permission)s.")
    elif missing_in == "role":
        text = gettext("RingCentral does not let you read this, because your role lacks %(permission)s.")
    else:
        text = gettext(
            "RingCentral does not let you read this, because this account or extension lacks %(permission)s."
        )
    return text % {"permission": permission}


def _rate_limited(error: RateLimited) -> Trouble:
    wait = math.ceil(error.retry_after)
    return Trouble(
        429,
        gettext("RingCentral asks for a pause"),
        ngettext(
            "More requests of this kind were sent than it takes in a minute. "
            "It takes them again in %(num)s second.",
            "More requests of this kind were sent than it takes in a minute. "
            "It takes them again in %(num)s seconds.",
            wait,
        ),
        ngettext("Wait %(num)s second, then try again.", "Wait %(num)s seconds, then try again.", wait),
        code=error.code,
        request_id=error.request_id,
        retry=True,
        retry_after=wait,
    )


def _server_trouble(error: ServerTrouble) -> Trouble:
    return Trouble(
        502,
        gettext("RingCentral has trouble of its own"),
        gettext("Its server answered %(status)s. Your login is as it was before.", status=error.status),
        error.remedy or gettext(_LATER),
        said=error.message,
        code=error.code,
        request_id=error.request_id,
        retry=True,
    )


def _response(error: ResponseError) -> Trouble:
    return Trouble(
        502,
        gettext("RingCentral refused this request"),
        gettext("%(reason)s.", reason=error.message),
        error.remedy,
        code=error.code,
        request_id=error.request_id,
    )


def _transport(error: TransportError) -> Trouble:
    if error.timed_out:
        return Trouble(
            504,
            gettext("RingCentral did not answer in time"),
            gettext("%(reason)s. Your login is as it was before.", reason=error.message),
            error.remedy or gettext(_LATER),
            retry=True,
        )
    return Trouble(
        502,
        gettext("RingCentral cannot be reached"),
        gettext("%(reason)s. Your login is as it was before.", reason=error.message),
        error.remedy or gettext(_LATER),
        retry=True,
    )


def _unusable(error: UnusableAnswer) -> Trouble:
    return Trouble(
        502,
        gettext("RingCentral's answer cannot be used"),
        gettext("%(reason)s.", reason=error.message),
        error.remedy or gettext(_LATER),
        code=error.code,
    )


def _busy(error: RefreshBusy) -> Trouble:
    return Trouble(
        503,
        gettext("Your login is just being renewed"),
        gettext("%(reason)s. Your login is as it was before.", reason=error.message),
        gettext("Try again in a few seconds."),
        retry=True,
        retry_after=2,
    )


def _sealed(error: SealError) -> Trouble:
    return Trouble(
        500,
        gettext("What is stored here cannot be opened"),
        gettext("%(reason)s. Nothing was deleted.", reason=error.message),
        error.remedy
        or gettext("RINGBACK_SECRET_KEYS must hold the key it was sealed with: tell whoever runs this."),
    )


def _archive_in_use(error: ArchiveInUse) -> Trouble:
    return Trouble(
        503,
        gettext("The archive is being written to"),
        gettext("A sync stores new calls just now, which takes seconds."),
        gettext(_LATER),
        retry=True,
        retry_after=5,
    )


def _archive(error: ArchiveError) -> Trouble:
    # Its place is for whoever runs the app.
    _LOG.warning("an archive cannot be read: %s", error.message)
    return Trouble(
        500,
        gettext("The archive cannot be read"),
        gettext("These days are kept in an archive, and it gives no answer."),
        gettext("Tell whoever runs this app; its log says why."),
    )


def _too_long(error: TooLong) -> Trouble:
    return Trouble(
        422,
        gettext("These calls do not fit into a worksheet"),
        gettext("It holds %(most)s calls, and there are more.", most=number(MOST_ROWS)),
        gettext("Choose CSV or Parquet, or fewer days."),
    )


def _too_many(error: TooMany) -> Trouble:
    return Trouble(
        422,
        gettext("These are too many calls at once"),
        gettext("There are more than %(most)s records in these days.", most=number(MOST_RECORDS)),
        gettext("Choose fewer days, and read them one after the other."),
    )


def _crowded(error: Crowded) -> Trouble:
    return Trouble(
        503,
        gettext("There is no room for these calls now"),
        gettext("Too many calls are being read for others just now."),
        gettext("Try again in a minute, or choose fewer days."),
        retry=True,
        retry_after=30,
    )


def _vault(error: VaultUnavailable) -> Trouble:
    return Trouble(
        503,
        gettext("The vault cannot be reached"),
        gettext("%(reason)s. Nothing was changed.", reason=error.message),
        error.remedy or gettext(_LATER),
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
    (ArchiveInUse, _archive_in_use),
    (ArchiveError, _archive),
    (TooMany, _too_many),
    (TooLong, _too_long),
    (Crowded, _crowded),
)
