"""Recordings onto disk: whole, gone on with, changed meanwhile, cut, and from nowhere but our own hosts."""

import io
import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from in_loop import Loop, SyncFace, client_in

from ringback import NotFound, RingCentral, TransportError
from ringback.client.calls.media import NotOurMedia, base_of, media_origin, redirected
from ringback.client.calls.recordings import place_for
from ringback.client.messages import HttpAnswer, HttpRequest
from ringback.client.records import RecordingRef
from ringback.client.transports.async_transport import AsyncHttpTransport
from ringback.client.transports.transport import HttpTransport
from ringback.oauth import Secret, TokenSet

SOUND = bytes(range(256)) * 4096  # one megabyte
TOKEN = "A" * 24


def test_a_recording_of_the_platform_is_fetched_whole_and_gone_on_with(place, rc, tmp_path):
    user = place.log_in(rc, next(user for user in place.users if user["admin"]))
    end = place.visits.server.world.clock.now()
    call = next(user.calls("account", recording_type="All", date_from=end.replace(day=1), date_to=end))
    told = user.recording(call.recording.id)
    assert told.content_type == "audio/wav"
    assert 0 < told.duration <= call.duration
    whole = user.get(told.content_uri, headers={"Accept": "*/*"}).content
    got = user.download_recording(call, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == whole
    assert (got.path, got.size, got.content_type) == (tmp_path / "a.wav", len(whole), "audio/wav")
    for source in (call.recording, told, told.id):
        user.download_recording(source, str(tmp_path / "b.wav"))
        assert (tmp_path / "b.wav").read_bytes() == whole
    part, info = tmp_path / "c.wav.part", tmp_path / "c.wav.part.json"
    part.write_bytes(whole[:1000])
    info.write_text(json.dumps({"etag": got.etag, "total": len(whole)}))
    user.download_recording(call, tmp_path / "c.wav")
    assert (tmp_path / "c.wav").read_bytes() == whole
    contents = [entry["status"] for entry in place.visits.journal() if entry["path"].endswith("/content")]
    assert contents[-1] == 206
    assert sorted(one.name for one in tmp_path.iterdir() if "wav" in one.name) == ["a.wav", "b.wav", "c.wav"]
    with pytest.raises(NotFound):
        user.download_recording("700000000000000", tmp_path / "d.wav")
    assert not list(tmp_path.glob("d.wav*"))
    with pytest.raises(ValueError, match="not recorded"):
        user.download_recording(
            next(one for one in user.calls("account") if not one.recording), tmp_path / "e"
        )


class Media:
    """A server of one recording, which can break off, change, redirect, and refuse ranges."""

    def __init__(self):
        self.sound, self.etag, self.asked, self.authorized = SOUND, '"one"', [], []
        self.break_at, self.location, self.ranges, self.before_answer = [], None, True, None
        media = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                media.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that hangs up
        self.url = f"http://localhost:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def answer(self, handler):
        self.asked.append(handler.headers.get("Range"))
        self.authorized.append(handler.headers.get("Authorization"))
        if self.before_answer:
            self.before_answer()
        if self.location:
            handler.send_response(302)
            handler.send_header("Location", self.location)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            self.location = None
            return
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range") or "")
        start = int(wanted[1]) if wanted and self.ranges else 0
        if handler.headers.get("If-Range") not in (None, self.etag):
            start = 0
        if start >= len(self.sound):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(self.sound)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.sound) - 1}/{len(self.sound)}")
        handler.send_header("ETag", self.etag)
        handler.send_header("Content-Type", "audio/mpeg")
        handler.send_header("Content-Length", str(len(self.sound) - start))
        handler.end_headers()
        end = self.break_at.pop(0) if self.break_at else len(self.sound)
        handler.wfile.write(self.sound[start:end])
        if end < len(self.sound):
            handler.wfile.flush()
            handler.close_connection = True

    def end(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def media():
    media = Media()
    yield media
    media.end()


@pytest.fixture
def listener(media, loop):
    """A user of that server, without a login there."""
    given = {"client_id": "id", "server": media.url}
    rc = client_in(loop, **given) if loop else RingCentral(**given)
    with rc:
        rc.vault.put_login(TokenSet(Secret(TOKEN), None, 0, 9e9, None, (), "1"), "default", now=0)
        yield rc.user("1")


def reference(media, path="/content"):
    return RecordingRef(id="1", content_uri=f"{media.url}{path}")


def test_what_breaks_off_is_gone_on_with_in_the_same_call(media, listener, tmp_path):
    media.break_at = [100_000, 100_000, 400_000, 400_001]
    got = listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == SOUND
    assert got.size == len(SOUND)
    assert [one for one in media.asked if one] != []
    assert set(media.authorized) == {f"Bearer {TOKEN}"}


def test_what_broke_off_for_good_is_gone_on_with_later(media, listener, tmp_path):
    media.break_at = [300_000] * 20
    with pytest.raises(TransportError):
        listener.download_recording(reference(media), tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert 0 < (tmp_path / "a.part").stat().st_size <= 300_000
    assert (tmp_path / "a.part").stat().st_mode & 0o077 == 0
    media.break_at, media.asked = [], []
    listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == SOUND
    assert media.asked[0].startswith("bytes=")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("resume", [True, False])
def test_another_recording_in_its_place_is_fetched_anew(media, listener, tmp_path, resume):
    media.break_at = [300_000] * 20
    with pytest.raises(TransportError):
        listener.download_recording(reference(media), tmp_path / "a")
    media.break_at, media.asked = [], []
    media.sound, media.etag = SOUND[::-1], '"two"'
    listener.download_recording(reference(media), tmp_path / "a", resume=resume)
    assert (tmp_path / "a").read_bytes() == SOUND[::-1]
    assert (media.asked[0] is not None) == resume


def test_a_server_without_ranges_gives_it_whole(media, listener, tmp_path):
    media.ranges, media.break_at = False, [100_000]
    listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == SOUND


def test_a_part_that_is_whole_or_too_long_already(media, listener, tmp_path):
    for size, content in ((len(SOUND), SOUND), (len(SOUND) + 5, SOUND + b"extra")):
        (tmp_path / "a.part").write_bytes(content)
        (tmp_path / "a.part.json").write_text(json.dumps({"etag": media.etag, "total": size}))
        listener.download_recording(reference(media), tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == SOUND
        (tmp_path / "a").unlink()


@pytest.mark.parametrize(
    "info", ["", "[]", "{}", '{"etag": 5, "total": 1}', '{"etag": "a\\r\\nb", "total": 1}']
)
def test_a_part_that_nothing_is_known_of_is_written_anew(media, listener, tmp_path, info):
    (tmp_path / "a.part").write_bytes(b"something")
    (tmp_path / "a.part.json").write_text(info)
    listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == SOUND
    assert media.asked == [None]


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system cannot refuse to follow links")
@pytest.mark.parametrize("name", ["a.part", "a.part.json"])
def test_a_link_that_somebody_laid_there_is_not_written_through(media, listener, tmp_path, name):
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / name).symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="symbolic link"):
        listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert not (tmp_path / "a").exists()


def test_what_is_written_is_its_owners_alone(media, listener, tmp_path):
    media.break_at = [300_000] * 20
    with pytest.raises(TransportError):
        listener.download_recording(reference(media), tmp_path / "a")
    assert {one.stat().st_mode & 0o077 for one in tmp_path.iterdir()} == {0}
    media.break_at = []
    listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_an_open_file_is_written_from_where_it_stands(media, listener, tmp_path):
    media.break_at = [100_000, 100_000, 500_000]
    file = io.BytesIO()
    file.write(b"head")
    got = listener.download_recording(reference(media), file)
    assert file.getvalue() == b"head" + SOUND
    assert (got.path, got.size) == (None, len(SOUND))


def test_a_full_disk_is_told_as_such_and_not_tried_again(media, listener):
    class Full(io.RawIOBase):
        def write(self, chunk):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        listener.download_recording(reference(media), Full())
    assert len(media.asked) == 1


def test_a_stall_ends_a_download_though_its_time_is_long(media, listener, tmp_path, monkeypatch):
    monkeypatch.setattr("ringback.client.transports.wire.STALL_SECONDS", 0.2)
    stop = threading.Event()
    first = SOUND[:1000]

    def write_some(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(SOUND)))
        handler.end_headers()
        handler.wfile.write(first)
        handler.wfile.flush()
        stop.wait(10)
        handler.close_connection = True

    media.answer = write_some
    with pytest.raises(TransportError) as told:
        listener.download_recording(reference(media), tmp_path / "a")
    stop.set()
    assert told.value.timed_out


