"""Which page an authorization request needs next. Decisions only."""

from __future__ import annotations

import enum

from ringback.platform.authorization.authorize import AuthorizationRequest


class Step(enum.Enum):
    """What an authorization request needs next."""

    LOGIN = "login"
    CONSENT = "consent"
    APPROVE = "approve"
    REFUSE_LOGIN = "login_required"
    REFUSE_CONSENT = "consent_required"


def next_step(
    asked: AuthorizationRequest, *, signed_in: bool, just_now: bool, remembered: frozenset[str] | None
) -> Step:
    """Which page comes next for this request.

    `signed_in`: the browser has a login session; `just_now`: for this very request; `remembered`: what this
    user authorized for this app before (None: never). prompt=login without sso asks for the password even in
    a signed-in browser; prompt=none shows no page at all (contract 4). A login of a company's own identity
    provider, which sso stands for at RingCentral, is this platform's own login page.
    """
    silent = "none" in asked.prompt
    must_ask = "login" in asked.prompt and "sso" not in asked.prompt
    if not signed_in or (must_ask and not just_now):
        return Step.REFUSE_LOGIN if silent else Step.LOGIN
    if consent_is_needed(asked, remembered):
        return Step.REFUSE_CONSENT if silent else Step.CONSENT
    return Step.APPROVE


def consent_is_needed(asked: AuthorizationRequest, remembered: frozenset[str] | None) -> bool:
    """Must the user see the consent page?

    A second login by the same user to the same app skips it, unless the request says prompt=consent
    (contract 4, inferred) or asks for something else than was authorized before.
    """
    return "consent" in asked.prompt or remembered != asked.to_consent
