"""Tokens that were ours and count no more: which refusal each earns, and why; the newest 50,000."""

from __future__ import annotations

from datetime import datetime

from ringback.platform.authorization.session_values import Gone
from ringback.platform.authorization.sessions import Access, Pair, Refresh
from ringback.platform.authorization.token_digests import digests
from ringback.platform.state import State, Table

_KEPT = 50_000


class GoneTokens:
    """By digest. Used under the lock of the session store."""

    def __init__(self, state: State) -> None:
        self._table: Table[Gone] = state.table("gone_tokens", Gone)

    def find(self, digest: bytes) -> Gone | None:
        return self._table.get(digest.hex())

    def bury(
        self,
        pair: Pair,
        client_id: str,
        why: str,
        *,
        ran_out: bool = False,
        corrupted_until: datetime | None = None,
    ) -> None:
        """Both tokens of a pair are gone: they ran out, or were ended or replaced."""
        access, refresh = (
            (Access.EXPIRED, Refresh.EXPIRED) if ran_out else (Access.NOT_FOUND, Refresh.NOT_FOUND)
        )
        for digest in digests(pair):
            is_access = digest == pair.access
            self._table[digest.hex()] = Gone(is_access, access, refresh, why, client_id, corrupted_until)
        while len(self._table) > _KEPT:
            self._table.drop_oldest()
