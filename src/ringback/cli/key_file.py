"""A key of the command line's own in a file, mode 0600: made where it is missing, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ringback.vault import KeyRing, new_key

from .failures import Failure


def kept_key(path: Path, whose: str, advice: str) -> str:
    """The key in the file at `path`, whose folder (mode 0700) and which itself are made where missing.

    Raises Failure, naming `whose` file it is and with `advice`, when it can be neither read nor made, or
    holds no key.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{whose} key file {path} cannot be used ({type(error).__name__}); {advice}") from None
    try:
        KeyRing.from_setting(key)
    except Exception:
        raise Failure(f"{whose} key file {path} holds no key; remove it and start again") from None
    return key


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
