"""Worker: one `RingCentral` and one user of it, shared by all threads."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from ringback import RingCentral
from ringback.client.user import User

from .worker import CALL_LOG, EXTENSION, EXTENSIONS, Call, call_log_window, work


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], Call]]:
    """Log in; the calls of each case."""
    user = logged_in(given)
    window = call_log_window()
    return {
        "extension": lambda: lambda: user.get(EXTENSION).json(),
        "extensions": lambda: lambda: user.get(EXTENSIONS).json(),
        "call log": lambda: lambda: user.get(CALL_LOG, params=window).json(),
    }


def logged_in(given: dict[str, Any]) -> User:
    """A user of a client with the default TLS context and the CA of this run added."""
    app = given["app"]
    tls = ssl.create_default_context()
    tls.load_verify_locations(given["ca"])
    client = RingCentral(
        client_id=app["clientId"],
        client_secret=app["clientSecret"],
        server=given["server"],
        vault="memory://",
        tls=tls,
    )
    redirect_uri = app["redirectUris"][0]
    login = client.begin_login(redirect_uri)
    return client.finish_login(f"{redirect_uri}?code=recorded&state={login.state}", login.transaction)


if __name__ == "__main__":
    work(prepare)
