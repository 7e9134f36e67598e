"""One call of the API as a user, made again when it is told that this may help: what any app does."""

from __future__ import annotations

from ringback import RefreshBusy, RingCentral, TransportError, VaultUnavailable

from .ground import EXTENSION

_TRIES = 3


def call(rc: RingCentral, user_id: str) -> tuple[str, int]:
    """What came of it ("right", "another's", or an error), and how many times it was made again."""
    for again in range(_TRIES):
        try:
            answered = str(rc.user(user_id).get(EXTENSION, timeout=60.0).json()["id"])
        except (RefreshBusy, TransportError, VaultUnavailable) as error:
            if again + 1 == _TRIES:
                return f"{type(error).__name__}: {error}", again
        except Exception as error:
            return f"{type(error).__name__}: {error}", again
        else:
            return ("right" if answered == user_id else "another's"), again
    raise AssertionError("the last try returns")
