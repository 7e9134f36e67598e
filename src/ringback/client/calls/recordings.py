"""Recordings: what they are, and their sound onto disk, gone on with where it stopped (contract 11.8).

The token goes to the configured server and its own media host (`media.py`) and nowhere else. One redirect
between the two is followed, for this GET only; nothing else that Ringback sends follows any.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import quote

from ringback.client import session
from ringback.client.context import Context
from ringback.client.effects import OnFiles, Steps
from ringback.client.errors import ResponseError, TransportError
from ringback.client.messages import HttpAnswer, Sink, SinkFault
from ringback.client.requests import api_request
from ringback.client.user_steps import request

from .call_log import ACCOUNT_PATH
from .media import NotOurMedia, base_of, redirected
from .open_file import OpenFile
from .part_file import PartFile, UnfitPart

if TYPE_CHECKING:
    from ringback.client.records import CallRecord, Recording, RecordingRef

    Source = str | CallRecord | RecordingRef | Recording

_TRIES = 4
_NOT_SATISFIABLE = 416


class Place(Sink, Protocol):
    """Where a download goes: `part_file.PartFile`, `open_file.OpenFile`."""

    path: Path | None
    etag: str | None
    total: int | None
    content_type: str | None

    @property
    def position(self) -> int:
        """How many bytes are there."""

    def open(self) -> None:
        """Make ready."""

    def start_anew(self) -> None:
        """Forget what is there."""

    def finish(self) -> None:
        """All is there."""

    def close(self) -> None:
        """Let go."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A recording on disk: `size` in bytes; `path` None where it went into an open file."""

    path: Path | None
    size: int
    content_type: str | None
    etag: str | None


def place_for(to: str | PathLike[str] | BinaryIO, *, resume: bool, timeout: float) -> Place:
    """Where `to` means: a path, or a file that is open for writing bytes.

    Raises ValueError for a directory, a text file, or a timeout that is none.
    """
    if not 0 < timeout <= 86_400:
        raise ValueError("timeout must be more than 0 and at most 86,400 seconds")
    if isinstance(to, str | PathLike):
        path = Path(to)
        if path.is_dir():
            raise ValueError(f"{path} is a directory: give the file's own name")
        return PartFile(path, resume=resume, seconds=timeout)
    if not hasattr(to, "write") or hasattr(to, "encoding"):
        raise ValueError("to must be a path, or a file that is open for writing bytes")
    return OpenFile(to, seconds=timeout)


def recording(context: Context, user_id: str, recording_id: str) -> Steps[Recording]:
    """What the API says about a recording. Raises what `User.request` does, ValueError for what is no id."""
    from ringback.client.records import recording_from

    if not recording_id or recording_id in (".", ".."):
        raise ValueError("a recording has an id")
    path = f"{ACCOUNT_PATH}/recording/{quote(recording_id, safe='')}"
    answer = yield from request(context, user_id, "GET", path)
    return recording_from(answer.content)


def download(context: Context, user_id: str, source: Source, place: Place) -> Steps[Downloaded]:
    """Fetch a recording's sound into a place. Raises what `User.request` does, NotOurMedia and OSError."""
    recording_id, address = _recording_in(source)
    if address is None:
        told = yield from recording(context, user_id, recording_id)
        address = told.content_uri
    base = base_of(address, context.server)
    yield OnFiles(place.open)
    try:
        yield from _fetched(context, user_id, base, address, place)
        size = place.position
        yield OnFiles(place.finish)
    finally:
        place.close()
    return Downloaded(place.path, size, place.content_type, place.etag)


def _fetched(context: Context, user_id: str, base: str, address: str, place: Place) -> Steps[None]:
    tries, was_redirected, was_anew = 0, False, False
    while True:
        before = place.position
        try:
            answer = yield from _asked(context, user_id, base, address, place)
        except SinkFault as fault:
            if not isinstance(fault.cause, UnfitPart) or was_anew:
                raise fault.cause from None
            was_anew = True
            yield OnFiles(place.start_anew)
            continue
        except ResponseError as refusal:
            if refusal.status != _NOT_SATISFIABLE or not before or was_anew:
                raise
            if refusal.response.headers.get("content-range", "").strip() == f"bytes */{before}":
                return  # all of it was there already
            was_anew = True
            yield OnFiles(place.start_anew)
            continue
        except TransportError:
            tries = tries + 1 if place.position <= before else 1
            if tries >= _TRIES:
                raise
            continue
        if 300 <= answer.status < 400:
            if was_redirected:
                raise NotOurMedia("The media host redirects once more", remedy="Try again later.")
            was_redirected = True
            base, address = redirected(address, answer.headers.get("location"), context.server)
            continue
        if place.total is not None and place.position != place.total:
            tries += 1
            if tries >= _TRIES:
                raise TransportError(
                    f"The recording is cut short: {place.position} of {place.total} bytes came",
                    remedy="Try again.",
                )
            continue
        return


def _asked(context: Context, user_id: str, base: str, address: str, place: Place) -> Steps[HttpAnswer]:
    """The answer; its body is in the place by then. Raises SinkFault besides what calls raise."""
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if place.position and place.etag:
        headers |= {"Range": f"bytes={place.position}-", "If-Range": place.etag}
    asked = replace(
        api_request(base, "GET", address, headers=headers),
        sink=place,
        origin=None if base == context.server else base,
    )
    answer = yield from session.api_call(user_id, asked, context.credentials, timeout=context.timeout)
    if answer.body and answer.status in (200, 206):
        # A transport that knows nothing of sinks has read it all.
        yield OnFiles(lambda: _kept(place, answer))
    return answer


def _kept(place: Place, answer: HttpAnswer) -> None:
    place.begin(answer.status, answer.headers)
    place.write(answer.body)


def _recording_in(source: Source) -> tuple[str, str | None]:
    """The recording's id, and its address where that is known. Raises ValueError where there is none."""
    from ringback.client.records import CallRecord

    if isinstance(source, str):
        return source, None
    found = source.recording if isinstance(source, CallRecord) else source
    if found is None:
        raise ValueError("this call was not recorded, or its recording is not ready yet")
    return str(found.id), found.content_uri