def test_one_redirect_within_our_hosts_is_followed_and_no_second(media, listener, tmp_path):
    media.location = "/elsewhere"
    listener.download_recording(reference(media), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == SOUND
    media.before_answer = lambda: setattr(media, "location", "/again")
    with pytest.raises(NotOurMedia, match="once more"):
        listener.download_recording(reference(media), tmp_path / "b")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x",
        "https://media.ringcentral.com/x",
        "//evil.example/x",
        "/x",
        "ftp://a/b",
        "",
        "\r\n",
    ],
)
def test_the_token_goes_nowhere_else(media, listener, tmp_path, address):
    with pytest.raises(NotOurMedia):
        listener.download_recording(RecordingRef(id="1", content_uri=address), tmp_path / "a")
    assert media.asked == []
    if address.startswith(("http", "//")):
        media.location = address
        with pytest.raises(NotOurMedia):
            listener.download_recording(reference(media), tmp_path / "a")
        assert len(media.asked) == 1
    assert list(tmp_path.iterdir()) == []


SERVER = "https://platform.ringcentral.com"


@pytest.mark.parametrize(
    ("address", "base"),
    [
        (f"{SERVER}/restapi/x", SERVER),
        ("https://media.ringcentral.com/restapi/v1.0/x?a=b", "https://media.ringcentral.com"),
        ("http://media.ringcentral.com/x", None),
        ("https://media.ringcentral.com.evil.example/x", None),
        ("https://media.ringcentral.com@evil.example/x", None),
        ("https://media.ringcentral.com:444/x", None),
        ("https://evil.example/https://media.ringcentral.com/x", None),
        ("https://media.ringcentral.biz/x", None),
        ("https://MEDIA.ringcentral.com/x", None),
        (f"{SERVER}.evil.example/x", None),
        (SERVER, None),
    ],
)
def test_which_hosts_are_ours(address, base):
    if base:
        assert base_of(address, SERVER) == base
        return
    with pytest.raises(NotOurMedia) as told:
        base_of(address, SERVER)
    assert "RC_SERVER_URL" in told.value.remedy


