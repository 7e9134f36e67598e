"""The routes of the authorization server."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ringback.platform.authorization import authorize_pages, discovery, openid_endpoints, token_endpoint


def authorization_routes() -> list[BaseRoute]:
    """Authorize and its pages, token, revoke, OpenID Connect, discovery; the busiest first."""
    oauth = "/restapi/oauth"
    return [
        Route(f"{oauth}/token", token_endpoint.token, methods=["POST"]),
        Route(f"{oauth}/revoke", token_endpoint.revoke, methods=["POST"]),
        Route(f"{oauth}/authorize", authorize_pages.authorize, methods=["GET", "POST"]),
        Route(f"{oauth}/authorize/login", authorize_pages.login_page, methods=["GET"]),
        Route(f"{oauth}/authorize/login", authorize_pages.login, methods=["POST"]),
        Route(f"{oauth}/authorize/consent", authorize_pages.consent_page, methods=["GET"]),
        Route(f"{oauth}/authorize/consent", authorize_pages.consent, methods=["POST"]),
        Route(f"{oauth}/authorize/not-you", authorize_pages.not_you, methods=["POST"]),
        Route(f"{oauth}/userinfo", openid_endpoints.userinfo, methods=["GET", "POST"]),
        Route(f"{oauth}/jwks", openid_endpoints.jwks, methods=["GET"]),
        Route("/.well-known/openid-configuration", openid_endpoints.configuration, methods=["GET"]),
        Route(discovery.INITIAL_PATH, discovery.initial, methods=["GET"]),
        Route(discovery.EXTERNAL_PATH, discovery.external, methods=["GET"]),
    ]
