"""The protocol package works where there is no network, no TLS and no clock."""

import subprocess
import sys

BLOCKED = """
import sys
for name in ("socket", "_socket", "ssl", "_ssl", "http", "http.client", "time", "asyncio", "selectors"):
    sys.modules[name] = None
import ringback.oauth
from ringback.oauth import *
transaction = begin(server="https://s", client_id="c", redirect_uri="https://a/cb", now=1.0,
                    random_bytes=lambda n: bytes(n))
url = authorization_url(transaction, AuthorizationOptions())
code = check_callback("https://a/cb?code=x&state=" + transaction.state.reveal(), transaction, now=2.0)
exchange_code(ClientCredentials("c"), transaction, code)
token_set_from_answer(b'{"access_token":"a","expires_in":3600,"owner_id":"1"}', now=1.0)
print("worked")
"""


def test_imports_and_works_with_socket_ssl_http_and_time_blocked():
    run = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True)
    assert run.stdout.strip() == "worked", run.stderr
