"""How refusals are answered: RingCentral's JSON, a page where HTML is asked for, or a redirect to the app."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.authorization.redirect_uris import with_parameters
from ringback.platform.errors import ApiError, OAuthError, RedirectError
from ringback.platform.serving.context import asks_for_html, has_pages, note_of
from ringback.platform.serving.render import page
from ringback.platform.serving.request_body import BodyRefused

_JSON = "application/json;charset=UTF-8"
_REALM = "RingCentral REST API"


@dataclass(frozen=True, slots=True)
class Explained:
    """What an error page says: what happened, and what to do."""

    title: str
    advice: str


_BY_CODE = {
    "OAU-153": Explained(
        "This app is not registered",
        "Check the client ID in the app's settings, or create the app in the console first.",
    ),
    "OAU-109": Explained(
        "The app's redirect URI is not registered",
        "Make the app send exactly what is registered, or register what it sends. Nothing was sent anywhere.",
    ),
    "OAU-113": Explained(
        "The app has no redirect URI", "Register the address that logins come back to, then begin again."
    ),
    "OAU-111": Explained("The request repeats a parameter", "Each parameter may be sent once."),
    "CMN-100": Explained("The request is incomplete", "Add the parameter that is named above."),
    "CMN-101": Explained("A parameter has a wrong value", "Correct the parameter that is named above."),
    "RBK-400": Explained("The platform has another address", "Open it at the address it was started with."),
    "RBK-503": Explained("This page is not loaded ahead of time", "Open it when you need it."),
    "RBK-411": Explained(
        "This form was sent from another site",
        "Nothing was changed. Go to the app, begin the login there, and use the form of the page that opens.",
    ),
    "CMN-104": Explained("The request cannot be read", "Begin the login again from the app."),
}
_BY_STATUS = {
    400: Explained("This sign-in is no longer valid", "Go back to the app and begin the login again."),
    403: Explained("This is not allowed", "Go back and use the links of the page."),
    404: Explained("There is no such page", "Check the address, or go to the start page."),
    405: Explained("This page cannot be used that way", "Open it from the links of the platform."),
    408: Explained("The request came too slowly", "Try again."),
    409: Explained("This cannot be done as things stand", "Go back to the page and see what has changed."),
    413: Explained("The request is too large", "Send less at once."),
    415: Explained("The request has a wrong content type", "Send the form of the page."),
    500: Explained("The local platform has a fault", "Its log has the details; please report it."),
}


async def api_error(request: Request, error: Exception) -> Response:
    """ApiError: the JSON of contract 3.1, or a page with the same status on the pages' paths."""
    assert isinstance(error, ApiError)
    _note(request, error.code, error.why)
    headers = {"Cache-Control": "no-store", **error.headers}
    if error.status == 401:
        headers["WWW-Authenticate"] = f'Bearer realm="{_REALM}"'
    if has_pages(request.scope["path"]) and asks_for_html(request):
        return error_page(request, error.status, error.code, error.message, error.why, headers)
    return JSONResponse(error.body(), error.status, headers, media_type=_JSON)


async def oauth_error(request: Request, error: Exception) -> Response:
    """OAuthError: the JSON of contract 3.3, or a page with the same status on the pages' paths."""
    assert isinstance(error, OAuthError)
    _note(request, error.code or error.error, error.why)
    note_of(request).details.update(error.details)
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", **error.headers}
    if error.error == "invalid_client":
        told = f'error="invalid_client", error_description="{_quoted(error.description)}"'
        headers["WWW-Authenticate"] = f'Bearer realm="{_REALM}", {told}'
    if has_pages(request.scope["path"]) and asks_for_html(request):
        return error_page(request, error.status, error.code, error.description, error.why, headers)
    return JSONResponse(error.body(), error.status, headers, media_type=_JSON)


async def redirect_error(request: Request, error: Exception) -> Response:
    """RedirectError: 302 to the app's own, checked redirect URI."""
    assert isinstance(error, RedirectError)
    _note(request, error.error, error.why)
    location = with_parameters(error.redirect_uri, error.parameters())
    return Response(status_code=302, headers={"Location": location, "Cache-Control": "no-store"})


async def body_refused(request: Request, error: Exception) -> Response:
    """BodyRefused: 413 or 408, and the connection is closed."""
    assert isinstance(error, BodyRefused)
    return _plain_refusal(request, error.status, error.why, {"Connection": "close"})


async def http_error(request: Request, error: Exception) -> Response:
    """Starlette's own: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if request.scope["path"].startswith("/restapi"):
        invalid = ApiError(error.status_code, "CMN-120", "Invalid URI")
        _note(request, invalid.code, "no such path" if error.status_code == 404 else error.detail)
        return JSONResponse(invalid.body(), error.status_code, headers, media_type=_JSON)
    told = "" if error.detail == HTTPException(error.status_code).detail else error.detail
    return _plain_refusal(request, error.status_code, told, headers)


def _plain_refusal(request: Request, status: int, why: str, headers: dict[str, str]) -> Response:
    _note(request, None, why or None)
    if not request.scope["path"].startswith(("/restapi", "/_local")) or (
        has_pages(request.scope["path"]) and asks_for_html(request)
    ):
        return error_page(request, status, None, "", why, headers)
    body = {"errorCode": "CMN-104", "message": f"Cannot parse request: {why}"}
    return JSONResponse({**body, "errors": [body]}, status, headers, media_type=_JSON)


def error_page(
    request: Request, status: int, code: str | None, message: str, why: str, headers: dict[str, str]
) -> Response:
    """What happened, why, what to do; the code small."""
    explained = _BY_CODE.get(code or "") or _BY_STATUS.get(status, _BY_STATUS[400])
    return page(
        request,
        "error.html",
        status=status,
        headers=headers,
        title=explained.title,
        advice=explained.advice,
        code=code,
        message=message,
        why="" if why == message else why,
        status_code=status,
    )


def _note(request: Request, code: str | None, why: str | None) -> None:
    note = note_of(request)
    note.error_code, note.why = code, why


def _quoted(text: str) -> str:
    """Fit for a quoted string of a header: printable ASCII without quotes and backslashes."""
    return re.sub(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]", "?", text)
