"""Answers that hold many records: pages of a list, and sync answers (contract 10, 11.1, 11.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .base import Record
from .calls import CallRecord
from .people import Extension


class _Link(Record, frozen=True, gc=False):
    uri: str


class _Navigation(Record, frozen=True, gc=False):
    next_page: _Link | None = None


class _Page(Record, frozen=True, kw_only=True):
    uri: str | None = None
    navigation: _Navigation = _Navigation()
    paging: dict[str, Any] | None = None

    @property
    def has_next(self) -> bool:
        """A client pages until nextPage is missing (contract 11.1)."""
        return self.navigation.next_page is not None


class CallLogPage(_Page, frozen=True, kw_only=True):
    """One page of a call log. `uri` has the filters that were in effect written out."""

    records: tuple[CallRecord, ...] = ()


class ExtensionPage(_Page, frozen=True, kw_only=True):
    """One page of the account's extensions."""

    records: tuple[Extension, ...] = ()


class SyncInfo(Record, frozen=True, gc=False):
    """What the next sync goes on from. `sync_type`: FSync, ISync."""

    sync_type: str
    sync_token: str
    sync_time: datetime | None = None
    newer_records_exist: bool | None = None


class SyncAnswer(Record, frozen=True, kw_only=True):
    """A sync's records, newest first."""

    sync_info: SyncInfo
    uri: str | None = None
    records: tuple[CallRecord, ...] = ()
