"""Which bytes a request asks for: against RFC 9110's examples, and against a plain reading of its rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.web.saved.ranges import Part, asked_part
from ringback.web.saved.window import Window

ETAG = '"abc"'
WHOLE = Part(0, 1000, partial=False)


@pytest.mark.parametrize(
    ("ranges", "if_range", "part"),
    [
        ("", "", WHOLE),
        ("bytes=0-499", "", Part(0, 500, partial=True)),
        ("bytes=500-999", "", Part(500, 1000, partial=True)),
        ("bytes=500-", "", Part(500, 1000, partial=True)),
        ("bytes=0-", "", Part(0, 1000, partial=True)),
        ("bytes=-500", "", Part(500, 1000, partial=True)),
        ("bytes=-5000", "", Part(0, 1000, partial=True)),
        ("bytes=999-5000", "", Part(999, 1000, partial=True)),
        ("Bytes = 1 - 2", "", Part(1, 3, partial=True)),
        ("bytes=1000-", "", None),
        ("bytes=5000-6000", "", None),
        ("bytes=-0", "", None),
        ("bytes=9-1", "", WHOLE),
        ("bytes=0-1,5-6", "", WHOLE),
        ("bytes=", "", WHOLE),
        ("bytes=-", "", WHOLE),
        ("bytes=a-b", "", WHOLE),
        ("bytes=\u0661-", "", WHOLE),
        ("bytes=" + "9" * 30 + "-", "", WHOLE),
        ("lines=0-1", "", WHOLE),
        ("bytes=5-", ETAG, Part(5, 1000, partial=True)),
        ("bytes=5-", '"other"', WHOLE),
        ("bytes=5-", f"W/{ETAG}", WHOLE),
        ("bytes=5-", "Thu, 26 Nov 2026 15:00:00 GMT", WHOLE),
        ("bytes=1000-", '"other"', WHOLE),
    ],
)
def test_what_is_asked_for(ranges, if_range, part):
    assert asked_part(ranges, if_range, etag=ETAG, size=1000) == part


@given(st.binary(max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_parts_are_the_bytes_they_say(tmp_path_factory, content, first, last):
    path = tmp_path_factory.getbasetemp() / "ranged"
    path.write_bytes(content)
    part = asked_part(f"bytes={first}-{last}", "", etag=ETAG, size=len(content))
    if last < first:
        assert part == Part(0, len(content), partial=False)
    elif first >= len(content):
        assert part is None
    else:
        with Window(path.open("rb"), part.start, part.stop - part.start) as window:
            assert window.read() == content[first : last + 1]


@given(st.text(max_size=40), st.text(max_size=20), st.integers(0, 1000))
def test_any_header_has_an_answer_within_the_file(ranges, if_range, size):
    part = asked_part(f"bytes={ranges}", if_range, etag=ETAG, size=size)
    assert part is None or 0 <= part.start <= part.stop <= size


def test_a_window_is_a_file_of_its_own(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    window = Window(path.open("rb"), 3, 4)
    assert (window.read(2), window.tell(), window.read(), window.read(9)) == (b"34", 2, b"56", b"")
    assert (window.seek(0, 2), window.seek(1), window.read(1)) == (4, 1, b"4")
    window.close()
    assert window.closed
