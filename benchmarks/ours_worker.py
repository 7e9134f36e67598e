"""Worker: one `RingCentral` and one user of it, shared by all threads."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from ringback import RingCentral

from .form_login import log_in
from .worker import CALL_LOG, EXTENSION, Call, call_log_window, work


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], Call]]:
    """Log in; the calls of each case. The default TLS context, with the CA of this run added."""
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
    login = client.begin_login(app["redirectUris"][0])
    user = client.finish_login(log_in(login.url, given["user"], tls), login.transaction)
    window = call_log_window()
    return {
        "extension": lambda: lambda: user.get(EXTENSION).json(),
        "call log": lambda: lambda: user.get(CALL_LOG, params=window).json(),
    }


if __name__ == "__main__":
    work(prepare)
