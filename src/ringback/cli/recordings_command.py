"""`ringback recordings download`: the recordings of a log's calls as files, each whole or not there."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .calls_list import logged_in
from .calls_options import Asked
from .failures import Failure
from .waiting import tell

if TYPE_CHECKING:
    from ringback.client import User
    from ringback.client.records import RecordingRef

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_ENDINGS = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav"}


def run_download(asked: Asked, folder: Path) -> str:
    """Fetch them; how many there were. Raises Failure, and what the client does."""
    filters = asked.filters()
    fetched = kept = 0
    with logged_in(asked) as user:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for call in user.calls(asked.scope, recording_type="All", **filters):
                recording = call.recording
                if recording is None or not _ID.fullmatch(str(recording.id)):
                    continue
                if _is_there(folder, str(recording.id)):
                    kept += 1
                    continue
                tell(str(_fetch(user, recording, folder)))
                fetched += 1
        except OSError as error:
            raise Failure(f"{folder} cannot be written to ({error.strerror or error})") from None
    return f"{fetched} recordings fetched to {folder}, {kept} were there"


def _is_there(folder: Path, recording_id: str) -> bool:
    # Beside it lie what is not whole (`.part`) and what is known of that (`.part.json`).
    return any(".part" not in one.suffixes for one in folder.glob(f"{recording_id}.*"))


def _fetch(user: User, recording: RecordingRef, folder: Path) -> Path:
    """Fetch one, under its id; its ending says what it is, which is known once it is there."""
    draft = folder / str(recording.id)
    got = user.download_recording(recording, draft)
    kind = (got.content_type or "").partition(";")[0].strip().lower()
    ending = _ENDINGS.get(kind) or mimetypes.guess_extension(kind) or ".bin"
    return draft.rename(draft.with_name(draft.name + ending))
