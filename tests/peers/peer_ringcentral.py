"""The official SDK `ringcentral`, in any of its lines: 0.7, 0.8 and 0.9 share these calls."""

from urllib.parse import parse_qs, urlsplit

from ringcentral import SDK
from story_talk import authorization_url, pkce_pair


class Peer:
    """One user of the SDK. Its `login_url()` raises NameError in every line, so the URL is built by hand."""

    def __init__(self, server, app, pkce):
        self._server, self._app = server, app
        self._verifier, self._challenge = pkce_pair() if pkce else ("", None)
        self._platform = SDK(app["clientId"], app["clientSecret"], server).platform()

    def authorize_url(self):
        return authorization_url(self._server, self._app, "a state", self._challenge)

    def log_in(self, callback):
        code = parse_qs(urlsplit(callback).query)["code"][0]
        back_to = self._app["redirectUris"][0]
        self._platform.login(code=code, redirect_uri=back_to, verifier=self._verifier)

    def tokens(self):
        return self._platform.auth().data()

    def get(self, path, query):
        return self._platform.get(path, query).json_dict()

    def bulk(self, path):
        answer = self._platform.get(path)
        parts = answer.multipart()
        return answer.response().status_code, [
            (part.response().status_code, part.json_dict()) for part in parts
        ]

    def refresh(self):
        self._platform.refresh()

    def revoke(self):
        old = self._platform.auth().data()
        self._platform.logout()
        self._platform.auth().set_data(old)
