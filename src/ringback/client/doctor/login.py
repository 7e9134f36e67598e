"""A stored login: is it alive, and do the app and the user's role have the permissions that calls need?"""

from __future__ import annotations

from ringback.client import session
from ringback.client.calls.call_log import EXTENSION_PATH
from ringback.client.context import Context
from ringback.client.effects import LoadLogin, Steps
from ringback.client.errors import LoginRequired, PermissionMissing, RateLimited
from ringback.client.messages import HttpRequest
from ringback.oauth.errors import RingbackError
from ringback.vault import Login, SealError

from .findings import Console, Finding

# What the quick start's three calls need (contract 9), and which permissions include it.
NEEDED = {
    "ReadAccounts": frozenset({"ReadAccounts", "EditAccounts"}),
    "ReadCallLog": frozenset({"ReadCallLog", "EditCallLog", "ReadCallRecording"}),
}
_CALLS = (
    ("extension", EXTENSION_PATH),
    ("own call log", f"{EXTENSION_PATH}/call-log?perPage=1"),
    ("company call log", "/restapi/v1.0/account/~/call-log?perPage=1"),
)


def check_login(context: Context, console: Console, user_id: str) -> Steps[list[Finding]]:
    """The login of `user_id`, and what it may do: its permissions, and the three calls, one record each."""
    try:
        login: Login | None = yield LoadLogin(user_id)
    except SealError as error:
        return [Finding("login", "problem", error.message, change=error.remedy, where="RINGBACK_SECRET_KEYS")]
    except RingbackError as error:
        return [Finding("login", "problem", error.message, change=error.remedy)]
    if login is None:
        what = f"There is no login of user {user_id} in the vault"
        return [Finding("login", "warning", what, change="Log in: ringback login.")]
    findings = [_scope(login, console)]
    for name, path in _CALLS:
        found = yield from _call(context, console, user_id, name, path)
        findings.append(found)
        if found.check == "login":
            break
    return findings


def _scope(login: Login, console: Console) -> Finding:
    scope = set(login.tokens.scope)
    missing = [name for name, given_by in NEEDED.items() if not scope & given_by]
    told = ", ".join(sorted(scope)) or "none"
    if not missing:
        return Finding("permissions", "ok", f"The app has the permissions {told}")
    return Finding(
        "permissions",
        "problem",
        f"The app lacks {', '.join(missing)}; it has {told}",
        "a login has the permissions that the app had when the user logged in",
        "Add them to the app, then log in again.",
        console.page("Settings, Application scopes"),
    )


def _call(context: Context, console: Console, user_id: str, name: str, path: str) -> Steps[Finding]:
    check = f"call: {name}"
    request = HttpRequest("GET", path)
    try:
        yield from session.api_call(user_id, request, context.credentials, timeout=context.timeout)
    except LoginRequired as error:
        return Finding("login", "problem", error.message, error.cause, "Log in again: ringback login.")
    except PermissionMissing as error:
        return _missing(check, console, error)
    except RateLimited as error:
        return Finding(
            check, "warning", f"Not checked: RingCentral asks for a pause of {error.retry_after:.0f} s"
        )
    except RingbackError as error:
        return Finding(check, "problem", error.message, error.cause, error.remedy)
    return Finding(check, "ok", f"The {name} can be read")


def _missing(check: str, console: Console, error: PermissionMissing) -> Finding:
    permission = error.permission or "a permission that RingCentral does not name"
    if error.missing_in == "app":
        where = console.page("Settings, Application scopes")
        return Finding(check, "problem", f"The app lacks {permission}", error.cause, error.remedy, where)
    # Most users may not read the company's log; that is no fault of the app's.
    what = f"The user's role lacks {permission}"
    where = "the account's own administration (roles), by an administrator"
    return Finding(check, "warning", what, error.cause, error.remedy, where)
