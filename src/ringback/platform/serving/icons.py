"""Icons from the Bootstrap Icons sprite in the installed flask_bootstrap package, put into pages as SVG."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

_SYMBOL = '<symbol class="bi bi-{0}" viewBox="0 0 16 16" id="{0}">(.*?)</symbol>'


def bootstrap_folder() -> Path:
    """Where flask_bootstrap keeps its static files of Bootstrap 5; the package is not imported.

    Raises RuntimeError when the package is not installed.
    """
    spec = find_spec("flask_bootstrap")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "static" / "bootstrap5"
        if folder.is_dir():
            return folder
    raise RuntimeError("bootstrap-flask is not installed: pip install 'ringback[platform]'")


class Icons:
    """Icons by name, each cut out of the sprite once; a text in place of one that is not there."""

    def __init__(self, folder: Path) -> None:
        self._sprite_file = folder / "icons" / "bootstrap-icons.svg"
        self._sprite: str | None = None
        self._made: dict[str, Markup] = {}

    def icon(self, name: str, glyph: str = "") -> Markup:
        """Decoration only: hidden from assistive technology."""
        if name not in self._made:
            self._made[name] = self._cut(name, glyph)
        return self._made[name]

    def _cut(self, name: str, glyph: str) -> Markup:
        if self._sprite is None:
            try:
                self._sprite = self._sprite_file.read_text("utf-8")
            except OSError:
                self._sprite = ""
        found = re.search(_SYMBOL.format(re.escape(name)), self._sprite, re.DOTALL)
        if found is None:
            return Markup('<span class="icon" aria-hidden="true">{}</span>').format(glyph)
        # The sprite is a file of an installed package: its markup is trusted.
        start = Markup('<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">')
        return start + Markup(found.group(1)) + Markup("</svg>")  # noqa: S704
