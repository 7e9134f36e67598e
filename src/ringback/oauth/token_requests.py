"""What to send to the token and revocation endpoints (contract 5.2, 6.3), and what a refusal means (3.4)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from .authorization import Transaction
from .error_body import first_error, json_object
from .errors import InvalidClient, InvalidGrant, OAuthRefusal
from .printable import code_in, error_in, printable, request_id_in
from .remedies import remedy_for
from .secret import Secret

TOKEN_PATH = "/restapi/oauth/token"  # noqa: S105 - a path
REVOKE_PATH = "/restapi/oauth/revoke"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """The app: its client ID, and its secret unless it is a public client (contract 5.1)."""

    client_id: str
    client_secret: Secret | None = None

    def secrets(self) -> tuple[Secret, ...]:
        """What must never show of it."""
        return (self.client_secret,) if self.client_secret else ()

    def authorization(self) -> Secret | None:
        """The Basic header's value for a confidential client (RFC 6749 2.3.1), None for a public one."""
        if self.client_secret is None:
            return None
        pair = f"{self.client_id}:{self.client_secret.reveal()}".encode()
        return Secret("Basic " + base64.b64encode(pair).decode("ascii"))


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A POST to the authorization server: path, form body and Authorization header, both secret."""

    path: str
    body: Secret
    authorization: Secret | None


def exchange_code(client: ClientCredentials, transaction: Transaction, code: Secret) -> FormRequest:
    """Authorization code for tokens, with its redirect URI and PKCE verifier (RFC 6749 4.1.3, 7636 4.5)."""
    return _form(
        client,
        TOKEN_PATH,
        grant_type="authorization_code",
        code=code.reveal(),
        redirect_uri=transaction.redirect_uri,
        code_verifier=transaction.code_verifier.reveal(),
    )


def jwt_bearer(client: ClientCredentials, assertion: Secret) -> FormRequest:
    """A personal JWT for tokens of its user (RFC 7523 2.1, contract 5.2)."""
    return _form(client, TOKEN_PATH, grant_type=JWT_GRANT, assertion=assertion.reveal())


def refresh_tokens(client: ClientCredentials, refresh_token: Secret) -> FormRequest:
    """Refresh token for new tokens (RFC 6749 6). Without endpoint_id: it is kept across refreshes."""
    return _form(client, TOKEN_PATH, grant_type="refresh_token", refresh_token=refresh_token.reveal())


def revoke_token(client: ClientCredentials, token: Secret) -> FormRequest:
    """End the session the token belongs to (RFC 7009, contract 6.3)."""
    return _form(client, REVOKE_PATH, token=token.reveal())


def refusal_from_answer(
    status: int, body: bytes, *, sent: tuple[Secret, ...] = (), request_id: object = None
) -> OAuthRefusal:
    """The typed error in a refusal of the authorization server; `request_id` is the answer's RCRequestId.

    Its text is bounded and printable, and what was `sent` is cut out of it, should a server echo it.
    """
    answer = json_object(body)
    error = error_in(answer.get("error"))
    code = code_in(first_error(answer).get("errorCode"))
    said = printable(answer.get("error_description") or answer.get("message"), sent=sent)
    message = f"RingCentral refused with {error}" + (f": {said}" if said else f" (HTTP {status})")
    kinds: dict[str, type[OAuthRefusal]] = {
        "invalid_grant": InvalidGrant,
        "invalid_client": InvalidClient,
        "unauthorized_client": InvalidClient,
    }
    kind = kinds.get(error, OAuthRefusal)
    return kind(
        message,
        error=error,
        status=status,
        code=code,
        remedy=remedy_for(code),
        request_id=request_id_in(request_id, sent=sent),
    )


def token_form(client: ClientCredentials, path: str, fields: Mapping[str, str]) -> FormRequest:
    """A form of any fields for the token or revocation endpoint, with the app's credentials."""
    return _form(client, path, **fields)


def _form(client: ClientCredentials, path: str, **fields: str) -> FormRequest:
    authorization = client.authorization()
    if authorization is None:
        fields["client_id"] = client.client_id
    return FormRequest(path=path, body=Secret(urlencode(fields)), authorization=authorization)
