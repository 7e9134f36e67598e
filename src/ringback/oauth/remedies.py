"""RingCentral's codes and what to do about each (contract 3.2 and 3.4)."""

from __future__ import annotations

_REGISTER_URI = "Register the redirect URI, byte for byte, in the app's settings in the developer console."
_CREDENTIALS = (
    "Check RC_APP_CLIENT_ID and RC_APP_CLIENT_SECRET against the app's page in the developer console."
)
_AGAIN = "Log in again."

REMEDIES: dict[str, str] = {
    "OAU-101": "Leave brand_id out, or pass one that the app is allowed to use.",
    "OAU-105": "Log in as a user extension; this extension type may not log in.",
    "OAU-106": "Start the login again: a code works once and for a minute.",
    "OAU-108": "Start the login again: a code lives for a minute.",
    "OAU-109": _REGISTER_URI,
    "OAU-110": "Exchange the code with the client ID that asked for it: check RC_APP_CLIENT_ID.",
    "OAU-112": "Turn the authorization code flow on in the app's settings.",
    "OAU-113": _REGISTER_URI,
    "OAU-123": _CREDENTIALS,
    "OAU-128": "The access token has expired; it is refreshed on use.",
    "OAU-129": _AGAIN,
    "OAU-140": "Check the user name and password.",
    "OAU-146": _CREDENTIALS,
    "OAU-147": "The account is locked after failed logins; wait, or ask its administrator.",
    "OAU-149": _AGAIN,
    "OAU-151": "Send the access token as a Bearer token.",
    "OAU-153": _CREDENTIALS,
    "OAU-164": _CREDENTIALS,
    "OAU-165": "This is a sandbox client; use production credentials.",
    "OAU-210": _AGAIN,
    "OAU-213": _AGAIN,
    "OAU-232": "The extension no longer exists; log in as another user.",
    "OAU-236": "The extension is disabled or frozen; ask the account's administrator.",
    "OAU-250": "Use a supported grant type.",
    "OAU-251": "Turn on the grant (for a refresh: issue refresh tokens) in the app's settings.",
    "CMN-101": "Correct the parameter named in the message.",
    "CMN-102": "Check the id; it does not exist, or this user may not see it.",
    "CMN-120": "Check the path: RingCentral has no such endpoint.",
    "CMN-301": "Wait for the time given in Retry-After before calling this group again.",
    "CMN-401": "Add the permission to the app in the developer console, then log in again.",
    "CMN-405": "Log in to an extension: this token stands for no user.",
    "CMN-408": "Ask an administrator for this permission in the user's role, or read the user's own data.",
    "CMN-419": "Ask an administrator for this permission with extended scope, or read the user's own data.",
    "AGW-401": _AGAIN,
    "AGW-402": _AGAIN,
}


def remedy_for(code: str | None) -> str:
    """What to do about `code`; '' when there is nothing to say beyond the server's own message."""
    return REMEDIES.get(code or "", "")
