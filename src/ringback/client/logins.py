"""Finishing a login and ending one: the code exchange and the revocations, as steps of the core."""

from __future__ import annotations

from ringback.oauth.authorization import Transaction
from ringback.oauth.callback import TRANSACTION_SECONDS, check_callback
from ringback.oauth.errors import TransactionSpent
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import (
    ClientCredentials,
    exchange_code,
    refusal_from_answer,
    revoke_token,
)
from ringback.oauth.token_set import TokenSet, token_set_from_answer
from ringback.vault import Login, VaultError

from .allowance import Policy, allowance
from .effects import Abandoned, DiscardTokens, Now, PutLogin, Send, SpendState, Steps
from .errors import RateLimited, TransportError, refusal, response_error, transport_error
from .limits.pacing import Place, give_back, take, then_told, told
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .requests import form_request

REVOKE_SECONDS = 5.0


def finish_login(
    callback_url: str, transaction: Transaction, client: ClientCredentials, holder: str, *, timeout: float
) -> Steps[Login]:
    """The login that a callback brings: state checked, spent, the code exchanged once, the tokens stored.

    Raises the CallbackError, OAuthRefusal, TransportError or ResponseError that stands in the way.
    """
    now: float = yield Now()
    code = check_callback(callback_url, transaction, now=now)
    request = form_request(exchange_code(client, transaction, code))
    within = yield from allowance(timeout)
    # A login that the rate limit keeps out is kept out before its state is spent, and can be tried again.
    place = yield from take("", request, within)
    # Spent before the exchange, and an exchange is never repeated: a second callback changes nothing.
    try:
        first: bool = yield SpendState(transaction, transaction.issued_at + 2 * TRANSACTION_SECONDS)
        if not first:
            raise TransactionSpent(
                "This login was finished before; a callback counts once",
                remedy="Start the login again from the login page.",
            )
    except (Exception, Abandoned):
        yield from give_back(place)
        raise
    sent = (code, transaction.code_verifier)
    return (yield from _login_at(place, request, sent, client, holder))


def login_from(
    request: HttpRequest,
    sent: tuple[Secret, ...],
    client: ClientCredentials,
    holder: str,
    *,
    timeout: float,
) -> Steps[Login]:
    """The login that one token request gives: sent once, its tokens stored before anybody uses them.

    `sent` are the request's own secrets, which no error shows. Raises RateLimited when it would have to wait
    for the rate limit for too long.
    """
    within = yield from allowance(timeout)
    place = yield from take("", request, within)
    return (yield from _login_at(place, request, sent, client, holder))


def _login_at(
    place: Place, request: HttpRequest, sent: tuple[Secret, ...], client: ClientCredentials, holder: str
) -> Steps[Login]:
    now: float = yield Now()
    answer: HttpAnswer | NoAnswer = yield Send(request, place.deadline)
    # The budget is told last: nothing comes between new tokens and the vault.
    return (yield from then_told(place, now, answer, _login_in(answer, sent, client, holder, now)))


def _login_in(
    answer: HttpAnswer | NoAnswer,
    sent: tuple[Secret, ...],
    client: ClientCredentials,
    holder: str,
    now: float,
) -> Steps[Login]:
    if isinstance(answer, NoAnswer):
        raise transport_error(answer)
    if answer.status != 200:
        sent = (*sent, *client.secrets())
        if answer.status == 429 or answer.status >= 500:
            raise response_error(answer, sent=sent)
        raise refusal(answer, sent=sent)
    return (yield from put(token_set_from_answer(answer.body, now=now), client, holder))


def put(tokens: TokenSet, client: ClientCredentials, holder: str) -> Steps[Login]:
    """Store a new login's tokens; a vault that fails ends their session, and raises."""
    try:
        login: Login = yield PutLogin(tokens, holder)
    except VaultError:
        # Fail closed: tokens that could not be stored are not used, and their session is ended.
        yield from revoke(tokens.refresh_token or tokens.access_token, client)
        raise
    except Abandoned:
        yield DiscardTokens(tokens)
        raise
    return login


def revoke(token: Secret, client: ClientCredentials, seconds: float = REVOKE_SECONDS) -> Steps[bool]:
    """Ask the server to end a token's session; True when it is certain that it has ended.

    200 ends it; so does a refusal that says the token is not known. Nothing is raised (contract 6.3); it is
    not sent where the rate limit has no room for it now.
    """
    request = form_request(revoke_token(client, token))
    within = yield from allowance(seconds, Policy(on_limit="raise"))
    try:
        place = yield from take("", request, within)
    except (RateLimited, TransportError):
        return False
    now: float = yield Now()
    answer: HttpAnswer | NoAnswer = yield Send(request, place.deadline)
    yield from told(place, now, answer)
    if isinstance(answer, NoAnswer):
        return False
    if answer.status < 300:
        return True
    return refusal_from_answer(answer.status, answer.body).error == "invalid_grant"
