"""The authorization request (contract 4): the URL that sends a browser to RingCentral to log in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from .errors import ConfigurationError
from .pkce import CHALLENGE_METHOD, RandomBytes, base64url, code_challenge, new_code_verifier
from .secret import Secret

AUTHORIZE_PATH = "/restapi/oauth/authorize"

PROMPTS = frozenset({"login", "sso", "consent", "none"})
DISPLAYS = frozenset({"page", "popup", "touch", "mobile"})
_STATE_BYTES = 32  # 256 bits, where RFC 6749 10.10 asks for at least 128


@dataclass(frozen=True, slots=True)
class Transaction:
    """What must survive between sending a browser to log in and its callback.

    `issued_at` is in seconds since the epoch, UTC. `state` and `code_verifier` never show in a repr.
    """

    server: str
    client_id: str
    redirect_uri: str
    state: Secret
    code_verifier: Secret
    issued_at: float


@dataclass(frozen=True, slots=True)
class AuthorizationOptions:
    """What a caller may ask of the login page; anything left at None is not sent (contract 4)."""

    prompt: str | None = None
    display: str | None = None
    brand_id: str | None = None
    ui_locales: str | None = None
    scope: str | None = None
    login_hint: str | None = None

    def checked(self) -> AuthorizationOptions:
        """These options, or ConfigurationError naming the one RingCentral would refuse."""
        if self.prompt is not None:
            asked = set(self.prompt.split())
            if not asked or not asked <= PROMPTS:
                raise ConfigurationError(
                    f"prompt={self.prompt!r} is not a set of login, sso, consent, or none alone",
                    remedy="Pass prompt as blank-separated words, for example prompt='login consent'.",
                )
            if "none" in asked and len(asked) > 1:
                raise ConfigurationError(
                    "prompt=none cannot be combined with other values", remedy="Pass prompt='none' alone."
                )
        if self.display is not None and self.display not in DISPLAYS:
            raise ConfigurationError(
                f"display={self.display!r} is not one of {', '.join(sorted(DISPLAYS))}",
                remedy="Leave display out for the default page.",
            )
        return self


def begin(
    *, server: str, client_id: str, redirect_uri: str, now: float, random_bytes: RandomBytes
) -> Transaction:
    """A new transaction with a state and a code verifier of its own, 256 bits each."""
    return Transaction(
        server=server,
        client_id=client_id,
        redirect_uri=redirect_uri,
        state=Secret(base64url(random_bytes(_STATE_BYTES))),
        code_verifier=new_code_verifier(random_bytes),
        issued_at=now,
    )


def authorization_url(transaction: Transaction, options: AuthorizationOptions) -> str:
    """The URL for the browser: response_type=code, state, and a PKCE S256 challenge, always.

    Raises ConfigurationError for an option RingCentral does not know.
    """
    options = options.checked()
    query: list[tuple[str, str]] = [
        ("response_type", "code"),
        ("client_id", transaction.client_id),
        ("redirect_uri", transaction.redirect_uri),
        ("state", transaction.state.reveal()),
        ("code_challenge", code_challenge(transaction.code_verifier)),
        ("code_challenge_method", CHALLENGE_METHOD),
        *_asked_for(options),
    ]
    return f"{transaction.server}{AUTHORIZE_PATH}?{urlencode(query)}"


def _asked_for(options: AuthorizationOptions) -> Iterable[tuple[str, str]]:
    for name in ("prompt", "display", "brand_id", "ui_locales", "scope", "login_hint"):
        value = getattr(options, name)
        if value:
            yield name, value
