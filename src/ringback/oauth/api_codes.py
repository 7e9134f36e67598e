"""The codes of RingCentral's API and its gateway, CMN-…, CLG-… and AGW-… (contract 3.2)."""

from __future__ import annotations

from .known_code import ADMINISTRATOR, LOG_IN_AGAIN, KnownCode

_READ_OWN = "or read the user's own data"
_NEW_SYNC = "Begin again with a full sync (syncType FSync)."
_WAIT = "Wait for the time given in Retry-After before calling this group again."

API_CODES: dict[str, KnownCode] = {
    "AGW-401": KnownCode("the call carried no access token", LOG_IN_AGAIN),
    "AGW-402": KnownCode("the Authorization header cannot be read", LOG_IN_AGAIN),
    "CLG-101": KnownCode("the sync token cannot be used", _NEW_SYNC),
    "CLG-102": KnownCode("the sync token cannot be used", _NEW_SYNC),
    "CLG-103": KnownCode("the sync token cannot be used", _NEW_SYNC),
    "CLG-104": KnownCode("the sync token cannot be used", _NEW_SYNC),
    "CLG-105": KnownCode("the sync token cannot be used", _NEW_SYNC),
    "CLG-110": KnownCode(
        "sessionId does not go together with the other parameter", "Leave one of the two out."
    ),
    "CMN-100": KnownCode("a mandatory parameter is missing", "Add the parameter named in the message."),
    "CMN-101": KnownCode(
        "a parameter has a value that the endpoint does not take",
        "Correct the parameter named in the message.",
    ),
    "CMN-102": KnownCode(
        "there is no such resource, or none that this user may see",
        "Check the id; it does not exist, or this user may not see it.",
    ),
    "CMN-103": KnownCode("the body is not JSON", "Send well-formed JSON: json=… does."),
    "CMN-104": KnownCode("the request cannot be read", "Check the body and its Content-Type."),
    "CMN-106": KnownCode("too many ids in one call", "Ask for fewer at a time (call log: 50)."),
    "CMN-107": KnownCode("the range lies outside the file", "Ask for a range within its length."),
    "CMN-109": KnownCode("the account does not have this feature", ADMINISTRATOR),
    "CMN-110": KnownCode("a header is missing", "Send the header named in the message."),
    "CMN-112": KnownCode(
        "extensions of this type do not have this feature", "Ask for another extension's data."
    ),
    "CMN-113": KnownCode("this extension does not have the feature", ADMINISTRATOR),
    "CMN-120": KnownCode("there is no such path", "Check the path: RingCentral has no such endpoint."),
    "CMN-201": KnownCode("RingCentral's service is away for a moment", "Try again later."),
    "CMN-202": KnownCode("the endpoint cannot do this", "Leave it out; RingCentral does not offer it."),
    "CMN-203": KnownCode(
        "RingCentral has a fault of its own", "Try again later; then tell its support the request id."
    ),
    "CMN-204": KnownCode("another operation is changing the resource", "Try again in a moment."),
    "CMN-301": KnownCode("too many requests of this group within a minute", _WAIT),
    "CMN-302": KnownCode("too many requests of this group", _WAIT),
    "CMN-303": KnownCode("the account's plan for rate limits could not be found", _WAIT),
    "CMN-304": KnownCode("the same request is running already", "Wait for the first one's answer."),
    "CMN-310": KnownCode("RingCentral as a whole has too many requests", _WAIT),
    "CMN-401": KnownCode(
        "the app does not have this permission",
        "Add the permission to the app in the developer console, then log in again.",
    ),
    "CMN-402": KnownCode("the user is not an administrator", f"Log in as an administrator, {_READ_OWN}."),
    "CMN-403": KnownCode("this is not available to the extension", ADMINISTRATOR),
    "CMN-404": KnownCode(
        "the user's role does not reach another extension's data",
        f"Ask an administrator for a role that does, {_READ_OWN}.",
    ),
    "CMN-405": KnownCode(
        "the token stands for no user", "Log in to an extension: this token stands for no user."
    ),
    "CMN-406": KnownCode("a parameter was given twice", "Give it once."),
    "CMN-407": KnownCode("a header cannot be read", "Correct the header named in the message."),
    "CMN-408": KnownCode(
        "the user's role does not have this permission",
        f"Ask an administrator for this permission in the user's role, {_READ_OWN}.",
    ),
    "CMN-419": KnownCode(
        "the user's role has this permission, but not for other extensions",
        f"Ask an administrator for this permission with extended scope, {_READ_OWN}.",
    ),
}
