"""Bootstrap's icons, taken one by one out of the installed package's sprite and set into our pages."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

_SYMBOL = re.compile(r'<symbol[^>]*\bviewBox="([\d .]+)"[^>]*\bid="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.S)


@cache
def icon(name: str) -> Markup:
    """An `<svg>` of the icon `name`, hidden from screen readers; empty when the package has no such icon.

    Set into the page because the whole sprite is a megabyte, and a page uses five of its icons.
    """
    found = _symbols().get(name)
    if found is None:
        return Markup("")
    box, drawing = found
    return Markup(  # noqa: S704 - the installed package's own drawing, not input
        f'<svg class="icon" viewBox="{box}" fill="currentColor" aria-hidden="true" focusable="false">'
        f"{drawing}</svg>"
    )


@cache
def icon_symbol(name: str) -> Markup:
    """The icon `name` as a symbol that `icon_use` draws any number of times on the same page."""
    box, drawing = _symbols().get(name, ("0 0 16 16", ""))
    return Markup(  # noqa: S704 - as above
        f'<svg class="visually-hidden" aria-hidden="true">'
        f'<symbol id="icon-{name}" viewBox="{box}">{drawing}</symbol></svg>'
    )


@cache
def icon_use(name: str) -> Markup:
    """The icon `name` where `icon_symbol` has set it into the page."""
    return Markup(  # noqa: S704 - as above
        f'<svg class="icon" fill="currentColor" aria-hidden="true"><use href="#icon-{name}"></use></svg>'
    )


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        return {}
    sprite = Path(spec.origin).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    if not sprite.is_file():
        return {}
    return {name: (box, drawing) for box, name, drawing in _SYMBOL.findall(sprite.read_text("utf-8"))}
