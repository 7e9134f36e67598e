"""What a client can do, as steps: `RingCentral` and `AsyncRingCentral` run them and add nothing."""

from __future__ import annotations

import logging
import os

from ringback.oauth.authorization import AuthorizationOptions, authorization_url, begin
from ringback.oauth.secret import Secret
from ringback.vault import Login

from . import logins, other_logins
from .context import Context
from .effects import Elapsed, Now, Send, Steps
from .errors import transport_error
from .housekeeping import try_revocations
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .other_logins import GivenTokens
from .pending import PendingLogin, open_transaction, seal_transaction

_API_INFO = "/restapi/v1.0"
_CHECK_SECONDS = 10.0

log = logging.getLogger("ringback.client")


def check_server() -> Steps[None]:
    """Raise TransportError when the server cannot be reached or does not answer as RingCentral's."""
    started: float = yield Elapsed()
    answer: HttpAnswer | NoAnswer = yield Send(HttpRequest("GET", _API_INFO), started + _CHECK_SECONDS)
    if isinstance(answer, HttpAnswer) and answer.status >= 400 and answer.status != 429:
        answer = NoAnswer("unusable", f"{_API_INFO} answered {answer.status}")
    if isinstance(answer, NoAnswer):
        raise transport_error(answer)


def begin_login(context: Context, redirect_uri: str, options: AuthorizationOptions) -> Steps[PendingLogin]:
    """Begin a login: nothing is sent."""
    now: float = yield Now()
    transaction = begin(
        server=context.server,
        client_id=context.credentials.client_id,
        redirect_uri=redirect_uri,
        now=now,
        random_bytes=os.urandom,
    )
    return PendingLogin(
        url=authorization_url(transaction, options),
        transaction=seal_transaction(context.vault, transaction),
        state=transaction.state.reveal(),
    )


def finish_login(context: Context, callback_url: str, transaction: str, holder: str) -> Steps[Login]:
    """The login that a callback brings, stored; see `RingCentral.finish_login`."""
    client = context.credentials
    opened = open_transaction(context.vault, transaction, server=context.server, client_id=client.client_id)
    steps = logins.finish_login(callback_url, opened, client, holder, timeout=context.timeout)
    return (yield from _finished(context, steps))


def login_with_jwt(context: Context, jwt: Secret | None, holder: str) -> Steps[Login]:
    """The login of the user to whom a personal JWT belongs; see `RingCentral.login_with_jwt`."""
    steps = other_logins.with_jwt(other_logins.checked_jwt(jwt), context.credentials, holder, context.timeout)
    return (yield from _finished(context, steps))


def login_with_tokens(context: Context, tokens: GivenTokens, holder: str) -> Steps[Login]:
    """The login of the user whose tokens these are; see `RingCentral.login_with_tokens`."""
    steps = other_logins.with_tokens(tokens, context.credentials, holder, context.timeout)
    return (yield from _finished(context, steps))


def _finished(context: Context, steps: Steps[Login]) -> Steps[Login]:
    login = yield from steps
    # A login that this one replaced is revoked now if that works at once, else later.
    yield from try_revocations(context.credentials)
    log.info("login finished")
    return login
