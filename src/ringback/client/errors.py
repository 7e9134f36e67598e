"""What a call can raise beyond the protocol's own errors: each says what to do about it."""

from __future__ import annotations

import math
from typing import Literal

from ringback.oauth.error_body import first_error, json_object
from ringback.oauth.errors import OAuthRefusal, RingbackError
from ringback.oauth.printable import code_in, printable, request_id_in
from ringback.oauth.remedies import remedy_for
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import refusal_from_answer

from .limits.rate_answer import retry_after
from .messages import Headers, HttpAnswer, NoAnswer
from .response import Response

_DEFAULT_RETRY_AFTER = 60.0
_MISSING_IN_APP = frozenset({"CMN-401"})
_MISSING_IN_ROLE = frozenset({"CMN-402", "CMN-404", "CMN-408", "CMN-419"})


class LoginRequired(RingbackError):
    """The user must log in again: `user_id` says who, `reason` why (RingCentral's words, if it gave any).

    `reason` is "restored" where the login came from a backup (`ringback vault import`) whose refresh token is
    no longer good. `why` is the reason as a sentence for people.
    """

    def __init__(
        self,
        user_id: str,
        reason: str,
        *,
        why: str = "",
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.user_id = user_id
        self.reason = reason
        self.why = why or reason
        super().__init__(
            f"User {user_id} must log in: {self.why}",
            remedy="Send the user to begin_login().url.",
            code=code,
            request_id=request_id,
        )


class TransportError(RingbackError):
    """No usable answer from the server. Trying again may help; the login is untouched."""

    def __init__(self, message: str, *, remedy: str = "", timed_out: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.timed_out = timed_out


class RefreshBusy(RingbackError):
    """Another process is refreshing this login and took too long; try again. The login is untouched."""


class ResponseError(RingbackError):
    """The API answered 4xx or 5xx: `status`, `response`, RingCentral's `code`, `request_id` (RCRequestId)."""

    def __init__(
        self, message: str, *, response: Response, code: str | None, request_id: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy_for(code), code=code, request_id=request_id)
        self.response = response
        self.status = response.status


class BadRequest(ResponseError):
    """400 and its like: the request is not one the endpoint takes."""


class Unauthorized(ResponseError):
    """401 that no refresh can mend (AGW-4xx, OAU-151, CMN-405)."""


class PermissionMissing(ResponseError):
    """403: `permission` is missing, and `missing_in` says where.

    `missing_in`: "app" (CMN-401: add it in the developer console), "role" (CMN-402, CMN-404, CMN-408,
    CMN-419: the user's role lacks it), or None where RingCentral tells neither, say for a feature the
    account does not have.
    """

    def __init__(
        self,
        message: str,
        *,
        response: Response,
        code: str | None,
        permission: str | None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, response=response, code=code, request_id=request_id)
        self.permission = permission
        self.missing_in: Literal["app", "role"] | None = (
            "app" if code in _MISSING_IN_APP else "role" if code in _MISSING_IN_ROLE else None
        )


class NotFound(ResponseError):
    """404: no such resource or path, or none this user may know of."""


class RateLimited(ResponseError):
    """429: wait `retry_after` seconds before calling this group again.

    `sent`: RingCentral said so. Otherwise the call would have met the limit, and was not sent; `response`
    is then an empty 429.
    """

    def __init__(
        self,
        message: str,
        *,
        response: Response,
        code: str | None,
        request_id: str | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(message, response=response, code=code, request_id=request_id)
        told = retry_after(response.headers)
        self.retry_after = _DEFAULT_RETRY_AFTER if told is None else told
        self.sent = sent


class ServerTrouble(ResponseError):
    """5xx: RingCentral's side; try again later."""


_KINDS: dict[int, type[ResponseError]] = {401: Unauthorized, 404: NotFound, 429: RateLimited}


def response_error(answer: HttpAnswer, *, sent: tuple[Secret, ...] = ()) -> ResponseError:
    """The error in a 4xx or 5xx answer (contract 3.1); what was `sent` is cut out of its text."""
    response = Response(answer)
    entry = first_error(json_object(answer.body))
    code = code_in(entry.get("errorCode"))
    said = printable(entry.get("message"), sent=sent) or f"HTTP {answer.status}"
    message = f"RingCentral answered {answer.status}: {said}"
    request_id = request_id_in(answer.headers.get("RCRequestId"), sent=sent)
    if answer.status == 403:
        permission = code_in(entry.get("permissionName"))
        return PermissionMissing(
            message, response=response, code=code, permission=permission, request_id=request_id
        )
    kind = _KINDS.get(answer.status, ServerTrouble if answer.status >= 500 else BadRequest)
    return kind(message, response=response, code=code, request_id=request_id)


def refusal(answer: HttpAnswer, *, sent: tuple[Secret, ...] = ()) -> OAuthRefusal:
    """The error in a 4xx answer of the token or revocation endpoint (contract 3.3)."""
    return refusal_from_answer(
        answer.status, answer.body, sent=sent, request_id=answer.headers.get("RCRequestId")
    )


def error_code(answer: HttpAnswer) -> str | None:
    """RingCentral's code in an API answer: the nested one, which the legacy word on top may hide."""
    return code_in(first_error(json_object(answer.body)).get("errorCode"))


def transport_error(answer: NoAnswer) -> TransportError:
    """The error behind a request that had no answer."""
    if answer.kind == "timeout":
        return TransportError(
            f"The server did not answer in time ({answer.why})", remedy="Try again later.", timed_out=True
        )
    remedies = {
        "refused": "Check RC_SERVER_URL and that the server can be reached.",
        "broken": "Try again.",
        "unusable": "Check that RC_SERVER_URL is RingCentral's server.",
    }
    return TransportError(f"The server gave no usable answer ({answer.why})", remedy=remedies[answer.kind])


def limit_spent(group: str, seconds: float) -> RateLimited:
    """The error of a call that was not sent: its rate group has nothing left for `seconds`."""
    whole = max(1, math.ceil(seconds))
    answer = HttpAnswer(429, Headers({"Retry-After": str(whole), "X-Rate-Limit-Group": group}), b"")
    return RateLimited(
        f"The call was not sent: RingCentral's rate limit of group {group} has nothing left for {whole} s",
        response=Response(answer),
        code=None,
        sent=False,
    )
