"""What goes wrong with the platform under a test: an error that says what to do."""

from __future__ import annotations


class LocalPlatformError(Exception):
    """The local platform cannot do what the test asked of it; the text says why, and what to do."""
