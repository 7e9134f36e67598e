"""The protocol as values and decisions, without I/O: authorization URL, PKCE, callback, token answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringback.lazy_names import lazy_names

if TYPE_CHECKING:
    from .authorization import AuthorizationOptions, Transaction, authorization_url, begin
    from .callback import check_callback
    from .pkce import code_challenge, new_code_verifier
    from .secret import Secret
    from .token_requests import (
        ClientCredentials,
        FormRequest,
        exchange_code,
        refresh_tokens,
        refusal_from_answer,
        revoke_token,
    )
    from .token_set import TokenSet, token_set_from_answer

_FROM = {
    "authorization": "AuthorizationOptions Transaction authorization_url begin",
    "callback": "check_callback",
    "pkce": "code_challenge new_code_verifier",
    "secret": "Secret",
    "token_requests": (
        "ClientCredentials FormRequest exchange_code refresh_tokens refusal_from_answer revoke_token"
    ),
    "token_set": "TokenSet token_set_from_answer",
}

__all__ = [
    "AuthorizationOptions",
    "ClientCredentials",
    "FormRequest",
    "Secret",
    "TokenSet",
    "Transaction",
    "authorization_url",
    "begin",
    "check_callback",
    "code_challenge",
    "exchange_code",
    "new_code_verifier",
    "refresh_tokens",
    "refusal_from_answer",
    "revoke_token",
    "token_set_from_answer",
]

__getattr__, __dir__ = lazy_names(__name__, _FROM)
