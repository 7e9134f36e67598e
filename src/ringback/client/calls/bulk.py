"""Call log records by their ids, many at a time (contract 11.4, 12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ringback.client.context import Context
from ringback.client.effects import Steps
from ringback.client.errors import NotFound, ResponseError, response_error
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.user_steps import request
from ringback.oauth.errors import UnusableAnswer

if TYPE_CHECKING:
    from ringback.client.records import CallRecord

    from .multi_status import Piece

MOST = 50
AS_JSON = "application/vnd.ringcentral.multipart+json"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one id: the record, or the error that RingCentral has for it."""

    id: str
    record: CallRecord | None = None
    error: ResponseError | None = None


class BulkReader:
    """Reads records by id, 50 in a request."""

    def __init__(
        self, context: Context, user_id: str, log: str, ids: Iterable[str | int], params: dict[str, Any]
    ) -> None:
        """`log` is the path of the call log. Raises ValueError for an id that cannot be one."""
        self._context = context
        self._user_id = user_id
        self._log = log
        self._params = params
        wanted = list(dict.fromkeys(_checked(one) for one in ids))
        self._batches = [wanted[at : at + MOST] for at in range(0, len(wanted), MOST)]

    def more(self) -> bool:
        """Whether there may be another batch."""
        return bool(self._batches)

    def batch(self) -> Steps[Sequence[Found]]:
        """The next batch, in the order of the ids. Raises what `User.request` does, and UnusableAnswer."""
        from .multi_status import Piece, pieces_of

        ids = self._batches.pop(0)
        path = f"{self._log}/{','.join(quote(one, safe='') for one in ids)}"
        try:
            response = yield from request(
                self._context, self._user_id, "GET", path, params=self._params, headers={"Accept": AS_JSON}
            )
        except NotFound as refusal:
            if len(ids) == 1:
                return [Found(ids[0], error=refusal)]
            raise
        pieces = pieces_of(response) if response.status == 207 else [Piece(200, response.content)]
        if len(pieces) != len(ids):
            raise UnusableAnswer(
                f"The server answered for {len(pieces)} records, {len(ids)} were asked for",
                remedy="Check that RC_SERVER_URL is RingCentral's server.",
            )
        return [_found(one, piece) for one, piece in zip(ids, pieces, strict=True)]


def _found(record_id: str, piece: Piece) -> Found:
    from ringback.client.records import call_record_from

    if piece.status < 400:
        return Found(record_id, record=call_record_from(piece.body))
    return Found(record_id, error=response_error(HttpAnswer(piece.status, Headers(), piece.body)))


def _checked(record_id: str | int) -> str:
    text = str(record_id)
    if not text or not text.isascii() or not text.isprintable() or any(one in text for one in ",/?#\\ "):
        raise ValueError(f"{text[:40]!r} is not the id of a call log record")
    if text in (".", ".."):
        raise ValueError(f"{text!r} is not the id of a call log record")
    return text
