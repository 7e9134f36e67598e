"""The middleware, the login's views, the decorator and the context processor for Django."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt

from ringback.client import LoginRequired, User
from ringback.vault.browser_sessions import BrowserSession
from ringback.weblogin import Asked, Reply

from .installed import installed

View = Callable[..., Any]


class RingbackMiddleware:
    """Gives each request `ringcentral_user`: the logged-in User, false when nobody is; looked up when used.

    A LoginRequired that a view raises sends the browser to log in again.
    """

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.ringcentral_user = SimpleLazyObject(lambda: user_of(request))
        return self._get_response(request)

    def process_exception(self, request: Any, error: Exception) -> Any:
        """Called by Django for an error that a view raised; None leaves it to others."""
        if not isinstance(error, LoginRequired):
            return None
        here = installed()
        ended = here.client.run(here.pages.refused(_cookie(request), error.user_id))
        answer = to_login(request)
        if ended:
            answer["Set-Cookie"] = here.pages.browsers.no_cookie().header()
        return answer


def user_of(request: Any) -> User | None:
    """The logged-in user of a request, or None."""
    session = _session(request)
    if session is None or session.user_id is None:
        return None
    return installed().client.user(session.user_id, holder=session.holder)


def login_required(view: View) -> View:
    """A view for logged-in users: others are sent to log in (GET), or get 401."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        if user_of(request) is None:
            return to_login(request)
        return view(request, *args, **kwargs)

    return guarded


def context(request: Any) -> dict[str, Any]:
    """A context processor: `ringcentral_user`, and `ringback_csrf_token` for a form that posts to /logout."""
    session = _session(request)
    return {
        "ringcentral_user": SimpleLazyObject(lambda: user_of(request)),
        "ringback_csrf_token": session.csrf if session else "",
    }


def to_login(request: Any) -> Any:
    """To the login page, and back here afterwards; 401 for what cannot be opened again."""
    can_come_back = request.method == "GET" and request.accepts("text/html")
    return _answer(installed().pages.to_login(request.get_full_path() if can_come_back else None))


@csrf_exempt  # type: ignore[untyped-decorator]
def page(request: Any) -> Any:
    """One of the login's own pages; its forms carry the session's own CSRF token in place of Django's."""
    here = installed()
    asked = Asked(
        request.method,
        request.path_info,
        request.META.get("QUERY_STRING", ""),
        {name.lower(): value for name, value in request.headers.items()},
        _cookie(request),
        request.POST.dict() if request.method == "POST" else {},
    )
    if request.method not in ("GET", "HEAD", "POST"):
        return _answer(Reply(405))
    return _answer(here.client.run(here.pages.reply(asked)) or Reply(404))


def _cookie(request: Any) -> str:
    value = request.COOKIES.get(installed().pages.settings.cookie_name, "")
    return value if isinstance(value, str) else ""


def _session(request: HttpRequest) -> BrowserSession | None:
    """This browser's session, looked up once for each request."""
    if not hasattr(request, "_ringback_session"):
        here = installed()
        request._ringback_session = here.client.run(here.pages.browsers.session(_cookie(request)))
    found: BrowserSession | None = request._ringback_session
    return found


def _answer(reply: Reply) -> Any:
    answer = HttpResponse(reply.html, status=reply.status)
    for name, value in reply.headers():
        answer[name] = value
    return answer
