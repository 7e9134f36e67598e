"""The official SDK at work, unmodified: a script for .venv-sdk, run by `test_official_sdk.py`.

Lines of JSON both ways. First line in: {"server", "apps", "dateFrom"}. Then the script asks
{"visit": authorization URL} whenever a user has to log in, and is told {"callback": URL}; its last line is
{"report": …}, a part for each function below.
"""

import base64
import hashlib
import sys
import time
from importlib import metadata

from official_sdk_user import (
    ACCOUNT_CALL_LOG,
    EXTENSION,
    EXTENSION_CALL_LOG,
    SdkUser,
    outcome,
)
from ringcentral import SDK
from ringcentral.platform.events import Events
from story_talk import heard, pkce_pair, quiet_excepthook, tell


def package():
    """Version of the SDK, and which files are not the published ones (by the digests of its RECORD)."""
    distribution = metadata.distribution("ringcentral")
    files = [file for file in distribution.files if file.hash is not None]
    changed = []
    for file in files:
        digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            changed.append(str(file))
    return {"version": distribution.version, "files": len(files), "changed": changed}


def login_url(user):
    app = user.apps[0]
    try:
        user.sdk(app).login_url(app["redirectUris"][0], state="a state")
    except NameError as error:
        return {"raises": "NameError", "name": error.name}
    return {"raises": None}


def code_login(user):
    """A login, and the same code once more, which ends what the first use gave."""
    app = user.apps[0]
    code, back_to = user.code(app), app["redirectUris"][0]
    platform = user.sdk(app)
    before = platform.logged_in()
    answer = platform.login(code=code, redirect_uri=back_to)
    told = answer.json_dict()
    return {
        "loggedInBefore": before,
        "status": answer.response().status_code,
        "tokenType": told["token_type"],
        "expiresIn": told["expires_in"],
        "scope": told["scope"],
        "ownerId": told["owner_id"],
        "keptOwnerId": platform.auth().data()["owner_id"],
        "loggedIn": platform.logged_in(),
        "codeAgain": outcome(user.sdk(app).login, code=code, redirect_uri=back_to),
        "callAfterCodeAgain": outcome(platform.get, EXTENSION),
    }


def calls(platform, date_from):
    """The quick start's three calls, read as objects and as dictionaries."""
    window = {"dateFrom": date_from, "perPage": 100}
    extensions = platform.get(EXTENSION)
    return {
        "extension": {
            "status": extensions.response().status_code,
            "ids": [str(record.id) for record in extensions.json().records],
            "numbers": [getattr(record, "extensionNumber", None) for record in extensions.json().records],
            "uri": extensions.json().uri,
        },
        "extensionCallLog": log_of(platform.get(EXTENSION_CALL_LOG, window)),
        "accountCallLog": log_of(platform.get(ACCOUNT_CALL_LOG, window)),
        "shortPathIsTheSame": platform.get("/account/~/extension").body() == extensions.body(),
    }


def log_of(answer):
    records = answer.json_dict()["records"]
    starts = [record["startTime"] for record in records]
    return {
        "status": answer.response().status_code,
        "uri": answer.json_dict()["uri"],
        "ids": [record["id"] for record in records],
        "idsAsObjects": [record.id for record in answer.json().records],
        "newestFirst": starts == sorted(starts, reverse=True),
        "earliest": min(starts, default=""),
        "whose": sorted({whose(record) for record in records}),
        "directions": sorted({record["direction"] for record in records}),
        "fieldsOfAll": sorted(set.intersection(*(set(record) for record in records))) if records else [],
        "paging": answer.json_dict()["paging"],
    }


def whose(record):
    """The extension a record belongs to: named on company lists, else the party on our side of the call."""
    if "extension" in record:
        return str(record["extension"]["id"])
    return record["to" if record["direction"] == "Inbound" else "from"].get("extensionId", "")


def refresh(user, platform):
    """An explicit refresh."""
    old = platform.auth().data()
    answer = platform.refresh()
    new = platform.auth().data()
    return {
        "status": answer.response().status_code,
        "otherAccessToken": new["access_token"] != old["access_token"],
        "otherRefreshToken": new["refresh_token"] != old["refresh_token"],
        "ownerId": new["owner_id"],
        "oldAccessToken": outcome(user.with_data(user.apps[0], old).get, EXTENSION),
        "call": outcome(platform.get, EXTENSION),
    }


