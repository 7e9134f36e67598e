"""Results of effects as small values that can be compared, and back: a core's past is a row of them."""

from __future__ import annotations

import json
from typing import Any

from ringback.client.messages import Headers, HttpAnswer, NoAnswer
from ringback.oauth.secret import Secret
from ringback.oauth.token_set import TokenSet
from ringback.vault import Lease, Login, LoginKey
from ringback.vault.logins import PendingRevocation

from .model_server import session_of
from .model_vault import Record, Tokens

OWNER = "1"
KEY = LoginKey("https://server", "client", OWNER)
_WEEK = 604_800


class Given(tuple[Any, ...]):
    """A result that must be made into an object: its kind, and what it is made of."""

    __slots__ = ()


GIVEN_UP = Given(("given up",))
"""Instead of a result: the core's caller was cancelled."""


def tokens_from(tokens: TokenSet) -> Tokens:
    """A core's tokens as the model keeps them."""
    refresh = tokens.refresh_token.reveal() if tokens.refresh_token else "R-1"
    return Tokens(
        int(tokens.access_token.reveal()[1:]),
        int(refresh[1:]),
        int(tokens.issued_at),
        int(tokens.expires_at),
        tokens.session_id or "",
    )


def result_from(value: Any) -> Any:
    """The result that a core is sent."""
    if not isinstance(value, Given) or value is GIVEN_UP:
        return value
    kind, *of = value
    match kind:
        case "login":
            return _login(Record(of[0], of[1], Tokens(*of[2])))
        case "lease":
            return Lease(KEY, of[0], resumed=of[1])
        case "revocation":
            return PendingRevocation(of[0], _token_set(Tokens(*of[1])), 0)
        case "none":
            return NoAnswer(of[0], "the model's doing")
        case "owners":
            return list(of)
        case _:
            return _answer((kind, *of))


def _login(record: Record) -> Login:
    return Login(KEY, record.login_id, record.generation, _token_set(record.tokens))


def _token_set(tokens: Tokens) -> TokenSet:
    return TokenSet(
        Secret(f"A{tokens.access}"),
        Secret(f"R{tokens.refresh}"),
        tokens.issued_at,
        tokens.expires_at,
        tokens.issued_at + _WEEK,
        ("ReadAccounts",),
        OWNER,
        "e",
        tokens.session,
    )


def _answer(answer: tuple[Any, ...]) -> HttpAnswer:
    match answer:
        case ("tokens", number, expires_in):
            status, body = (
                200,
                {
                    "access_token": f"A{number}",
                    "refresh_token": f"R{number}",
                    "expires_in": expires_in,
                    "refresh_token_expires_in": _WEEK,
                    "owner_id": OWNER,
                    "session_id": session_of(number),
                },
            )
        case ("api", status, code):
            body = {"errorCode": code, "message": "m", "errors": [{"errorCode": code, "message": "m"}]}
        case ("oauth", error, code):
            status, body = 400, {"error": error, "errors": [{"errorCode": code}]}
        case _:
            status, body = 200, {}
    return HttpAnswer(status, Headers(), json.dumps(body).encode())
