"""The demo's own key file: `.ringback/demo.key` in the working directory, mode 0600."""

from __future__ import annotations

from pathlib import Path

from .key_file import kept_key

FILE = Path(".ringback") / "demo.key"


def demo_key(folder: Path) -> tuple[str, Path]:
    """The key in `folder`'s key file, which is made where it is missing, and the file's path.

    Raises Failure when it can be neither read nor made, or holds no key.
    """
    path = folder / FILE
    return kept_key(path, "The demo's", "start in a folder that this user may write to"), path
