"""The codes of RingCentral's authorization server, OAU-… (contract 3.4)."""

from __future__ import annotations

from .known_code import ADMINISTRATOR, APP_SETTINGS, CREDENTIALS, LOG_IN_AGAIN, REGISTER_URI, KnownCode

OAUTH_CODES: dict[str, KnownCode] = {
    "OAU-101": KnownCode(
        "brand_id names no brand of RingCentral's, or one that the app may not use",
        "Leave brand_id out, or pass one that the app is allowed to use.",
    ),
    "OAU-102": KnownCode(
        "no authorization code could be made for this login",
        "Start the login again; if it stays, tell RingCentral's support.",
    ),
    "OAU-105": KnownCode(
        "an extension of this type may not log in",
        "Log in as a user extension; this extension type may not log in.",
    ),
    "OAU-106": KnownCode(
        "the authorization code is unknown, or was used before",
        "Start the login again: a code works once and for a minute.",
    ),
    "OAU-108": KnownCode(
        "the authorization code is older than its minute", "Start the login again: a code lives for a minute."
    ),
    "OAU-109": KnownCode(
        "the redirect URI sent is none of those registered, or not the one the login began with", REGISTER_URI
    ),
    "OAU-110": KnownCode(
        "the authorization code belongs to another app",
        "Exchange the code with the client ID that asked for it: check RC_APP_CLIENT_ID.",
    ),
    "OAU-111": KnownCode("a parameter was sent twice", "Send each parameter once."),
    "OAU-112": KnownCode(
        "the app may not use this way of logging in",
        f"Turn the authorization code flow (or JWT) on in {APP_SETTINGS}.",
    ),
    "OAU-113": KnownCode("the app has no redirect URI registered", REGISTER_URI),
    "OAU-123": KnownCode("the request did not say which app it comes from", CREDENTIALS),
    "OAU-125": KnownCode("the app may not use this grant", f"Turn the grant on in {APP_SETTINGS}."),
    "OAU-127": KnownCode(
        "the app's release does not allow this", "Check the app's status in the developer console."
    ),
    "OAU-128": KnownCode(
        "the access token's time is over", "The access token has expired; it is refreshed on use."
    ),
    "OAU-129": KnownCode("a refresh replaced the access token a moment ago", LOG_IN_AGAIN),
    "OAU-140": KnownCode(
        "user name and password do not belong together", "Check the user name and password."
    ),
    "OAU-141": KnownCode("this extension may not log in in its present state", ADMINISTRATOR),
    "OAU-142": KnownCode("this account may not log in in its present state", ADMINISTRATOR),
    "OAU-146": KnownCode("the client secret is not that of the client ID", CREDENTIALS),
    "OAU-147": KnownCode(
        "too many logins failed, so the account is locked",
        "The account is locked after failed logins; wait, or ask its administrator.",
    ),
    "OAU-148": KnownCode(
        "too many logins failed, so the account is locked for passwords",
        "Log in with single sign-on, or ask the account's administrator.",
    ),
    "OAU-149": KnownCode("the access token is none of RingCentral's", LOG_IN_AGAIN),
    "OAU-150": KnownCode(
        "a parameter has one value in the URL and another in the body", "Send it in the body alone."
    ),
    "OAU-151": KnownCode(
        "the Authorization header is of a kind that this endpoint does not take",
        "Send the access token as a Bearer token.",
    ),
    "OAU-153": KnownCode("no app has this client ID", CREDENTIALS),
    "OAU-163": KnownCode("a call queue may not log in", "Log in as a user extension."),
    "OAU-164": KnownCode("the token to be revoked belongs to another app", CREDENTIALS),
    "OAU-165": KnownCode(
        "the client ID is one of the sandbox, which has ended",
        "This is a sandbox client; use production credentials.",
    ),
    "OAU-167": KnownCode("the user may not log in at this site", ADMINISTRATOR),
    "OAU-168": KnownCode(
        "the user has multi-factor authentication, which a password alone does not meet",
        "Use the authorization code flow or a JWT credential.",
    ),
    "OAU-210": KnownCode("the refresh token's time is over", LOG_IN_AGAIN),
    "OAU-213": KnownCode(
        "the token was revoked, replaced, or ended by a sixth login or a changed password", LOG_IN_AGAIN
    ),
    "OAU-222": KnownCode("the account does not exist any more", "Log in as a user of another account."),
    "OAU-232": KnownCode(
        "the extension does not exist any more", "The extension no longer exists; log in as another user."
    ),
    "OAU-236": KnownCode(
        "the extension is disabled or frozen",
        "The extension is disabled or frozen; ask the account's administrator.",
    ),
    "OAU-250": KnownCode("RingCentral knows no such grant", "Use a supported grant type."),
    "OAU-251": KnownCode(
        "the app may not use this grant",
        f"Turn it on (a refresh: issue refresh tokens; a JWT: JWT auth flow) in {APP_SETTINGS}.",
    ),
    "OAU-270": KnownCode(
        "the client credentials grant is for partners", "Log a user in: authorization code flow or JWT."
    ),
    "OAU-347": KnownCode(
        "the JWT is signed in a way that is not taken",
        "Create the JWT credential anew in the developer console.",
    ),
}
