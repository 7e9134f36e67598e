"""POST /_local/login: a login without a browser, through the same pages, forms and cookies as with one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.errors import ApiError
from ringback.platform.world import World

from .answers import local_world, read_object, told, wrong
from .page_walk import PageWalk, Visited

_AUTHORIZE = "/restapi/oauth/authorize"
_FIELDS = frozenset({"url", "username", "password", "extension", "decision"})
_DECISIONS = ("authorize", "cancel")
_STEPS = 12
_URL_LENGTH = 16_000


async def login(request: Request) -> Response:
    """{"url": authorization URL or its query, "username", …} -> {"location": the callback URL}.

    Left out, `password` is the one the seed gave the user, `extension` is empty, and `decision` is authorize.
    400 with what the page said when the login does not come to its callback.
    """
    world = local_world(request)
    body = await read_object(request, _FIELDS)
    for name, value in body.items():
        if not isinstance(value, str):
            raise wrong(name, "it must be text")
    decision = body.get("decision", "authorize")
    if decision not in _DECISIONS:
        raise wrong("decision", f"it is one of {', '.join(_DECISIONS)}")
    values = {
        "username": _username(body),
        "extension": body.get("extension", ""),
        "password": body["password"] if "password" in body else _seeded_password(world, body),
    }
    walk = PageWalk(request.state.front, request.scope)
    location = await _walk(walk, world, _begin(world, body), values, decision)
    return told({"location": location})


async def _walk(walk: PageWalk, world: World, url: str, values: dict[str, str], decision: str) -> str:
    """Go from page to page as a user would, until an answer leads to the app."""
    page = await walk.get(url)
    signed_in = False
    for _ in range(_STEPS):
        if page.location:
            target = urljoin(page.url, page.location)
            if not target.startswith(world.base_url + _AUTHORIZE):
                return page.location
            page = await walk.get(target)
            continue
        form = page.post_form
        if page.status != 200 or form is None:
            raise _stopped(page)
        if "password" in form.fields:
            if signed_in:
                raise _stopped(page)
            signed_in = True
            page = await walk.send(page, form, values)
        else:
            page = await walk.send(page, form, {"decision": decision})
    raise _stopped(page)


def _begin(world: World, body: dict[str, str]) -> str:
    """The authorization URL to open, in this world, whatever origin the given one names."""
    url = body.get("url", "")
    if not url or len(url) > _URL_LENGTH or not url.isascii() or not url.isprintable():
        raise wrong("url", "it must be an authorization URL, or its query")
    parts = urlsplit(url)
    if not parts.scheme and not url.startswith("/"):
        return f"{world.base_url}{_AUTHORIZE}?{url.removeprefix('?')}"
    if parts.path.rstrip("/") not in {world.root + _AUTHORIZE, _AUTHORIZE if parts.scheme == "" else ""}:
        raise wrong("url", f"it must lead to {world.base_url}{_AUTHORIZE}")
    return f"{world.base_url}{_AUTHORIZE}?{parts.query}"


def _username(body: dict[str, Any]) -> str:
    if not body.get("username"):
        raise wrong("username", "say who logs in")
    return str(body["username"])


def _seeded_password(world: World, body: dict[str, str]) -> str:
    """The password the seed gave this user. Raises ApiError 400 where it gave none."""
    for candidate in world.company.candidates(body["username"], body.get("extension", "")):
        password = world.company.seeded_password(candidate.id)
        if password is not None:
            return password
    raise wrong("password", "this user has none from the seed; send it")


def _stopped(page: Visited) -> ApiError:
    said = page.said
    told_why = said.get("sign-in-error") or said.get("why") or said.get("heading") or "no page of ours"
    code = said.get("error-code", "")
    return ApiError(
        400,
        "RBK-411",
        f"The login stopped at a page with status {page.status}: {told_why}",
        pageStatus=str(page.status),
        pageCode=code,
    )
