"""The `.env` file of a first run: its lines, and writing it once, mode 0600, never over another."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=~-]+")


def block(values: Mapping[str, str]) -> str:
    """A line for each setting, as python-dotenv reads it back."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def write_new(path: Path, text: str) -> None:
    """Make the file with mode 0600: it appears whole or not at all.

    Raises FileExistsError where there is one already (it is left as it is), OSError when none can be made.
    """
    draft = path.with_name(f".ringback-env-{os.getpid()}-{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
