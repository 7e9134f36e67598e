"""`RequestsAuth`: calls of requests as a logged-in user."""

from __future__ import annotations

from typing import Any

import requests
from requests.auth import AuthBase

from ringback.client import User
from ringback.client.bearer import can_be_mended
from ringback.oauth.secret import Secret

from .destination import is_of_server


class RequestsAuth(AuthBase):
    """Attaches the user's access token, and a newer one once after a 401; safe to share between threads.

    Only requests to the configured server get it. A body that cannot be read again is not sent again.
    Raises what `User.bearer_token` does: LoginRequired, RefreshBusy, TransportError.
    """

    def __init__(self, user: User) -> None:
        self._user = user

    def __repr__(self) -> str:
        return f"RequestsAuth({self._user!r})"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Called by requests for each request that is about to be sent."""
        if not is_of_server(request.url or "", self._user.server):
            return request
        sent = self._user.bearer_token()
        request.headers["Authorization"] = f"Bearer {sent.reveal()}"
        repeat = _Repeat(self._user, sent)
        request.register_hook("response", repeat)  # type: ignore[no-untyped-call]
        return request


class _Repeat:
    """Answers a 401 with one more request; only the first answer to a request that carried our token."""

    def __init__(self, user: User, sent: Secret) -> None:
        self._user = user
        self._sent = sent
        self._done = False

    def __call__(self, answer: requests.Response, **options: Any) -> requests.Response:
        asked = answer.request
        ours = is_of_server(asked.url or "", self._user.server) and "Authorization" in asked.headers
        again = asked.body is None or isinstance(asked.body, bytes | str)
        if self._done or not ours or not again or answer.status_code != 401:
            return answer
        self._done = True
        if not can_be_mended(401, answer.content):
            return answer
        newer = self._user.bearer_token(refused=self._sent)
        answer.close()
        request = asked.copy()
        request.headers["Authorization"] = f"Bearer {newer.reveal()}"
        second: requests.Response = answer.connection.send(request, **options)
        second.history.append(answer)
        second.request = request
        return second
