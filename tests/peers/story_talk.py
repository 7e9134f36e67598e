"""How a peer's story talks with the test that runs it: lines of JSON, no secret in a traceback.

Runs in any peer's virtual environment: standard library only.
"""

import base64
import hashlib
import json
import secrets
import sys
import traceback
from urllib.parse import quote, urlencode

EXTENSION = "/restapi/v1.0/account/~/extension/~"
EXTENSION_CALL_LOG = "/restapi/v1.0/account/~/extension/~/call-log"
ACCOUNT_CALL_LOG = "/restapi/v1.0/account/~/call-log"
AUTHORIZE = "/restapi/oauth/authorize"
TOKEN = "/restapi/oauth/token"
REVOKE = "/restapi/oauth/revoke"
PARTS_AS_JSON = "application/vnd.ringcentral.multipart+json"


def tell(message):
    """One line of JSON to the test."""
    print(json.dumps(message), flush=True)


def heard():
    """One line of JSON from the test."""
    return json.loads(sys.stdin.readline())


def quiet_excepthook(kind, error, trace):
    """Where it failed, without the message: peers' messages show requests with their Authorization."""
    sys.stderr.write("".join(traceback.format_tb(trace)) + kind.__name__ + "\n")


def pkce_pair():
    """A verifier and its S256 challenge."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_url(server, app, state, challenge=None):
    """An authorization URL built by hand, for peers that build none that can be used."""
    query = {
        "response_type": "code",
        "client_id": app["clientId"],
        "redirect_uri": app["redirectUris"][0],
        "state": state,
    }
    if challenge:
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{server}{AUTHORIZE}?{urlencode(query, quote_via=quote)}"
