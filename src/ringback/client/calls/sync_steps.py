"""Keeping a copy of a call log: a full sync, then only what changed (contract 11.5).

FSync and ISync give 250 records at most. A full sync is read on by ISyncs that ask for 250 older records
each, until one gives fewer: then the copy is whole, and an ISync without older records tells all changes
since, also deletions. A token that the server takes no longer (CLG-10x: expired, log reset, more than 250
changes) begins a full sync anew. After every answer there is a state from which any process can go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ringback.client.context import Context
from ringback.client.effects import Now, Steps
from ringback.client.errors import BadRequest
from ringback.client.user_steps import request

from .call_log import date_from_in
from .sync_changes import Change, Delete, Restart, Upsert
from .sync_state import SyncState, opened, sealed

if TYPE_CHECKING:
    from ringback.client.records import SyncAnswer

MOST = 250
DEFAULT_SPAN = timedelta(days=29)
_RESTARTS = 3
# FSync's dateFrom may lie 30 days back. A begin before that is left out: reading stops once it is reached.
_FRAME = timedelta(days=29, hours=12)


class Syncer:
    """Reads what changed, one answer at a time. `state` is where to go on once a batch has been followed."""

    def __init__(
        self,
        context: Context,
        user_id: str,
        log: str,
        *,
        view: str,
        since: datetime | None,
        state: str | None,
        original: bool,
    ) -> None:
        """`log` is the path of the call log. Raises ValueError for a state of another sync."""
        self._context = context
        self._user_id = user_id
        self._log, self._view, self._since = log, view, since
        self._state = None if state is None else opened(state, user_id=user_id, path=log, view=view)
        self._original = original
        self._more = True
        self._restarts = 0
        self._from_the_beginning = False

    @property
    def state(self) -> str | None:
        """What to keep once the last batch has been followed; None before the first."""
        return None if self._state is None else sealed(self._state)

    def more(self) -> bool:
        """Whether there may be another batch."""
        return self._more

    def batch(self) -> Steps[Sequence[Change]]:
        """The next changes. Raises what `User.request` does, and UnusableAnswer."""
        now: float = yield Now()
        moment = datetime.fromtimestamp(now, UTC)
        state = self._state or SyncState(
            user_id=self._user_id,
            path=self._log,
            view=self._view,
            since=moment - DEFAULT_SPAN if self._since is None else self._since.astimezone(UTC),
        )
        try:
            answer = yield from self._asked(state, moment)
        except BadRequest as refusal:
            if state.token is None or not (refusal.code or "").startswith("CLG-10"):
                raise
            self._restarts += 1
            if self._restarts > _RESTARTS:
                raise
            self._state = replace(state, token=None, whole=False)
            return ()
        told = date_from_in(answer.uri) if state.token is None else None
        if told is not None and told > state.since and not self._from_the_beginning:
            # The server's frame is shorter than we thought; its clock may be another.
            self._from_the_beginning = True
            return ()
        changes: list[Change] = [Restart(state.since)] if state.token is None else []
        for record in answer.records:
            if record.deleted:
                changes.append(Delete(record.id))
            elif record.start_time >= state.since:
                changes.append(Upsert(record))
        oldest = min((record.start_time for record in answer.records), default=state.since)
        whole = state.whole or len(answer.records) < MOST or oldest < state.since
        self._state = replace(state, token=answer.sync_info.sync_token, whole=whole)
        self._more = not whole
        return changes

    def _asked(self, state: SyncState, now: datetime) -> Steps[SyncAnswer]:
        from ringback.client.records import sync_answer_from

        params: dict[str, Any]
        if state.token is None:
            params = {"syncType": "FSync", "recordCount": MOST, "view": state.view}
            if state.since > now - _FRAME and not self._from_the_beginning:
                params["dateFrom"] = state.since
        else:
            params = {"syncType": "ISync", "syncToken": state.token, "showDeleted": True}
            if not state.whole:
                params["recordCount"] = MOST
        answer = yield from request(self._context, self._user_id, "GET", f"{state.path}-sync", params=params)
        return sync_answer_from(answer.content, original=self._original)
