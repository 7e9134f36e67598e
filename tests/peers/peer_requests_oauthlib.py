"""requests-oauthlib: the OAuth 2.0 session of requests, over oauthlib."""

import requests
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session
from story_talk import AUTHORIZE, PARTS_AS_JSON, REVOKE, TOKEN

SECONDS = 20


class Peer:
    """One user of requests-oauthlib. OAUTHLIB_INSECURE_TRANSPORT allows it plain HTTP, as documented."""

    def __init__(self, server, app, pkce):
        self._server = server
        self._session = OAuth2Session(
            app["clientId"], redirect_uri=app["redirectUris"][0], pkce="S256" if pkce else None
        )
        # A public client sends client_id in the body, by its own choice of words: include_client_id.
        secret = app["clientSecret"]
        self._auth = HTTPBasicAuth(app["clientId"], secret) if secret else None
        self._client_id = {} if secret else {"client_id": app["clientId"]}

    def authorize_url(self):
        url, _state = self._session.authorization_url(f"{self._server}{AUTHORIZE}")
        return url

    def log_in(self, callback):
        self._session.fetch_token(
            f"{self._server}{TOKEN}",
            authorization_response=callback,
            auth=self._auth,
            include_client_id=self._auth is None,
        )

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
        self._session.refresh_token(f"{self._server}{TOKEN}", auth=self._auth, **self._client_id)

    def revoke(self):
        """It has no call of its own for this; oauthlib prepares the request (RFC 7009)."""
        url, headers, body = self._session._client.prepare_token_revocation_request(
            f"{self._server}{REVOKE}", self._session.token["access_token"], **self._client_id
        )
        requests.post(url, headers=headers, data=body, auth=self._auth, timeout=SECONDS).raise_for_status()
