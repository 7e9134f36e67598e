"""Schemas of OpenID Connect and of entry-point discovery (contract 7)."""

from __future__ import annotations

from .shapes import Schema, flag, link, many, number, one_of, record, text

_ENTRY: dict[str, Schema] = {
    "version": text(),
    "retryCount": number("How often to try"),
    "retryInterval": number("Seconds between two tries"),
}
_AUTH: dict[str, Schema] = {"authorizationUri": link(), "oidcDiscoveryUri": link()}

SCHEMAS: dict[str, Schema] = {
    "UserInfo": record(
        {
            "sub": text("The extension id"),
            "account_id": text(),
            "email": text(),
            "email_verified": flag(),
            "given_name": text(),
            "family_name": text(),
        },
        optional=("account_id", "email", "email_verified", "given_name", "family_name"),
        description="Who the token is about",
    ),
    "KeySet": record(
        {
            "keys": many(
                record(
                    {
                        "kty": text(),
                        "alg": text(),
                        "use": one_of("sig", "enc"),
                        "kid": text(),
                        "n": text("Modulus, base64url"),
                        "e": text("Exponent, base64url"),
                    }
                )
            )
        },
        description="The public keys that ID tokens are signed with",
    ),
    "OpenIdConfiguration": record(
        {
            "issuer": link(),
            "authorization_endpoint": link(),
            "token_endpoint": link(),
            "revocation_endpoint": link(),
            "userinfo_endpoint": link(),
            "jwks_uri": link(),
            "scopes_supported": many(text()),
            "token_endpoint_auth_methods_supported": many(text()),
            "response_types_supported": many(text()),
            "subject_types_supported": many(text()),
            "userinfo_signing_alg_values_supported": many(text()),
            "id_token_signing_alg_values_supported": many(text()),
            "code_challenge_methods_supported": many(text()),
            "display_values_supported": many(text()),
            "claims_supported": many(text()),
            "ui_locales_supported": many(text()),
            "claims_parameter_supported": flag(),
            "request_parameter_supported": flag(),
            "request_uri_parameter_supported": flag(),
        },
        optional=(
            "display_values_supported",
            "claims_supported",
            "ui_locales_supported",
            "claims_parameter_supported",
            "request_parameter_supported",
            "request_uri_parameter_supported",
        ),
        description="What the authorization server can do (OpenID Connect Discovery 1.0)",
    ),
    "EntryPoints": record(
        {
            **_ENTRY,
            "discoveryApi": record({"defaultExternalUri": link("Where to ask after login")}),
            "authApi": record({**_AUTH, "defaultTokenUri": link()}),
            "coreApi": record({"baseUri": link()}),
        },
        description="Where everything is, before login",
    ),
    "UserEntryPoints": record(
        {
            **_ENTRY,
            "expiresIn": number("Seconds it may be kept"),
            "retryCycleDelay": number("Seconds before it is tried anew"),
            "discoveryApi": record({"initialUri": link(), "externalUri": link()}),
            "authApi": record({**_AUTH, "baseUri": link(), "tokenUri": link()}),
            "coreApi": record({"baseUri": link()}),
            "rcv": record({"baseApiUri": link()}),
        },
        description="Where everything is, for a user",
    ),
}
