"""GET recording and its content: what it is, and its sound, whole or in ranges (contract 11.8)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from ringback.platform.company import Entry, Part
from ringback.platform.errors import ApiError, not_found

from .answers import Answer, encoded
from .api_call import ApiCall
from .audio import Sound
from .byte_range import NotSatisfiable, wanted_range
from .operation import operation
from .parameters import Choice, Text

AUDIO = "audio/wav"
_RECORDING = "/restapi/v1.0/account/{accountId}/recording/{recordingId}"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/]')

DISPOSITION = Choice(
    name="contentDisposition",
    description="Is the sound shown in the browser or saved as a file",
    enum=("Inline", "Attachment"),
)
FILENAME = Text(
    name="contentDispositionFilename", description="The name of the file it is saved as", longest=255
)


@operation(
    _RECORDING,
    summary="What a recording is",
    group="heavy",
    app="ReadCallRecording",
    user="ReadCallRecording",
)
async def recording_info(call: ApiCall) -> bytes:
    """Its length and where its content is."""
    recording_id, part = _recorded(call)
    return encoded(
        {
            "uri": (uri := f"{call.account_uri}/recording/{recording_id}"),
            "id": recording_id,
            "contentUri": f"{uri}/content",
            "contentType": AUDIO,
            "duration": part.duration // 1000,
        }
    )


@operation(
    f"{_RECORDING}/content",
    summary="The sound of a recording, whole or a range of its bytes",
    group="heavy",
    app="ReadCallRecording",
    user="ReadCallRecording",
    parameters=(DISPOSITION, FILENAME),
    answers={200: (AUDIO,), 206: (AUDIO,)},
)
async def recording_content(call: ApiCall) -> Answer:
    """200 with all of it, or 206 with the range asked for; 416 CMN-107 behind the end."""
    recording_id, part = _recorded(call)
    disposition, filename = DISPOSITION.read(call.query), FILENAME.read(call.query)
    sound = Sound(recording_id, part.duration)
    tag = f'"{recording_id}-{sound.size}"'
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    if disposition or filename:
        headers["Content-Disposition"] = _disposition(disposition, filename or f"{recording_id}.wav")
    asked = call.request.headers.get("range")
    if call.request.headers.get("if-range", tag).strip() != tag:
        asked = None
    try:
        span = wanted_range(asked, sound.size)
    except NotSatisfiable:
        raise ApiError(
            416,
            "CMN-107",
            "Requested range not satisfiable",
            headers={"Content-Range": f"bytes */{sound.size}", "Accept-Ranges": "bytes"},
        ) from None
    first, end = span or (0, sound.size)
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{sound.size}"
    return Answer(
        status=200 if span is None else 206,
        media_type=AUDIO,
        headers=headers,
        stream=_streamed(sound, first, end),
        length=end - first,
    )


async def _streamed(sound: Sound, first: int, end: int) -> AsyncIterator[bytes]:
    for chunk in sound.chunks(first, end):
        yield chunk


def _recorded(call: ApiCall) -> tuple[str, Part]:
    """The id and the recorded part of a call that the caller took part in; of any for administrators."""
    recording_id = call.ids["recordingId"]
    found = call.calls.recording(recording_id, call.now)
    if found is None:
        raise not_found("callRecordingId")
    made, recorded = found
    if not call.user.admin and all(entry.part.extension_id != call.user.id for entry in made.entries):
        raise not_found("callRecordingId")
    return recording_id, recorded.part if isinstance(recorded, Entry) else recorded


def _disposition(kind: str, filename: str) -> str:
    """A Content-Disposition with a name that is safe in a header (RFC 6266)."""
    plain = _UNSAFE.sub("_", filename)
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_")
    name = f'{kind.lower() or "attachment"}; filename="{ascii_name}"'
    return name if plain.isascii() else f"{name}; filename*=UTF-8''{quote(plain, safe='')}"
