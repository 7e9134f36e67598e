"""Worker: bare `http.client`, one kept-alive connection for each thread: what Python allows here."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from .form_login import authorize_url, code_of, log_in
from .worker import CALL_LOG, EXTENSION, Call, call_log_window, work


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], Call]]:
    """Log in by hand; the calls of each case."""
    tls = ssl.create_default_context(cafile=given["ca"])
    headers = {"Authorization": f"Bearer {_access_token(given, tls)}", "Accept": "application/json"}

    def calls_to(path: str) -> Call:
        connection = _connection(given, tls)

        def call() -> Any:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the platform answered {answer.status}")
            return json.loads(body)

        return call

    return {
        "extension": lambda: calls_to(EXTENSION),
        "call log": lambda: calls_to(f"{CALL_LOG}?{urlencode(call_log_window())}"),
    }


def _access_token(given: dict[str, Any], tls: ssl.SSLContext) -> str:
    app = given["app"]
    form = {
        "grant_type": "authorization_code",
        "code": code_of(log_in(authorize_url(given), given["user"], tls)),
        "redirect_uri": app["redirectUris"][0],
    }
    basic = base64.b64encode(f"{app['clientId']}:{app['clientSecret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = _connection(given, tls)
    connection.request("POST", "/restapi/oauth/token", urlencode(form), headers)
    token: str = json.load(connection.getresponse())["access_token"]
    connection.close()
    return token


def _connection(given: dict[str, Any], tls: ssl.SSLContext) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(urlsplit(given["server"]).netloc, context=tls, timeout=20)


if __name__ == "__main__":
    work(prepare)
