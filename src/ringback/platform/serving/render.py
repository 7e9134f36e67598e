"""Pages: templates into answers, each with its Content-Security-Policy and never cached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ringback.platform.authorization.browsers import Browser
from ringback.platform.serving.context import set_cookie, world_of
from ringback.platform.serving.cookie_names import theme_cookie
from ringback.platform.serving.icons import Icons

if TYPE_CHECKING:
    from jinja2 import Environment

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action {}; frame-ancestors 'none'; base-uri 'none'"
)


class Pages:
    """The templates of the platform."""

    def __init__(self, bootstrap: Path) -> None:
        self._icons = Icons(bootstrap)

    @cached_property
    def _templates(self) -> Environment:
        """Made, and Jinja imported, for the first page: programs never ask for one."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from ringback.compiled_templates import CompiledTemplates

        templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("pages")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=CompiledTemplates(),
        )
        templates.globals["icon"] = self._icons.icon
        return templates

    def text(self, name: str, values: dict[str, Any]) -> str:
        return self._templates.get_template(name).render(values)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    browser: Browser | None = None,
    form_action: Sequence[str] = (),
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """Render a page. `form_action` names the origins, beside our own, where its forms may end."""
    world = world_of(request)
    cookie = theme_cookie(world.base_url)
    theme = request.cookies.get(cookie)
    shared = {
        "theme": theme if theme in {"light", "dark"} else None,
        "theme_cookie": cookie,
        "base_url": world.base_url,
        "root": world.root,
        "web_app": world.settings.web_app,
        "company": world.company.account.name,
    }
    pages = cast(Pages, request.app.state.pages)
    response = HTMLResponse(
        pages.text(template, {**shared, **values}),
        status_code=status,
        headers={
            "Content-Security-Policy": _CSP.format(" ".join(("'self'", *dict.fromkeys(form_action)))),
            **(headers or {}),
        },
    )
    if browser is not None:
        set_cookie(request, response, browser)
    return response


def see_other(request: Request, path: str, browser: Browser | None = None) -> Response:
    """303 to a path of our own, in the world of the request."""
    response = Response(status_code=303, headers={"Location": world_of(request).root + path})
    if browser is not None:
        set_cookie(request, response, browser)
    return response
