"""Which site a form of the platform's pages was sent from: login forgery by other sites is turned away."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from ringback.platform.errors import ApiError
from ringback.platform.serving.context import world_of

_OWN = frozenset({"same-origin", "none"})


def refuse_other_sites(request: Request) -> None:
    """Raise ApiError 403 for a form that a page of another origin sends.

    A CSRF value alone does not stop a neighbour who can plant cookies for this host (another port, a
    subdomain): it could plant its own browser session and send that session's form. `Sec-Fetch-Site` says
    who sends, and pages cannot forge it; browsers without it send `Origin` with a POST. Programs send neither
    and are not what this is about. Another port of the same host is another origin.
    """
    sites = request.headers.getlist("sec-fetch-site")
    if sites:
        if not _OWN.issuperset(sites):
            raise _refused("Sec-Fetch-Site says that a page of another origin sent it")
        return
    # Behind a proxy the Host may be another than the one that browsers know.
    own = {request.headers.get("host", "").lower(), urlsplit(world_of(request).base_url).netloc.lower()}
    for origin in request.headers.getlist("origin"):
        if _place(origin) not in own:
            raise _refused("the Origin header names another origin")


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _refused(why: str) -> ApiError:
    return ApiError(403, "RBK-411", "The form was sent from another site", why=why)
