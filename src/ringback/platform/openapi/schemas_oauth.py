"""Schemas of the authorization server: token requests and answers (contract 5 and 6)."""

from __future__ import annotations

from .shapes import Schema, link, number, record, ref, text

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# How a client says who it is, where it does not by Basic (contract 5.1).
_CLIENT: dict[str, Schema] = {
    "client_id": text("Apps without a secret send it here; others may, beside Basic"),
    "client_assertion_type": text("How the app proves who it is instead of Basic", enum=[ASSERTION_TYPE]),
    "client_assertion": text("A JWT signed by the app (RFC 7523 2.2)"),
}
_COMMON: dict[str, Schema] = {
    **_CLIENT,
    "scope": text("Permissions separated by blanks, to narrow what is granted"),
    "endpoint_id": text("Names the device; kept across refreshes", pattern="^[A-Za-z0-9_-]{1,64}$"),
    "access_token_ttl": number("Seconds wanted; brought into 600 to 3600, never refused"),
    "refresh_token_ttl": number("Seconds wanted; cut to the most there is; 0 means no refresh token"),
}


def _grant(word: str, own: dict[str, Schema], optional: tuple[str, ...], description: str) -> Schema:
    return record(
        {"grant_type": {"const": word}, **own, **_COMMON},
        optional=(*optional, *_COMMON),
        description=description,
    )


SCHEMAS: dict[str, Schema] = {
    "CodeGrant": _grant(
        "authorization_code",
        {
            "code": text("From the callback; works once, for a minute"),
            "redirect_uri": link("As in the authorization request"),
            "code_verifier": text("Where a challenge was sent (RFC 7636)", minLength=43, maxLength=128),
        },
        ("redirect_uri", "code_verifier"),
        "A code for tokens",
    ),
    "RefreshGrant": _grant(
        "refresh_token", {"refresh_token": text("From the last answer")}, (), "New tokens for a refresh token"
    ),
    "JwtGrant": _grant(
        JWT_BEARER,
        {"assertion": text("A user's JWT credential")},
        (),
        "A JWT for tokens",
    ),
    "TokenRequest": {
        "oneOf": [ref("CodeGrant"), ref("RefreshGrant"), ref("JwtGrant")],
        "discriminator": {
            "propertyName": "grant_type",
            "mapping": {
                "authorization_code": "#/components/schemas/CodeGrant",
                "refresh_token": "#/components/schemas/RefreshGrant",
                JWT_BEARER: "#/components/schemas/JwtGrant",
            },
        },
    },
    "RevokeRequest": record(
        {"token": text("An access or a refresh token; its whole session ends"), **_CLIENT},
        optional=_CLIENT,
        description="What to revoke",
    ),
    "Tokens": record(
        {
            "access_token": text("To be sent with API requests"),
            "token_type": {"const": "bearer"},
            "expires_in": number("Seconds the access token lives", minimum=0),
            "refresh_token": text("Absent where the app gets none"),
            "refresh_token_expires_in": number("Seconds the refresh token lives", minimum=0),
            "scope": text("What was granted, separated by blanks"),
            "owner_id": text("The extension id of the user"),
            "endpoint_id": text(),
            "session_id": text("Stays the same across refreshes"),
            "id_token": text("Where OpenID Connect was asked for"),
        },
        optional=("refresh_token", "refresh_token_expires_in", "id_token"),
        description="The tokens of a session",
    ),
}
