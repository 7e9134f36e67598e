"""Answers into records: one decoding of a whole answer, and an error where it is something else."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from ringback.oauth.errors import UnusableAnswer

from .calls import CallRecord
from .pages import CallLogPage, ExtensionPage, SyncAnswer
from .people import Account, Extension
from .recording import Recording

T = TypeVar("T")

# ValueError: bytes that are not UTF-8; RecursionError: an answer nested without end.
NOT_THAT = (msgspec.DecodeError, ValueError, RecursionError)


class _Originals(msgspec.Struct, frozen=True):
    """The records of an answer as they were sent."""

    records: tuple[msgspec.Raw, ...] = ()


# Not strict: a number that comes as text is read as the number it is.
_account = msgspec.json.Decoder(Account, strict=False)
_extension = msgspec.json.Decoder(Extension, strict=False)
_extensions = msgspec.json.Decoder(ExtensionPage, strict=False)
_record = msgspec.json.Decoder(CallRecord, strict=False)
_call_log = msgspec.json.Decoder(CallLogPage, strict=False)
_sync = msgspec.json.Decoder(SyncAnswer, strict=False)
_recording = msgspec.json.Decoder(Recording, strict=False)
_originals = msgspec.json.Decoder(_Originals)


def account_from(body: bytes) -> Account:
    """The account in an answer. Raises UnusableAnswer when there is none."""
    return _read(_account, body, "account")


def extension_from(body: bytes) -> Extension:
    """The extension in an answer. Raises UnusableAnswer when there is none."""
    return _read(_extension, body, "extension")


def extension_page_from(body: bytes) -> ExtensionPage:
    """The page of extensions in an answer. Raises UnusableAnswer when there is none."""
    return _read(_extensions, body, "extension list")


def call_record_from(body: bytes) -> CallRecord:
    """The call log record in an answer. Raises UnusableAnswer when there is none."""
    return _read(_record, body, "call log record")


def call_log_page_from(body: bytes, *, original: bool = False) -> CallLogPage:
    """The page of a call log in an answer. Raises UnusableAnswer when there is none.

    With `original` each record keeps its own JSON.
    """
    page = _read(_call_log, body, "call log")
    if original:
        keep_originals(page.records, body)
    return page


def sync_answer_from(body: bytes, *, original: bool = False) -> SyncAnswer:
    """The sync answer in an answer. Raises UnusableAnswer when there is none."""
    answer = _read(_sync, body, "call log sync")
    if original:
        keep_originals(answer.records, body)
    return answer


def recording_from(body: bytes) -> Recording:
    """What an answer says about a recording. Raises UnusableAnswer when it says nothing."""
    return _read(_recording, body, "recording")


def keep_originals(records: tuple[CallRecord, ...], body: bytes) -> None:
    """Give each record of an answer the JSON it was read from."""
    for record, raw in zip(records, _originals.decode(body).records, strict=True):
        msgspec.structs.force_setattr(record, "original", bytes(raw))


def unusable(what: str) -> UnusableAnswer:
    """The error about an answer that is not `what` was asked for."""
    return UnusableAnswer(
        f"The server's answer is not the {what} that was asked for",
        remedy="Check that RC_SERVER_URL is RingCentral's server.",
    )


def _read(decoder: msgspec.json.Decoder[T], body: bytes, what: str) -> T:
    try:
        return decoder.decode(body)
    except NOT_THAT:
        raise unusable(what) from None
