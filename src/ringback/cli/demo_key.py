"""The demo's own key file: `.ringback/demo.key` in the working directory, mode 0600."""

from __future__ import annotations

import os
from pathlib import Path

from ringback.vault import KeyRing, new_key

from .failures import Failure

FOLDER = Path(".ringback")
FILE = FOLDER / "demo.key"


def demo_key(folder: Path) -> tuple[str, Path]:
    """The key in `folder`'s key file, which is made where it is missing, and the file's path.

    Raises Failure when it can be neither read nor made, or holds no key.
    """
    path = folder / FILE
    try:
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        _make(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(
            f"The demo's key file {path} cannot be used ({type(error).__name__}); "
            "start in a folder that this user may write to"
        ) from None
    try:
        KeyRing.from_setting(key)
    except Exception:
        raise Failure(f"The demo's key file {path} holds no key; remove it and start again") from None
    return key, path


def _make(path: Path) -> None:
    """Make the file with its mode, or leave the one that is there: it appears whole or not at all."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
