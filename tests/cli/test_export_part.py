"""What an export keeps of itself: cut anywhere, it goes on from whole pages; another's is never mixed in."""

import json
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from ringback.cli.export_part import Kept, Part
from ringback.cli.export_reading import next_end
from ringback.cli.failures import Failure
from ringback.client.records.decoding import call_log_page_from, extension_from

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def page_of(*numbers):
    records = [
        {
            "id": f"r{number}",
            "sessionId": str(number),
            "startTime": (NOW - timedelta(minutes=number)).isoformat(),
            "duration": 5,
            "type": "Voice",
            "direction": "Inbound",
            "unknown": "\n {é",
        }
        for number in numbers
    ]
    text = json.dumps({"records": records}, indent=1).encode()
    return call_log_page_from(text, original=True).records


@contextmanager
def broken_off(target):
    """A part whose export does not come to its end."""
    with suppress(KeyboardInterrupt), Part(target) as part:
        yield part
        raise KeyboardInterrupt


def begun(target):
    with broken_off(target) as part:
        part.start({"scope": "account"}, NOW, NOW - timedelta(days=1))
        part.put_people([extension_from(b'{"id":7,"name":"Ann","type":"User"}')])
        part.put_page(page_of(1, 2, 3))
        part.put_page(page_of(3, 4))
    return part


def test_what_was_kept_is_read_back(tmp_path):
    part = begun(tmp_path / "calls.csv")
    assert part.path.stat().st_mode & 0o077 == 0
    with broken_off(tmp_path / "calls.csv") as again:
        assert again.kept == part.kept
        assert again.kept.people[0].name == "Ann"
        assert [one.id for one in again.records()] == ["r1", "r2", "r3", "r4"]
        assert json.loads(next(again.records()).original)["unknown"] == "\n {é"
        again.put_page(page_of(5))
        again.put_end()
    with Part(tmp_path / "calls.csv") as last:
        assert last.kept.ended
        assert len(last.kept.ids) == 5
    assert not list(tmp_path.iterdir())


def test_cut_anywhere_it_holds_whole_pages(tmp_path):
    whole = begun(tmp_path / "calls.csv").path.read_bytes()
    path, found = tmp_path / ".ringback-calls.csv.part", set()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with broken_off(tmp_path / "calls.csv") as part:
            found.add(len(part.kept.ids))
            assert sorted(one.id for one in part.records()) == sorted(part.kept.ids)
        assert path.exists() == bool(part.kept.ids)
    assert found == {0, 3}
    for damage in (b"\x00" * 50, b'["page",7]\n', b'["people",3]\n', b"{}\n[1]\n", b'{"id":1\n["page",1]\n'):
        path.write_bytes(whole + damage)
        with broken_off(tmp_path / "calls.csv") as part:
            assert len(part.kept.ids) == 4
        assert path.read_bytes() == whole


def test_a_file_that_is_no_part_is_begun_anew(tmp_path):
    for text in (b"", b"hello\n", b"[]\n", b'["ringback export", 2, {}, {}]\n', b'{"id":"1"}\n["page",1]\n'):
        (tmp_path / ".ringback-a.csv.part").write_bytes(text)
        with Part(tmp_path / "a.csv") as part:
            assert part.kept == Kept()


def test_one_process_at_a_time(tmp_path):
    with Part(tmp_path / "a.csv"), Part(tmp_path / "b.csv"):
        with pytest.raises(Failure, match="Another export is writing"):
            Part(tmp_path / "a.csv").__enter__()
        assert (tmp_path / ".ringback-a.csv.part").exists()
    with Part(tmp_path / "a.csv"):
        pass


def test_a_draft_of_a_killed_process_is_cleared_away(tmp_path):
    draft = tmp_path / ".ringback-a.csv.draft"
    draft.mkdir()
    (draft / "calls").write_text("half")
    with Part(tmp_path / "a.csv"):
        assert not draft.exists()


def test_a_long_name_has_a_part_too(tmp_path):
    with Part(tmp_path / ("é" * 120 + ".csv")) as part:
        assert part.path.exists()


def test_it_goes_on_where_the_oldest_record_is_and_anew_in_a_log_out_of_order():
    end = NOW + timedelta(hours=1)
    assert next_end(Kept(), None) is None
    kept = Kept()
    for record in page_of(1, 2):
        kept.add(record)
    assert next_end(kept, end) == next_end(kept, None) == NOW - timedelta(minutes=2) + timedelta(seconds=1)
    for record in page_of(0):
        kept.add(record)
    assert next_end(kept, end) == end
