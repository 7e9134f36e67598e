"""The user of the official SDK in `official_sdk_story.py`: logs in through the test, and makes its calls.

Runs in .venv-sdk. Tells booleans, statuses, codes, counts and ids, never a token, code, verifier or secret.
"""

import secrets
from urllib.parse import parse_qs, urlsplit

import requests
from ringcentral import SDK
from ringcentral.http.api_exception import ApiException
from story_talk import authorization_url, heard, tell

EXTENSION = "/restapi/v1.0/account/~/extension"
EXTENSION_CALL_LOG = "/restapi/v1.0/account/~/extension/~/call-log"
ACCOUNT_CALL_LOG = "/restapi/v1.0/account/~/call-log"
SECONDS = 20


class SdkUser:
    """Uses the SDK against `server` for the apps of its seed."""

    def __init__(self, server, apps):
        self.server, self.apps = server, apps

    def sdk(self, app):
        """A platform object of the SDK, not logged in."""
        return SDK(app["clientId"], app["clientSecret"] or "", self.server).platform()

    def code(self, app, challenge=None):
        """Send the user through the pages, with the authorization URL built by hand, as users must."""
        state = secrets.token_urlsafe(16)
        tell({"visit": authorization_url(self.server, app, state, challenge)})
        callback = parse_qs(urlsplit(heard()["callback"]).query)
        assert callback["state"] == [state]
        return callback["code"][0]

    def logged_in(self, app):
        """A platform object with a login, and the SDK's answer to it."""
        platform = self.sdk(app)
        return platform, platform.login(code=self.code(app), redirect_uri=app["redirectUris"][0])

    def with_data(self, app, data):
        """A platform object that was given stored tokens, as the SDK documents it."""
        platform = self.sdk(app)
        platform.auth().set_data(data)
        return platform

    def token_by_hand(self, form):
        """The status of a token request that the SDK cannot send."""
        return requests.post(f"{self.server}/restapi/oauth/token", data=form, timeout=SECONDS).status_code

    def advance_clock(self, seconds):
        """Move the platform's clock ahead."""
        answer = requests.post(f"{self.server}/_local/clock", json={"advance": seconds}, timeout=SECONDS)
        answer.raise_for_status()


def outcome(call, *arguments, **named):
    """What a call of the SDK comes to: the status, with the codes of a refusal; or the exception's type."""
    try:
        return {"status": call(*arguments, **named).response().status_code}
    except ApiException as refusal:
        answer = refusal.api_response().response()
        body = answer.json()
        codes = [one["errorCode"] for one in body.get("errors", [])] or [body.get("errorCode")]
        return {"status": answer.status_code, "error": body.get("error"), "errorCode": codes[0]}
    except Exception as error:
        return {"raises": type(error).__name__}
