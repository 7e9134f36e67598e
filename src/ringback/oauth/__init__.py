"""The protocol as values and decisions, without I/O: authorization URL, PKCE, callback, token answers."""

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
