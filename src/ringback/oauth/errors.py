"""The tree every Ringback error belongs to: what happened, RingCentral's code, what to do about it."""

from __future__ import annotations

from typing import Any


class RingbackError(Exception):
    """The root. `str()` is what happened followed by what to do; it never holds a secret.

    Attributes: `message` (what happened), `remedy` (what to do), `code` (RingCentral's code, or None),
    `request_id` (RingCentral's RCRequestId of the answer behind the error, or None).
    """

    def __init__(
        self, message: str, *, remedy: str = "", code: str | None = None, request_id: str | None = None
    ) -> None:
        self.message = message
        self.remedy = remedy
        self.code = code
        self.request_id = request_id
        super().__init__(message)

    @property
    def cause(self) -> str:
        """What RingCentral means by `code`, in a few words; '' without a code that is known."""
        from .remedies import cause_of

        return cause_of(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors go between processes whole, whatever their constructors take."""
        return _rebuilt, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        told = self.message
        if self.code and self.code not in told:
            told = f"{told} ({self.code})"
        if self.remedy:
            told = f"{told}. {self.remedy}"
        return f"{told} [RCRequestId {self.request_id}]" if self.request_id else told


def _rebuilt(kind: type[RingbackError], args: tuple[Any, ...], state: dict[str, Any]) -> RingbackError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigurationError(RingbackError):
    """A setting or argument is missing or wrong; the message names it."""


class CallbackError(RingbackError):
    """The callback of a login cannot be accepted."""


class StateMismatch(CallbackError):
    """The callback's state is not the one this login started with: nothing else in it was believed."""


class LoginDenied(CallbackError):
    """The user pressed Cancel: `error=access_denied` (RFC 6749 4.1.2.1)."""


class LoginRefused(CallbackError):
    """RingCentral sent the browser back with another `error`; `error` holds it."""

    def __init__(self, message: str, *, error: str, remedy: str = "", code: str | None = None) -> None:
        super().__init__(message, remedy=remedy, code=code)
        self.error = error


class TransactionExpired(CallbackError):
    """The login was started too long ago."""


class TransactionSpent(CallbackError):
    """This login was finished before: a state counts once, and a code is exchanged once."""


class OAuthRefusal(RingbackError):
    """The token or revocation endpoint refused: `error` (RFC 6749 5.2), `status` (HTTP), `code` (OAU-…)."""

    def __init__(
        self,
        message: str,
        *,
        error: str,
        status: int,
        remedy: str = "",
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, code=code, request_id=request_id)
        self.error = error
        self.status = status


class InvalidGrant(OAuthRefusal):
    """The code or refresh token is no longer good; the only answer that may end a login."""


class InvalidClient(OAuthRefusal):
    """Client ID or secret are wrong, or not allowed to do this."""


class UnusableAnswer(RingbackError):
    """The server answered something that is not a token answer, or belongs to somebody else."""
