"""The grants of the token endpoint: a code, a refresh token or a JWT in, tokens out (contract 5.2)."""

from __future__ import annotations

from ringback.platform.apps import App
from ringback.platform.authorization import codes
from ringback.platform.authorization.scopes import openid_scopes
from ringback.platform.authorization.session_values import Grant, Issued
from ringback.platform.authorization.sessions import RefreshRules
from ringback.platform.authorization.token_request import (
    endpoint_id,
    mandatory,
    narrow,
    not_for_this_app,
    ttl,
)
from ringback.platform.errors import OAuthError
from ringback.platform.serving.parameters import Parameters
from ringback.platform.world import World


def exchange(world: World, app: App, form: Parameters) -> tuple[Issued, str | None]:
    """A session for a code, and the nonce of its authorization request.

    Everything is checked before the code is spent; a second use ends the first's session.
    """
    text = mandatory(form, "code")
    if not app.code_flow:
        raise not_for_this_app("this kind of app logs no users in")
    lifetimes, endpoint = ttl(form, app, world.quirks), endpoint_id(form)
    with world.lock:
        now = world.clock.now()
        found = world.codes.find(text)
        if found is not None and found.session_id is not None and found.request.client_id == app.client_id:
            world.sessions.end(found.session_id, "its authorization code was used a second time")
        code = codes.check(found, app.client_id, form.get("redirect_uri"), form.get("code_verifier"), now)
        grant = Grant(
            client_id=app.client_id,
            account_id=code.account_id,
            extension_id=code.extension_id,
            scope=narrow(form, code.request.scope),
            endpoint_id=endpoint,
            openid=code.request.openid,
            signed_in_at=code.signed_in_at,
        )
        issued = world.sessions.open(grant, lifetimes, now)
        world.codes.spend(text, issued.session.id)
    return issued, code.request.nonce


def refresh(world: World, app: App, form: Parameters) -> Issued:
    """New tokens of a session for its refresh token, or the same answer again."""
    presented = mandatory(form, "refresh_token")
    if not app.refresh_tokens:
        raise not_for_this_app("this app issues no refresh tokens")
    quirk = world.quirks.value
    rules = RefreshRules(
        grace=quirk("refresh-grace") == "grace", after_expiry=quirk("refresh-after-expiry") == "yes"
    )
    return world.sessions.refresh(
        app.client_id,
        presented,
        ttl(form, app, world.quirks),
        lambda held: narrow(form, held),
        world.clock.now(),
        rules,
    )


def jwt_bearer(world: World, app: App, form: Parameters) -> Issued:
    """A session for a user's personal JWT (contract 13.3); the JWT may be used again."""
    if app.code_flow or app.public_client:
        raise not_for_this_app("this kind of app logs users in with authorization codes, not with JWTs")
    assertion = mandatory(form, "assertion")
    lifetimes, endpoint = ttl(form, app, world.quirks), endpoint_id(form)
    with world.lock:
        now = world.clock.now()
        credential = world.jwt_credentials.verify(assertion, app.client_id, now)
        account_id = _account_of(world, app, credential.owner)
        grant = Grant(
            client_id=app.client_id,
            account_id=account_id,
            extension_id=credential.owner,
            scope=narrow(form, app.permissions),
            endpoint_id=endpoint,
            openid=openid_scopes(form.get("scope")),
        )
        return world.sessions.open(grant, lifetimes, now)


def _account_of(world: World, app: App, extension_id: int) -> int:
    """The account of the JWT's user, who must still be able to log in to this app (contract 3.4)."""
    extension = world.company.extension(extension_id)
    if extension is None:
        raise OAuthError(400, "invalid_grant", "Extension not found", "OAU-232")
    if extension.status != "Enabled":
        raise OAuthError(400, "invalid_grant", "Extension is disabled or frozen", "OAU-236")
    if not extension.can_log_in:
        description = "Login for extension in current state is not allowed"
        raise OAuthError(400, "invalid_grant", description, "OAU-141")
    if not app.open_to(extension.account_id):
        raise not_for_this_app("this application is open to its own company's users only")
    return extension.account_id
