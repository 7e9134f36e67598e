"""`Platform`: logs one user in, calls the API, and logs out, in the official SDK's shapes."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode

from ringback.client import LoginRequired, ResponseError, RingCentral
from ringback.client.messages import Headers
from ringback.compat.http.api_exception import ApiException
from ringback.compat.http.api_response import ApiResponse, RawResponse
from ringback.compat.http.client import Client, Query, Request
from ringback.compat.observable import Observable
from ringback.oauth.authorization import AUTHORIZE_PATH
from ringback.oauth.errors import OAuthRefusal, RingbackError
from ringback.oauth.token_requests import REVOKE_PATH, TOKEN_PATH

from . import steps
from .auth import Auth
from .events import Events

ACCOUNT_ID = "~"
URL_PREFIX = "/restapi"
API_VERSION = "v1.0"
KNOWN_PREFIXES = (
    *(URL_PREFIX, "/rcvideo", "/video", "/webinar", "/analytics", "/ai", "/team-messaging", "/scim", "/cx/"),
)
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Set by the client itself for every request.
_NOT_GIVEN = frozenset({"authorization", "host", "content-length"})

T = TypeVar("T")


class Platform(Observable):
    """One app at one server with one login; `auth()` has its tokens. Safe to call from several threads."""

    def __init__(
        self,
        key: str | None,
        secret: str | None,
        server: str | None,
        name: str = "",
        version: str = "",
        redirect_uri: str = "",
        known_prefixes: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        for value, told in ((server, "SERVER_URL"), (key, "CLIENT_ID"), (secret, "CLIENT_SECRET")):
            if value is None:
                raise ValueError(f"SDK init error: RINGCENTRAL_{told} value not found.")
        self._rc = RingCentral(
            client_id=key,
            client_secret=secret,
            server=server,
            redirect_uri=redirect_uri or None,
            vault="memory://",
        )
        self._context = self._rc.context
        self._auth = Auth(self._rc)
        self._client = Client()
        self._redirect_uri = redirect_uri
        self._known_prefixes = tuple(known_prefixes or KNOWN_PREFIXES)
        self._user_agent = f"{name or 'Unnamed'}/{version or '0.0.0'} {sys.platform} ringback.compat"

    def __repr__(self) -> str:
        return f"Platform({self._rc.server!r})"

    def auth(self) -> Auth:
        """The tokens."""
        return self._auth

    def create_url(
        self, url: str, add_server: bool = False, add_method: str | None = None, add_token: bool = False
    ) -> str:
        """A path completed: `/account/~` becomes `/restapi/v1.0/account/~`.

        Raises ValueError for `add_token`: a token in an address ends up in logs.
        """
        if add_token:
            raise ValueError("ringback.compat puts no token into an address; send it with Platform.get")
        built = url
        if not url.startswith(("http://", "https://")):
            known = url.startswith(self._known_prefixes)
            built = ("" if known else f"{URL_PREFIX}/{API_VERSION}") + url
            built = (self._rc.server if add_server else "") + built
        if add_method:
            built += f"{'&' if '?' in built else '?'}_method={add_method}"
        return built

    def login_url(
        self, redirect_uri: str, state: str = "", challenge: str = "", challenge_method: str = "S256"
    ) -> str:
        """Where to send the user's browser. (The official one raises NameError.)"""
        asked = {"response_type": "code", "client_id": self._rc.client_id, "redirect_uri": redirect_uri}
        if state:
            asked["state"] = state
        if challenge:
            asked |= {"code_challenge": challenge, "code_challenge_method": challenge_method}
        return f"{self.create_url(AUTHORIZE_PATH, add_server=True)}?{urlencode(asked)}"

    def logged_in(self) -> bool:
        """Is there a login whose token can be used, after a refresh if need be? Raises nothing."""
        try:
            return self._auth.access_token_valid() or self.refresh().ok()
        except (RingbackError, ApiException, ValueError):
            return False

    def login(
        self,
        username: str = "",
        extension: str = "",
        password: str = "",
        code: str = "",
        redirect_uri: str = "",
        jwt: str = "",
        verifier: str = "",
    ) -> ApiResponse:
        """Log in with a code, with a JWT, or (where a server still allows it) with a password.

        Raises ApiException for a refusal, ValueError when none of these is given. What `login_url` was given
        as `state` is the caller's to check: RingCentral.finish_login does it, this cannot.
        """

        def run() -> ApiResponse:
            form = self._login_form(username, extension, password, code, redirect_uri, jwt, verifier)
            answer = self._token_request(TOKEN_PATH, form)
            tokens = answer.json_dict()
            self._auth.reset()
            self._auth.set_data(tokens)
            return answer

        return self._told(run, Events.loginSuccess, Events.loginError)

    def refresh(self) -> ApiResponse:
        """Refresh the tokens now. Raises ApiException for a refusal, ValueError without a refresh token."""

        def run() -> ApiResponse:
            user_id = self._auth.owner_id
            if user_id is None or not self._auth.refresh_token_valid():
                raise ValueError("Refresh token has expired")
            try:
                self._rc.user(user_id).refresh()
            except RingbackError as error:
                self._refused(Request("POST", self.create_url(TOKEN_PATH, add_server=True)), error)
            return self._as_token_answer()

        return self._told(run, Events.refreshSuccess, Events.refreshError)

    def logout(self) -> ApiResponse:
        """Revoke the tokens and forget them. Raises ApiException when the server refuses; they stay then."""

        def run() -> ApiResponse:
            answer = self._token_request(REVOKE_PATH, {"token": self._auth.access_token()})
            self._auth.reset()
            return answer

        return self._told(run, Events.logoutSuccess, Events.logoutError)

    def inflate_request(self, request: Request, skip_auth_check: bool = False) -> Request:
        """The request with its whole URL and user agent. The token is added when it is sent, not here."""
        request.headers["User-Agent"] = request.headers["X-User-Agent"] = self._user_agent
        request.url = self.create_url(request.url, add_server=True)
        return request

    def send_request(self, request: Request, skip_auth_check: bool = False) -> ApiResponse:
        """Send it, with the user's token unless `skip_auth_check`. Raises ApiException."""
        self.inflate_request(request)
        given = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_GIVEN}
        before = self._auth.login()
        try:
            if skip_auth_check:
                answer = self._rc.run(
                    steps.without_token(self._context, request.method, request.url, given, request.content)
                )
            elif before is None:
                raise LoginRequired("(none)", "there is no login yet")
            else:
                user = self._rc.user(before.key.owner_id)
                answer = user.request(request.method, request.url, headers=given, content=request.content)
        except RingbackError as error:
            self._refused(request, error)
        finally:
            self._tell_of_refresh(before)
        return ApiResponse.of(request, answer)

    def get(
        self,
        url: str,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        skip_auth_check: bool = False,
    ) -> ApiResponse:
        """GET. Raises ApiException."""
        return self._call("GET", url, None, query_params, headers, skip_auth_check)

    def post(
        self,
        url: str,
        body: Any = None,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        skip_auth_check: bool = False,
    ) -> ApiResponse:
        """POST. Raises ApiException."""
        return self._call("POST", url, body, query_params, headers, skip_auth_check)

    def put(
        self,
        url: str,
        body: Any = None,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        skip_auth_check: bool = False,
    ) -> ApiResponse:
        """PUT. Raises ApiException."""
        return self._call("PUT", url, body, query_params, headers, skip_auth_check)

    def patch(
        self,
        url: str,
        body: Any = None,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        skip_auth_check: bool = False,
    ) -> ApiResponse:
        """PATCH. Raises ApiException."""
        return self._call("PATCH", url, body, query_params, headers, skip_auth_check)

    def delete(
        self,
        url: str,
        body: Any = None,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        skip_auth_check: bool = False,
    ) -> ApiResponse:
        """DELETE. Raises ApiException."""
        return self._call("DELETE", url, body, query_params, headers, skip_auth_check)

    def _call(
        self,
        method: str,
        url: str,
        body: Any,
        query: Query | None,
        headers: Mapping[str, str] | None,
        skip_auth_check: bool,
    ) -> ApiResponse:
        request = self._client.create_request(method, url, query_params=query, body=body, headers=headers)
        return self.send_request(request, skip_auth_check)

    def _login_form(
        self,
        username: str,
        extension: str,
        password: str,
        code: str,
        redirect_uri: str,
        jwt: str,
        verifier: str,
    ) -> dict[str, str]:
        if code and not jwt:
            form = {"grant_type": "authorization_code", "code": code}
            form["redirect_uri"] = redirect_uri or self._redirect_uri
            return form | ({"code_verifier": verifier} if verifier else {})
        if jwt:
            return {"grant_type": _JWT_GRANT, "assertion": jwt}
        if not (username and password):
            raise ValueError("Either code, or username with password, or jwt has to be provided")
        warnings.warn(
            "RingCentral no longer takes passwords from programs; use a code or a JWT", stacklevel=4
        )
        form = {"grant_type": "password", "username": username, "password": password}
        return form | ({"extension": extension} if extension else {})

    def _token_request(self, path: str, form: Mapping[str, str]) -> ApiResponse:
        """A request with the app's own credentials."""
        shown = Request("POST", self.create_url(path, add_server=True), dict(_FORM))
        try:
            answer = self._rc.run(steps.with_credentials(self._context, path, form))
        except RingbackError as error:
            self._refused(shown, error)
        return ApiResponse.of(shown, answer)

    def _as_token_answer(self) -> ApiResponse:
        """The tokens as the token endpoint's answer would have them."""
        data = self._auth.data()
        names = ("access_token", "token_type", "expires_in", "refresh_token", "refresh_token_expires_in")
        body = steps.as_json({name: data[name] for name in (*names, "scope", "owner_id")})
        headers = Headers({"content-type": "application/json"})
        return ApiResponse(
            Request("POST", self.create_url(TOKEN_PATH, add_server=True)), RawResponse(200, headers, body)
        )

    def _refused(self, request: Request, error: RingbackError) -> NoReturn:
        """Raise an error of the client as ApiException, with an answer wherever there was one."""
        answer: RawResponse | None = None
        headers = Headers({"content-type": "application/json"})
        if isinstance(error, ResponseError):
            response = error.response
            answer = RawResponse(response.status, response.headers, response.content)
        elif isinstance(error, OAuthRefusal):
            body = steps.refusal_body(error.message, error.code, error.error)
            answer = RawResponse(error.status or 400, headers, body)
        elif isinstance(error, LoginRequired) and request.url.endswith(TOKEN_PATH):
            answer = RawResponse(400, headers, steps.refusal_body(error.why, error.code, "invalid_grant"))
        elif isinstance(error, LoginRequired):
            answer = RawResponse(401, headers, steps.refusal_body(error.why, error.code))
        raise ApiException(ApiResponse(request, answer), error) from error

    def _tell_of_refresh(self, before: Any) -> None:
        """A call that had to refresh the tokens tells it, as the official one does."""
        after = self._auth.login()
        if before is not None and after is not None and not after.same_record(before):
            self.trigger(Events.refreshSuccess, self._as_token_answer())

    def _told(self, run: Callable[[], ApiResponse], success: str, failure: str) -> ApiResponse:
        try:
            answer = run()
        except Exception as error:
            self.trigger(failure, error)
            raise
        self.trigger(success, answer)
        return answer
