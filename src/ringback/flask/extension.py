"""The Flask extension: routes for login, callback and logout, the current user, and a decorator."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.local import LocalProxy

from ringback.client import LoginRequired, RingCentral, User
from ringback.client.settings import required
from ringback.vault.browser_sessions import BrowserSession
from ringback.weblogin import Asked, LoginSettings, Pages, Reply

P = ParamSpec("P")
R = TypeVar("R")
_NAME = "ringback-login"


class RingbackFlask:
    """`RingbackFlask(app)`, or `RingbackFlask()` and `init_app(app)` later.

    `client` is a RingCentral (default: of the environment and `.env`); `settings` are LoginSettings (default:
    of the client's redirect URI). A LoginRequired that a view raises sends the browser to log in again.

    Raises ConfigurationError, in one line that names what is missing or wrong.
    """

    def __init__(
        self,
        app: Flask | None = None,
        client: RingCentral | None = None,
        *,
        settings: LoginSettings | None = None,
    ) -> None:
        self._client = client
        self._settings = settings
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the routes, the error handler and `ringback_csrf_token()` for templates to an app."""
        client = self._client or RingCentral.from_env()
        settings = self._settings or LoginSettings(required(client.redirect_uri, "redirect_uri"))
        app.extensions[_NAME] = _Installed(client, Pages(client.context, settings))
        for name, path, methods in (
            ("login", settings.login_path, ["GET"]),
            ("callback", settings.callback_path, ["GET"]),
            ("logout", settings.logout_path, ["GET", "POST"]),
        ):
            app.add_url_rule(path, f"ringback.{name}", _page, methods=methods)
        app.register_error_handler(LoginRequired, _log_in_again)
        app.jinja_env.globals["ringback_csrf_token"] = csrf_token


class _Installed:
    """What one app has: the client, and the login's pages."""

    def __init__(self, client: RingCentral, pages: Pages) -> None:
        self.client = client
        self.pages = pages


def _here() -> _Installed:
    return cast(_Installed, current_app.extensions[_NAME])


def _cookie() -> str:
    return request.cookies.get(_here().pages.settings.cookie_name, "")


def _session() -> BrowserSession | None:
    """This browser's session, looked up once for each request."""
    if "ringback_session" not in g:
        here = _here()
        g.ringback_session = here.client.run(here.pages.browsers.session(_cookie()))
    found: BrowserSession | None = g.ringback_session
    return found


def _user() -> User | None:
    session = _session()
    if session is None or session.user_id is None:
        return None
    return _here().client.user(session.user_id, holder=session.holder)


current_user: User = cast(User, LocalProxy(_user))
"""The logged-in User of this request; false when nobody is logged in."""


def csrf_token() -> str:
    """What a form that posts to /logout carries as `csrf_token`; '' without a session."""
    session = _session()
    return session.csrf if session else ""


def login_required(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A view for logged-in users: others are sent to log in (GET), or get 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return view(*args, **kwargs) if _user() is not None else _to_login()

    return guarded


def _to_login() -> Response:
    """To the login page, and back here afterwards; 401 for what cannot be opened again."""
    can_come_back = request.method == "GET" and request.accept_mimetypes.accept_html
    to = request.full_path.removesuffix("?") if can_come_back else None
    return _answer(_here().pages.to_login(to))


def _page(**_: Any) -> Response:
    """One of the login's own pages."""
    here = _here()
    asked = Asked(
        request.method,
        request.path,
        request.query_string.decode("latin-1"),
        {name.lower(): value for name, value in request.headers.items()},
        _cookie(),
        request.form.to_dict() if request.method == "POST" else {},
    )
    reply = here.client.run(here.pages.reply(asked))
    return _answer(reply or Reply(404))


def _log_in_again(error: LoginRequired) -> Response:
    """A view met a login that is refused: the browser's session ends with it, and the user logs in again."""
    here = _here()
    ended = here.client.run(here.pages.refused(_cookie(), error.user_id))
    g.pop("ringback_session", None)
    answer = _to_login()
    if ended:
        answer.headers.add("Set-Cookie", here.pages.browsers.no_cookie().header())
    return answer


def _answer(reply: Reply) -> Response:
    answer = Response(reply.html, reply.status)
    for name, value in reply.headers():
        if name == "Set-Cookie":
            answer.headers.add(name, value)
        else:
            answer.headers[name] = value
    return answer
