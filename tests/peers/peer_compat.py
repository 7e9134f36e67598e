"""`ringback.compat` in the official SDK's place: the same calls, with one import changed."""

import sys

import ringback.compat

sys.modules["ringcentral"] = ringback.compat

from peer_ringcentral import Peer as OfficialCalls  # noqa: E402


class Peer(OfficialCalls):
    """The official SDK's calls; the authorization URL is what `login_url` gives here."""

    def __init__(self, server, app, pkce):
        super().__init__(server, {**app, "clientSecret": app["clientSecret"] or ""}, pkce)

    def authorize_url(self):
        uri = self._app["redirectUris"][0]
        return self._platform.login_url(uri, state="a state", challenge=self._challenge or "")
