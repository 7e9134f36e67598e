"""Typed records of the API: account, extensions, call log records with legs (contract 10, 11.2, 11.3)."""

from __future__ import annotations

from .calls import (
    Billing,
    CallRecord,
    Delegate,
    Device,
    ExtensionRef,
    Leg,
    MessageRef,
    Party,
    RecordingRef,
    SessionRef,
)
from .decoding import (
    account_from,
    call_log_page_from,
    call_record_from,
    extension_from,
    extension_page_from,
    recording_from,
    sync_answer_from,
)
from .pages import CallLogPage, ExtensionPage, SyncAnswer, SyncInfo
from .people import Account, Contact, Extension, ExtensionPermissions, Permission
from .recording import Recording

__all__ = [
    "Account",
    "Billing",
    "CallLogPage",
    "CallRecord",
    "Contact",
    "Delegate",
    "Device",
    "Extension",
    "ExtensionPage",
    "ExtensionPermissions",
    "ExtensionRef",
    "Leg",
    "MessageRef",
    "Party",
    "Permission",
    "Recording",
    "RecordingRef",
    "SessionRef",
    "SyncAnswer",
    "SyncInfo",
    "account_from",
    "call_log_page_from",
    "call_record_from",
    "extension_from",
    "extension_page_from",
    "recording_from",
    "sync_answer_from",
]
