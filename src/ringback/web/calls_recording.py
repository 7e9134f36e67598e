"""The sound of a recorded call, to play or to keep: fetched by the client, so that no page holds a token."""

from __future__ import annotations

import errno
import re
import tempfile
from typing import IO, BinaryIO, cast

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from . import browser, errors
from .calls_export import once, too_many
from .context import web
from .explain import Trouble
from .texts import gettext

pages = Blueprint("recording", __name__)

MOST_BYTES = 256 * 1024 * 1024
TIMEOUT_SECONDS = 120.0
# What RingCentral's recordings are; anything else is offered as a file that no browser interprets.
_SOUNDS = {"audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/wav": "wav", "audio/x-wav": "wav"}
_ID = re.compile(r"[0-9]{1,32}", re.ASCII)


class Bounded:
    """A file that takes so many bytes and no more; past them an OSError (EFBIG)."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._most = most

    def write(self, chunk: bytes) -> int:
        """The next bytes."""
        if self._file.tell() + len(chunk) > self._most:
            raise OSError(errno.EFBIG, "the recording is larger than this app passes on")
        return self._file.write(chunk)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere."""
        return self._file.seek(offset, whence)

    def truncate(self) -> int:
        """End the file here."""
        return self._file.truncate()

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._file.flush()


@pages.get("/calls/recording/<recording_id>")
def sound(recording_id: str) -> AnyResponse:
    """A recording that RingCentral lets this user hear, whole."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    if request.method == "HEAD":
        return Response(mimetype="application/octet-stream")
    if not _ID.fullmatch(recording_id):
        return errors.page(
            Trouble(
                404,
                gettext("There is no such recording"),
                gettext("A recording's id is a number."),
                gettext("Open it from a call."),
            )
        )
    if not web().exports.acquire(blocking=False):
        return too_many()
    release = once(web().exports.release)
    file = tempfile.TemporaryFile(prefix="ringback-")  # noqa: SIM115 - the answer closes it
    try:
        user = web().client.user(session.user_id, holder=session.holder)
        to = cast(BinaryIO, Bounded(file, MOST_BYTES))
        got = user.download_recording(recording_id, to, timeout=TIMEOUT_SECONDS)
        file.seek(0)
        told = (got.content_type or "").partition(";")[0].strip().lower()
        kind = told if told in _SOUNDS else "application/octet-stream"
        name = f"recording-{recording_id}.{_SOUNDS.get(told, 'bin')}"
        response = send_file(
            file, mimetype=kind, as_attachment=True, download_name=name, etag=False, conditional=False
        )
    except OSError as error:
        file.close()
        release()
        return _disk(error)
    except BaseException:
        file.close()
        release()
        raise
    response.content_length = got.size
    response.call_on_close(file.close)
    response.call_on_close(release)
    return response


def _disk(error: OSError) -> Response:
    if error.errno == errno.EFBIG:
        most = MOST_BYTES // (1024 * 1024)
        return errors.page(
            Trouble(
                413,
                gettext("This recording is too large for a page"),
                gettext("It has more than %(most)s MB.", most=most),
                gettext("Fetch it with user.download_recording() in a program."),
            )
        )
    return errors.page(
        Trouble(
            507,
            gettext("There is no room for the recording"),
            gettext("The disk of the machine that runs this app did not take it."),
            gettext("Try again later, or tell whoever runs the app."),
        )
    )
