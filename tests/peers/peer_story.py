"""The story that every Python peer tells: `PEER_PYTHON peer_story.py PEER`, run by `test_peers.py`.

Lines of JSON both ways. First line in: {"server", "logins": [{"name", "app", "pkce"}], "query"}. For each
login the script asks {"visit": authorization URL} and is told {"callback": URL}; its last line is
{"report": {login: …}}. `node/story.mjs` is the same story for Node. Tells ids, statuses and booleans, never a
token.

A peer is a module with a class `Peer(server, app, pkce)`; `authorize_url()`, `log_in(callback)`, `tokens()`,
`get(path, query) -> JSON`, `bulk(path) -> (status, [(status, JSON)])`, `refresh()`, `revoke()` (which leaves
the old tokens in place), each by the peer's own means.
"""

import sys
from importlib import import_module

from story_talk import (
    ACCOUNT_CALL_LOG,
    EXTENSION,
    EXTENSION_CALL_LOG,
    heard,
    quiet_excepthook,
    tell,
)


def told_login(peer, query):
    """One login from the authorization request to the end of its tokens."""
    tell({"visit": peer.authorize_url()})
    peer.log_in(heard()["callback"])
    first = dict(peer.tokens())
    extension = peer.get(EXTENSION, {})
    own = peer.get(EXTENSION_CALL_LOG, query)
    company = peer.get(ACCOUNT_CALL_LOG, query)
    ids = [record["id"] for record in own["records"][:3]]
    bulk_status, parts = peer.bulk(f"{EXTENSION_CALL_LOG}/{','.join(ids)}")
    peer.refresh()
    second = dict(peer.tokens())
    again = peer.get(EXTENSION, {})
    peer.revoke()
    return {
        "tokenType": first["token_type"],
        "scope": first["scope"],
        "ownerId": first["owner_id"],
        "extension": {"id": str(extension["id"]), "number": extension["extensionNumber"]},
        "ownRecords": [record["id"] for record in own["records"]],
        "companyRecords": [record["id"] for record in company["records"]],
        "bulk": {
            "status": bulk_status,
            "asked": ids,
            "statuses": [status for status, _ in parts],
            "answered": [body["id"] for _, body in parts],
        },
        "refresh": {
            "otherAccessToken": second["access_token"] != first["access_token"],
            "otherRefreshToken": second["refresh_token"] != first["refresh_token"],
            "sameOwner": second["owner_id"] == first["owner_id"],
            "extensionId": str(again["id"]),
        },
        "callAfterRevoke": call_fails(peer),
    }


def call_fails(peer):
    """Is a call refused? The journal tells the test how."""
    try:
        peer.get(EXTENSION, {})
    except Exception:
        return "refused"
    return "answered"


def main():
    sys.excepthook = quiet_excepthook
    module = import_module(sys.argv[1])
    given = heard()
    report = {}
    for login in given["logins"]:
        peer = module.Peer(given["server"], login["app"], login["pkce"])
        report[login["name"]] = told_login(peer, given["query"])
    tell({"report": report})


if __name__ == "__main__":
    main()
