"""The Auth rate-limit group: token and revoke, whose budget is a quirk, and userinfo (contract 8 and 16)."""

from __future__ import annotations

from ringback.platform.apps import App
from ringback.platform.authorization.token_request import JWT_BEARER
from ringback.platform.errors import OAuthError
from ringback.platform.serving.parameters import Parameters
from ringback.platform.world import World


def spend_userinfo(world: World, client_id: str, extension_id: int) -> dict[str, str]:
    """Count one call of a user with an app; the headers of its answer. Raises ApiError 429 CMN-301."""
    return world.limits.spend(client_id, extension_id, "auth", world.clock.now())


def spend_token(world: World, app: App, form: Parameters, token: str | None = None) -> dict[str, str]:
    """Count one token or revoke request; the headers of its answer. Raises ApiError 429 CMN-301.

    It is the app's budget, unless the quirk auth-limit-unit makes it the user's or the account's: then whom
    the code, JWT or token stands for is looked up first; where that is nobody, it is the app's again.
    """
    limits = world.limits
    if not limits.enabled:
        return {}
    extension_id = account_id = None
    if world.quirks.value("auth-limit-unit") != "app":
        with world.lock:
            extension_id, account_id = _whose(world, app, form, token)
    return limits.spend(app.client_id, extension_id, "auth", world.clock.now(), account_id)


def _whose(world: World, app: App, form: Parameters, token: str | None) -> tuple[int | None, int | None]:
    """Extension and account that a request is about, if they are known and the app's own."""
    grant_type = form.get("grant_type")
    presented = token or form.get("refresh_token")
    if presented is not None:
        session = world.sessions.holder(presented)
        if session is not None and session.grant.client_id == app.client_id:
            return session.grant.extension_id, session.grant.account_id
    elif grant_type == "authorization_code":
        code = world.codes.find(form.get("code") or "")
        if code is not None and code.request.client_id == app.client_id:
            return code.extension_id, code.account_id
    elif grant_type == JWT_BEARER:
        try:
            owner = world.jwt_credentials.verify(
                form.get("assertion") or "", app.client_id, world.clock.now()
            ).owner
        except OAuthError:
            return None, None
        extension = world.company.extension(owner)
        return owner, None if extension is None else extension.account_id
    return None, None
