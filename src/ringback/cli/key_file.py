"""A key of the command line's own in a file, mode 0600: made where it is missing, whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
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
        if not path.exists():
            with suppress(FileExistsError):  # made by another at the same moment: its key is the one
                _make(path, new_key())
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


def write_key(path: Path, key: str) -> None:
    """Write a key into a new file, mode 0600. Raises Failure when there is one, or none can be made."""
    try:
        _make(path, key)
    except FileExistsError:
        raise Failure(f"{path} exists already; name a file that does not") from None
    except OSError as error:
        raise Failure(f"The key file {path} cannot be made ({error.strerror}); name another") from None


def _make(path: Path, key: str) -> None:
    """Make the file with its mode: it appears whole or not at all. FileExistsError where there is one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
