"""The login and consent pages in English."""

from __future__ import annotations

from ringback.platform.permissions import CATALOGUE

TEXTS = {
    "skip": "Skip to the content",
    "login_title": "Sign in",
    "sign_in_to": "Sign in to continue to {app}",
    "username": "Email or phone number",
    "extension": "Extension",
    "optional": "(optional)",
    "extension_help": "Only with the company's main number.",
    "password": "Password",
    "show": "Show",
    "hide": "Hide",
    "remember_me": "Remember me in this browser for 30 days",
    "sign_in": "Sign in",
    "wrong": "The name, the extension or the password is not right.",
    "throttled": "Too many attempts for this account. Wait {seconds} s, then try again.",
    "too_long": "A password has at most {bytes} bytes.",
    "terms": "This is a platform for tests: its company, users and calls are made up.",
    "try_as": "Try as…",
    "try_as_help": "Made-up users of this local platform. Pick one to fill in the form.",
    "use": "Use",
    "use_user": "Use {name}",
    "admin": "admin",
    "user": "user",
    "extension_short": "ext. {number}",
    "all_users": "All users, as JSON:",
    "consent_title": "Access request",
    "would_like": "{app} would like to",
    "nothing": "Know who you are, and nothing else",
    "goes_to": "You will be sent back to {origin}.",
    "authorize": "Authorize",
    "cancel": "Cancel",
    "signed_in_as": "Signed in as {name}, extension {number}.",
    "not_you": "Not you?",
}
SENTENCES = {
    **{permission.id: permission.sentence for permission in CATALOGUE.values()},
    "openid": "Know who you are",
    "email": "See your email address",
    "profile": "See your name",
}