def own_clock_says_expired(platform):
    """`auth().set_data` with an end in the past, as after a restore from storage: it refreshes by itself."""
    refreshed = []
    platform.on(Events.refreshSuccess, lambda answer: refreshed.append(answer.response().status_code))
    old = platform.auth().data()
    platform.auth().set_data(dict(old, expire_time=time.time() - 1))
    call = outcome(platform.get, EXTENSION)
    new = platform.auth().data()
    platform.auth().set_data(dict(new, expire_time=time.time() - 1))
    logged_in = bool(platform.logged_in())
    platform.off(Events.refreshSuccess)
    return {
        "refreshes": refreshed,
        "call": call,
        "otherAccessToken": new["access_token"] != old["access_token"],
        "loggedIn": logged_in,
    }


def platform_clock_says_expired(user, platform):
    """The platform's clock is past the token's end, the SDK's is not: it does not retry after the 401."""
    refreshed = []
    platform.on(Events.refreshSuccess, lambda answer: refreshed.append(answer.response().status_code))
    before = outcome(platform.get, EXTENSION)
    user.advance_clock(platform.auth().data()["expires_in"] + 60)
    call = outcome(platform.get, EXTENSION)
    platform.off(Events.refreshSuccess)
    return {
        "before": before,
        "call": call,
        "refreshesByItself": refreshed,
        "stillThinksLoggedIn": platform.logged_in(),
        "refresh": outcome(platform.refresh),
        "callAfterRefresh": outcome(platform.get, EXTENSION),
    }


def logout(user, platform):
    """Logout, and then what is left of the tokens."""
    app, old = user.apps[0], platform.auth().data()
    before = outcome(platform.get, EXTENSION)
    status = platform.logout().response().status_code
    return {
        "before": before,
        "status": status,
        "oldAccessToken": outcome(user.with_data(app, old).get, EXTENSION),
        "oldRefreshToken": outcome(user.with_data(app, old).refresh),
        "loggedIn": platform.logged_in(),
        "forgotten": not platform.auth().access_token() and not platform.auth().refresh_token(),
        "call": outcome(platform.get, EXTENSION),
    }


def pkce(user):
    """Its login takes a verifier; without one, or with another one, the code is refused."""
    app = user.apps[0]
    back_to, platform = app["redirectUris"][0], user.sdk(app)
    verifier, challenge = pkce_pair()
    login = outcome(platform.login, code=user.code(app, challenge), redirect_uri=back_to, verifier=verifier)
    call = outcome(platform.get, EXTENSION)
    other, _ = pkce_pair()
    wrong = outcome(user.sdk(app).login, code=user.code(app, challenge), redirect_uri=back_to, verifier=other)
    without = outcome(user.sdk(app).login, code=user.code(app, challenge), redirect_uri=back_to)
    return {
        "login": login,
        "call": call,
        "wrongVerifier": wrong,
        "noVerifier": without,
        "logout": outcome(platform.logout),
    }


def public_app(user):
    """An app without a secret: the SDK takes no None, and always sends Basic (contract 5.1 and 15)."""
    app = user.apps[1]
    try:
        SDK(app["clientId"], None, user.server)
        secret_none = "taken"
    except Exception as error:
        secret_none = str(error)
    verifier, challenge = pkce_pair()
    code, back_to, platform = user.code(app, challenge), app["redirectUris"][0], user.sdk(app)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to}
    return {
        "secretNone": secret_none,
        "login": outcome(platform.login, code=code, redirect_uri=back_to, verifier=verifier),
        "loggedIn": platform.logged_in(),
        "sameCodeByHand": user.token_by_hand(
            {**form, "client_id": app["clientId"], "code_verifier": verifier}
        ),
    }


def small_app(user):
    """An app that may not read call logs, and gets no refresh tokens."""
    platform, answer = user.logged_in(user.apps[2])
    told = answer.json_dict()
    return {
        "scope": told["scope"],
        "refreshToken": "refresh_token" in told,
        "extension": outcome(platform.get, EXTENSION),
        "accountCallLog": outcome(platform.get, ACCOUNT_CALL_LOG),
        "refresh": outcome(platform.refresh),
    }


def main():
    sys.excepthook = quiet_excepthook
    given = heard()
    user = SdkUser(given["server"], given["apps"])
    report = {"package": package(), "loginUrl": login_url(user), "codeLogin": code_login(user)}
    platform, _ = user.logged_in(user.apps[0])
    report["calls"] = calls(platform, given["dateFrom"])
    report["refresh"] = refresh(user, platform)
    report["ownClock"] = own_clock_says_expired(platform)
    report["platformClock"] = platform_clock_says_expired(user, platform)
    report["logout"] = logout(user, platform)
    report["pkce"] = pkce(user)
    report["publicApp"] = public_app(user)
    report["smallApp"] = small_app(user)
    tell({"report": report})


if __name__ == "__main__":
    main()
