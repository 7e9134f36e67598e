"""A login that was begun: where to send the browser, and what to keep until its callback."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field

from ringback.oauth.authorization import Transaction
from ringback.oauth.errors import CallbackError
from ringback.oauth.pkce import base64url
from ringback.oauth.secret import Secret
from ringback.vault import SealError, Vault

_MAX_SEALED = 8192


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """`url`: send the browser there; `transaction`: sealed, to keep on the server until the callback.

    `state` is what the callback must bring back; it tells this login from others of the same browser.
    """

    url: str = field(repr=False)
    transaction: str = field(repr=False)
    state: str = field(repr=False)


def seal_transaction(vault: Vault, transaction: Transaction) -> str:
    """The transaction as one sealed str, usable in any process that has the key."""
    plain = {
        "redirect_uri": transaction.redirect_uri,
        "state": transaction.state.reveal(),
        "code_verifier": transaction.code_verifier.reveal(),
        "issued_at": transaction.issued_at,
    }
    return base64url(vault.seal_transaction(json.dumps(plain).encode()))


def open_transaction(vault: Vault, sealed: str, *, server: str, client_id: str) -> Transaction:
    """The transaction again. Raises CallbackError for anything that this app did not seal."""
    try:
        if not isinstance(sealed, str) or len(sealed) > _MAX_SEALED:
            raise ValueError
        data = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        plain = json.loads(vault.open_transaction(data))
    except (SealError, ValueError, binascii.Error):
        raise CallbackError(
            "This login's transaction cannot be opened: it is damaged, or sealed by another app or key",
            remedy="Start the login again; all processes must share RINGBACK_SECRET_KEYS.",
        ) from None
    return Transaction(
        server=server,
        client_id=client_id,
        redirect_uri=plain["redirect_uri"],
        state=Secret(plain["state"]),
        code_verifier=Secret(plain["code_verifier"]),
        issued_at=plain["issued_at"],
    )
