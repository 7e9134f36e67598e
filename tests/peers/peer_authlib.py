"""Authlib's OAuth 2.0 session over requests: a client that knows nothing of RingCentral."""

import secrets

from authlib.integrations.requests_client import OAuth2Session
from story_talk import AUTHORIZE, PARTS_AS_JSON, REVOKE, TOKEN

SECONDS = 20


class Peer:
    """One user of Authlib, confidential or public by the app's secret."""

    def __init__(self, server, app, pkce):
        self._server = server
        self._verifier = secrets.token_urlsafe(32) if pkce else None
        self._session = OAuth2Session(
            app["clientId"],
            app["clientSecret"],
            redirect_uri=app["redirectUris"][0],
            token_endpoint=f"{server}{TOKEN}",
            token_endpoint_auth_method="client_secret_basic" if app["clientSecret"] else "none",
            revocation_endpoint_auth_method="client_secret_basic" if app["clientSecret"] else "none",
            code_challenge_method="S256" if pkce else None,
        )

    def authorize_url(self):
        extra = {"code_verifier": self._verifier} if self._verifier else {}
        url, self._state = self._session.create_authorization_url(f"{self._server}{AUTHORIZE}", **extra)
        return url

    def log_in(self, callback):
        extra = {"code_verifier": self._verifier} if self._verifier else {}
        self._session.fetch_token(authorization_response=callback, state=self._state, **extra)

    def tokens(self):
        return self._session.token

    def get(self, path, query):
        answer = self._session.get(self._server + path, params=query, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def bulk(self, path):
        answer = self._session.get(self._server + path, headers={"Accept": PARTS_AS_JSON}, timeout=SECONDS)
        return answer.status_code, [(part["status"], part["body"]) for part in answer.json()]

    def refresh(self):
        self._session.refresh_token(f"{self._server}{TOKEN}")

    def revoke(self):
        access_token = self._session.token["access_token"]
        answer = self._session.revoke_token(f"{self._server}{REVOKE}", token=access_token)
        answer.raise_for_status()
