"""Playwright for the tests, or the reason why they are skipped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest


@cache
def why_not(*command: str) -> str:
    """Why Playwright's driver (a node of its own) does not start; '' when it does."""
    command = command or (sys.executable, "-m", "playwright", "--version")
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if result.returncode == 0:
        return ""
    said = result.stderr.strip().splitlines() or [f"exit code {result.returncode}"]
    return f"Playwright's driver does not start ({said[-1]}); `tools/set-up chromium` installs what it needs"


@contextmanager
def driver() -> Iterator[Any]:
    """Playwright, started; skips the test when it cannot be."""
    if reason := why_not():
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright
