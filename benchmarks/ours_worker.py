"""Worker: one `RingCentral` and one user of it, shared by all threads."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ringback import RingCentral
from ringback.client.transports.transport import HttpTransport, Transport
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
    """A user of a client that trusts the system's CAs and the one of this run."""
    app = given["app"]
    client = RingCentral(
        client_id=app["clientId"],
        client_secret=app["clientSecret"],
        server=given["server"],
        vault="memory://",
        transport=_transport(given),
    )
    redirect_uri = app["redirectUris"][0]
    login = client.begin_login(redirect_uri)
    return client.finish_login(f"{redirect_uri}?code=recorded&state={login.state}", login.transaction)


def _transport(given: dict[str, Any]) -> Transport:
    if given["transport"] == "fast":
        from ringback.client.transports.fast_transport import FastTransport

        return FastTransport(given["server"], extra_ca=Path(given["ca"]).read_bytes())
    tls = ssl.create_default_context()
    tls.load_verify_locations(given["ca"])
    return HttpTransport(given["server"], tls=tls)


if __name__ == "__main__":
    work(prepare)