def test_the_media_host_belongs_to_the_server():
    assert media_origin("https://platform.ringcentral.biz") == "https://media.ringcentral.biz"
    assert media_origin("http://localhost:8000") is None
    assert media_origin("https://example.com") is None
    assert redirected(f"{SERVER}/a", "https://media.ringcentral.com/b", SERVER) == (
        "https://media.ringcentral.com",
        "https://media.ringcentral.com/b",
    )
    for location in (None, "", "/c", "d"):
        assert redirected(f"{SERVER}/a/b", location, SERVER)[0] == SERVER


@pytest.mark.parametrize("kind", ["default", "async", "fast"])
def test_a_request_for_another_server_goes_there_and_into_its_sink(media, kind, tmp_path):
    here, loop = Media(), None
    if kind == "default":
        transport = HttpTransport(here.url)
    elif kind == "async":
        loop = Loop()
        transport = SyncFace(AsyncHttpTransport(here.url), loop)
    else:
        fast = pytest.importorskip(
            "ringback.client.transports.fast_transport",
            reason="pyreqwest is missing: it comes with ringback[fast]",
        )
        transport = fast.FastTransport(here.url)
    try:
        kept = place_for(tmp_path / "x", resume=True, timeout=5)
        kept.open()
        for sink, body in ((None, SOUND), (kept, b"")):
            got = transport.send(HttpRequest("GET", "/x", origin=media.url, sink=sink), seconds=5)
            assert isinstance(got, HttpAnswer)
            assert (got.status, got.body) == (200, body)
        kept.finish()
        assert (tmp_path / "x").read_bytes() == SOUND
        assert (len(here.asked), len(media.asked)) == (0, 2)
    finally:
        transport.close()
        here.end()
        if loop:
            loop.close()


@pytest.mark.parametrize(("to", "timeout"), [("x", 0), ("x", 10**9), (io.StringIO(), 1), (5, 1), (".", 1)])
def test_a_place_that_is_none_is_refused(to, timeout):
    with pytest.raises(ValueError, match=r"timeout must|open for writing|directory"):
        place_for(to, resume=True, timeout=timeout)
