"""What the tests of the console send: the quick start's link, the form behind it, signing in."""

from __future__ import annotations

from typing import Any

import httpx2

from headless import REDIRECT_URI, submit

LINK = (
    "/new-app?name=Authorization+Flow+Quick+Start+App&desc=Reads+call+logs&public=false&type=ServerWeb"
    "&carriers=7710,7310,3420&permissions=ReadAccounts,ReadCallLog"
    "&redirectUri=http://localhost:5000/oauth2callback&utm_source=devguide"
)
FORM = {
    "name": "My app",
    "desc": "Reads call logs of the company",
    "public": "false",
    "type": "ServerWeb",
    "redirectUris": REDIRECT_URI,
    "refreshTokens": "yes",
    "permission.ReadAccounts": "yes",
}


def sign_in(http: httpx2.Client, user: dict[str, Any], path: str = "/console") -> httpx2.Response:
    return submit(http, http.get(path), username=user["username"], password=user["password"])
