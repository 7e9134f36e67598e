"""Recordings: their metadata, their sound as the standard library hears it, ranges, and who may listen."""

from __future__ import annotations

import io
import wave
from itertools import pairwise
from typing import Any

import pytest
from api_caller import NOW, Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.platform.api.audio import Sound
from ringback.platform.api.byte_range import NotSatisfiable, wanted_range


@pytest.fixture
def recorded(api: Api) -> dict[str, Any]:
    """The newest recorded call of the company's log."""
    return api.records("~/call-log", "recordingType=All&dateFrom=2026-11-09&perPage=1")[0]


@pytest.fixture
def sound(recorded: dict[str, Any]) -> str:
    """The address of its content."""
    return str(recorded["recording"]["contentUri"])


def test_metadata(api: Api, recorded: dict[str, Any]) -> None:
    told = recorded["recording"]
    found = api.get(told["uri"]).json()
    assert (found["id"], found["contentUri"]) == (told["id"], told["contentUri"])
    assert found["contentType"] == "audio/wav"
    assert 30 <= found["duration"] <= recorded["duration"]
    assert api.get(f"~/recording/{told['id']}").json() == found


def test_the_content_is_a_sound_of_that_length(api: Api, recorded: dict[str, Any], sound: str) -> None:
    answer = api.get(sound)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with wave.open(io.BytesIO(answer.content)) as heard:
        assert (heard.getnchannels(), heard.getsampwidth(), heard.getframerate()) == (1, 2, 8000)
        seconds = heard.getnframes() / heard.getframerate()
        frames = heard.readframes(heard.getnframes())
    assert int(seconds) == api.get(recorded["recording"]["uri"]).json()["duration"]
    samples = memoryview(frames).cast("h")
    loudest = max(map(abs, samples))
    assert 500 < loudest < 8000
    silent = sum(1 for sample in samples if sample == 0) / len(samples)
    assert 0.05 < silent < 0.9
    assert api.get(sound).content == answer.content


def test_other_recordings_sound_otherwise() -> None:
    first, second = Sound("7001", 60_000), Sound("7002", 60_000)
    assert first.size == second.size
    assert first.read(44, first.size) != second.read(44, second.size)


def test_an_hour_is_made_in_pieces() -> None:
    sound = Sound("7001", 3_600_000)
    pieces = [len(chunk) for chunk in sound.chunks(0, sound.size)]
    assert sum(pieces) == sound.size == 44 + 3600 * 16_000
    assert max(pieces) <= 65_536


@given(duration=st.integers(0, 20_000), cuts=st.lists(st.integers(0, 320_100), max_size=6))
def test_parts_of_a_sound_make_up_the_whole(duration: int, cuts: list[int]) -> None:
    sound = Sound("7003", duration)
    whole = sound.read(0, sound.size)
    assert len(whole) == sound.size
    edges = sorted({0, *(min(cut, sound.size) for cut in cuts), sound.size})
    assert b"".join(sound.read(a, b) for a, b in pairwise(edges)) == whole
    assert b"".join(sound.chunks(0, sound.size)) == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    first=st.integers(0, 600_000), length=st.integers(1, 90_000), form=st.sampled_from(["a-b", "a-", "-b"])
)
def test_ranges(api: Api, sound: str, first: int, length: int, form: str) -> None:
    whole = api.get(sound).content
    first = first % len(whole)
    text, expected = {
        "a-b": (f"bytes={first}-{first + length - 1}", whole[first : first + length]),
        "a-": (f"bytes={first}-", whole[first:]),
        "-b": (f"bytes=-{length}", whole[-length:]),
    }[form]
    answer = api.get(sound, headers={"Range": text})
    assert answer.status_code == 206
    assert answer.content == expected
    at = whole.rindex(expected) if form == "-b" else first
    assert answer.headers["content-range"] == f"bytes {at}-{at + len(expected) - 1}/{len(whole)}"


def test_a_range_behind_the_end(api: Api, sound: str) -> None:
    size = len(api.get(sound).content)
    for text in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}", "bytes=-0"):
        answer = api.get(sound, headers={"Range": text})
        assert answer.status_code == 416
        assert answer.json()["errors"][0]["errorCode"] == "CMN-107"
        assert answer.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize(
    "text", ["bytes=5-2", "bytes=", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "", "bytes=-", "bytes 0-1"]
)
def test_a_range_that_is_none_is_ignored(api: Api, sound: str, text: str) -> None:
    answer = api.get(sound, headers={"Range": text})
    assert answer.status_code == 200
    assert "content-range" not in answer.headers


def test_if_range(api: Api, sound: str) -> None:
    tag = api.get(sound).headers["etag"]
    same = api.get(sound, headers={"Range": "bytes=0-3", "If-Range": tag})
    assert (same.status_code, same.content) == (206, b"RIFF")
    for other in ('"another"', "Tue, 17 Nov 2026 21:30:12 GMT"):
        assert api.get(sound, headers={"Range": "bytes=0-3", "If-Range": other}).status_code == 200


@given(text=st.text("bytes=-0123456789, ", max_size=20), size=st.integers(1, 2000))
def test_any_range_header_is_understood_or_ignored(text: str, size: int) -> None:
    try:
        span = wanted_range(text, size)
    except NotSatisfiable:
        return
    assert span is None or 0 <= span[0] < span[1] <= size


@pytest.mark.parametrize(
    ("query", "header"),
    [
        ("contentDisposition=Inline", 'inline; filename="{id}.wav"'),
        (
            "contentDisposition=Attachment&contentDispositionFilename=Monday.wav",
            'attachment; filename="Monday.wav"',
        ),
        ("contentDispositionFilename=a%22%0D%0Ab%2F..%5Cc.wav", 'attachment; filename="a___b_.._c.wav"'),
        (
            "contentDispositionFilename=M%C3%BCller.wav",
            "attachment; filename=\"M_ller.wav\"; filename*=UTF-8''M%C3%BCller.wav",
        ),
    ],
)
def test_content_disposition(api: Api, recorded: dict[str, Any], sound: str, query: str, header: str) -> None:
    answer = api.get(sound, query)
    assert answer.headers["content-disposition"] == header.format(id=recorded["recording"]["id"])


def test_head_of_the_content(api: Api, sound: str) -> None:
    head = api.request("HEAD", sound)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(api.get(sound).content))
    assert "content-disposition" not in head.headers


def test_refusals(api: Api, sound: str) -> None:
    for path in ("~/recording/7", "~/recording/7/content", "~/recording/nobody"):
        status, code, body = api.refusal(path)
        assert (status, code, body["parameterName"]) == (404, "CMN-102", "callRecordingId")
    assert api.refusal(sound, "contentDisposition=Upside")[:2] == (400, "CMN-101")
    assert api.by("101", "ReadCallLog").refusal(sound)[2]["permissionName"] == "ReadCallRecording"


def test_who_may_listen(api: Api) -> None:
    mine, others = None, None
    user = api.by("105")
    sessions = {
        r["sessionId"] for r in user.records("~/extension/~/call-log", "dateFrom=2026-10-01&perPage=1000")
    }
    for record in api.records("~/call-log", "recordingType=All&dateFrom=2026-10-01&perPage=1000"):
        if record["sessionId"] in sessions:
            mine = record
        else:
            others = record
    assert mine is not None
    assert others is not None
    assert user.get(mine["recording"]["contentUri"]).status_code == 200
    assert user.refusal(others["recording"]["contentUri"])[:2] == (404, "CMN-102")
    assert api.get(others["recording"]["uri"]).status_code == 200
    assert api.clock.moment == NOW
