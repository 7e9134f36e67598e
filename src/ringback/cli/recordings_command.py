"""`ringback recordings download`: the recordings of a log's calls as files, each whole or not there."""

from __future__ import annotations

import json
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .breaking_off import breakable
from .calls_options import Asked
from .calls_reading import logged_in, span_of
from .failures import Failure
from .progress import progress_of

if TYPE_CHECKING:
    from ringback.client import User
    from ringback.client.records import RecordingRef

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_ENDINGS = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav"}


def run_download(asked: Asked, folder: Path, *, as_json: bool) -> str:
    """Fetch them; how many there were. Raises Failure, and what the client does."""
    filters = asked.filters()
    fetched = kept = 0
    progress = progress_of(asked.quiet)

    def so_far() -> str:
        return f"{fetched} recordings were fetched to {folder}; run the same command again to go on"

    with breakable(so_far), progress, logged_in(asked, progress) as (client, user):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            progress.begin(f"Fetching recordings of {asked.the_log}")
            span = span_of(asked, client.clock.now())
            for call in user.calls(asked.scope, recording_type="All", **filters):
                recording = call.recording
                if recording is None or not _ID.fullmatch(str(recording.id)):
                    continue
                if _is_there(folder, str(recording.id)):
                    kept += 1
                    continue
                progress.read_back(fetched, "recordings", call.start_time.astimezone(asked.in_zone), span)
                progress.note(str(_fetch(user, recording, folder)))
                fetched += 1
        except OSError as error:
            raise Failure(f"{folder} cannot be written to ({error.strerror or error})") from None
    if as_json:
        return json.dumps({"folder": str(folder), "fetched": fetched, "there": kept})
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
