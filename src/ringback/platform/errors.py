"""Refusals in RingCentral's two shapes: API errors (contract 3.1) and OAuth errors (contract 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The top-level errorCode is sometimes a legacy word instead of the nested code (contract 3.1).
_LEGACY_TOP_LEVEL = {
    "CMN-401": "InsufficientPermissions",
    "OAU-128": "TokenInvalid",
    "OAU-129": "TokenInvalid",
    "OAU-149": "TokenInvalid",
    "OAU-213": "TokenInvalid",
}


class ApiError(Exception):
    """An API refusal: HTTP status, RingCentral code, message, and extras such as parameterName.

    `why` is the precise reason, for the journal and pages; it never holds a secret. `headers` go with the
    answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        why: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extras: str,
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.extras = extras
        self.why = why or message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The documented `errors` list, with the first entry repeated on top as the real answers do."""
        top = _LEGACY_TOP_LEVEL.get(self.code, self.code)
        entry = {"errorCode": self.code, "message": self.message, **self.extras}
        return {"errorCode": top, "message": self.message, "errors": [entry], **self.extras}


class OAuthError(Exception):
    """A refusal by the authorization server: `error`, `error_description` and the OAU code behind it.

    `why` is the precise reason, for the journal and pages; it never holds a secret. `headers` go with the
    answer; `details` are for the journal.
    """

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        code: str | None = None,
        *,
        why: str | None = None,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {error} {code or ''} {description}")
        self.status = status
        self.error = error
        self.description = description
        self.code = code
        self.why = why or description
        self.headers = dict(headers or {})
        self.details = dict(details or {})

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"error": self.error, "error_description": self.description}
        if self.code is not None:
            answer["errors"] = [{"errorCode": self.code, "message": self.description}]
        return answer


class RedirectError(Exception):
    """A refusal that goes back to the app: sent to its own, checked redirect URI (RFC 6749 4.1.2.1)."""

    def __init__(
        self, redirect_uri: str, state: str | None, error: str, description: str, *, why: str | None = None
    ) -> None:
        super().__init__(f"{error} {description}")
        self.redirect_uri = redirect_uri
        self.state = state
        self.error = error
        self.description = description
        self.why = why or description

    def parameters(self) -> list[tuple[str, str]]:
        """What is added to the redirect URI's query."""
        answer = [("error", self.error), ("error_description", self.description)]
        if self.state is not None:
            answer.append(("state", self.state))
        return answer


def parameter_invalid(name: str, value: str | None = None) -> ApiError:
    """CMN-101: a parameter's value is not one the endpoint takes."""
    refusal = ApiError(400, "CMN-101", f"Parameter [{name}] value is invalid", parameterName=name)
    if value is not None:
        refusal.extras["parameterValue"] = value
    return refusal


def not_found(parameter: str) -> ApiError:
    """CMN-102: no such resource, or none this caller may know of."""
    return ApiError(
        404, "CMN-102", f"Resource for parameter [{parameter}] is not found", parameterName=parameter
    )


def invalid_request(description: str, code: str | None = None, *, why: str | None = None) -> OAuthError:
    """A malformed OAuth request: 400 invalid_request."""
    return OAuthError(400, "invalid_request", description, code, why=why)
