"""Worker: the official SDK, unmodified, in its own virtual environment; one SDK object for all threads.

Its documentation shares one SDK object, and with a live token that is safe: each call makes a `requests`
session of its own. That is also why REQUESTS_CA_BUNDLE has no effect here (`Session.send` reads no
environment), and why a connection is opened and all certificates are loaded again for each call. So certifi
is told, in the way its packagers do, of another bundle: its own with the CA of this run added ("certifi":
what its users pay), or that CA alone ("one CA": the SDK at its best, which no user of it sees).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import certifi

from .worker import CALL_LOG, EXTENSION, EXTENSIONS, Call, call_log_window, work


def prepare(given: dict[str, Any], folder: Path) -> dict[str, Callable[[], Call]]:
    """Log in; the calls of each case. `folder` is where the bundle is kept."""
    platform = logged_in(given, folder)
    window = call_log_window()
    return {
        "extension": lambda: lambda: platform.get(EXTENSION).json_dict(),
        "extensions": lambda: lambda: platform.get(EXTENSIONS).json_dict(),
        "call log": lambda: lambda: platform.get(CALL_LOG, window).json_dict(),
    }


def logged_in(given: dict[str, Any], folder: Path) -> Any:
    """The SDK's platform object, with the token of a recorded code."""
    bundle = folder / "bundle.pem"
    theirs = Path(certifi.where()).read_text() if given["bundle"] == "certifi" else ""
    bundle.write_text(theirs + Path(given["ca"]).read_text())
    certifi.where = lambda: str(bundle)  # before requests is imported, which asks once
    from ringcentral import SDK

    app = given["app"]
    platform = SDK(app["clientId"], app["clientSecret"], given["server"]).platform()
    platform.login(code="recorded", redirect_uri=app["redirectUris"][0])
    return platform


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        work(lambda given: prepare(given, Path(made)))
