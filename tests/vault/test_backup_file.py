"""The format of a backup: it opens only whole, in order, with its key, and as what it is."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.vault import BackupError, KeyRing, new_key
from ringback.vault.backup_file import BackupWriter, read_backup

KEY, OTHER = new_key(), new_key()
RING = KeyRing.from_setting(KEY)
PARTS = [{"who": "manifest"}, ["a", "b"], ["c"], {"logins": 3}]


def written(parts=PARTS, ring=RING, finished=True):
    file = io.BytesIO()
    writer = BackupWriter(file, ring)
    for part in parts[:-1]:
        writer.write(part)
    (writer.finish if finished else writer.write)(parts[-1])
    return file.getvalue()


WHOLE = written()


def read(data, ring=RING):
    return list(read_backup(io.BytesIO(data), ring))


def split(data):
    """Header and chunks."""
    end = data.index(b"\n") + 1
    header, rest, chunks = data[:end], data[end:], []
    while rest:
        size = 4 + int.from_bytes(rest[:4], "big")
        chunks.append(rest[:size])
        rest = rest[size:]
    return header, chunks


def test_what_was_written_is_read_and_the_last_part_is_known():
    assert [value for value, _ in read(WHOLE)] == PARTS
    assert [last for _, last in read(WHOLE)] == [False, False, False, True]
    assert [value for value, _ in read(WHOLE, KeyRing.from_setting(f"{OTHER},{KEY}"))] == PARTS


def test_nothing_in_it_is_readable_but_the_header():
    data = written([{"secret": "hidden-word"}, {"logins": 0}])
    assert b"hidden-word" not in data
    assert KEY.encode() not in data
    assert set(json.loads(data.splitlines()[0])) == {"ringback", "version", "key"}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_changed_byte_is_noticed(data):
    damaged = bytearray(WHOLE)
    damaged[data.draw(st.integers(0, len(WHOLE) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupError):
        read(bytes(damaged))


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_file_that_was_cut_short_is_noticed_at_every_length(length):
    with pytest.raises(BackupError):
        read(WHOLE[:length])


def test_what_is_missing_is_told_from_what_is_damaged():
    header, chunks = split(WHOLE)
    with pytest.raises(BackupError, match="cut short"):
        read(header + b"".join(chunks[:-1]))
    with pytest.raises(BackupError, match="cut short"):
        read(written(finished=False))
    with pytest.raises(BackupError, match=r"damaged \(part 1\)"):
        read(header + chunks[0] + chunks[2] + chunks[3])


@pytest.mark.parametrize(
    "order",
    [(0, 2, 1, 3), (1, 0, 2, 3), (0, 1, 1, 2, 3), (0, 3), (0, 1, 3), (0, 1, 2, 3, 3), (0, 1, 2, 3, 0)],
)
def test_parts_that_were_moved_repeated_or_taken_out_are_noticed(order):
    header, chunks = split(WHOLE)
    with pytest.raises(BackupError):
        read(header + b"".join(chunks[number] for number in order))


def test_parts_of_two_backups_do_not_mix():
    header, chunks = split(WHOLE)
    other_header, others = split(written())
    for mixed in (
        other_header + b"".join(chunks),
        header + chunks[0] + others[1] + b"".join(chunks[2:]),
        header + b"".join(chunks[:-1]) + others[-1],
    ):
        with pytest.raises(BackupError):
            read(mixed)


def test_another_key_is_told_by_its_id_and_a_newer_version_by_its_number():
    with pytest.raises(BackupError, match=f"under key {RING.key_ids[0]}") as refused:
        read(WHOLE, KeyRing.from_setting(OTHER))
    assert KeyRing.from_setting(OTHER).key_ids[0] in str(refused.value)
    with pytest.raises(BackupError, match=r"of version 2; this Ringback knows 1.*Upgrade"):
        read(WHOLE.replace(b'"version": 1', b'"version": 2', 1))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"[]\n", b"SQLite format 3\0" + bytes(5000), b"[" * 5000, b'"\xff"\n']
)
def test_what_is_no_backup_is_said_to_be_none(data):
    with pytest.raises(BackupError, match="no backup"):
        read(data)


def test_a_length_beyond_all_measure_is_not_read():
    header, chunks = split(WHOLE)
    with pytest.raises(BackupError, match="damaged"):
        read(header + chunks[0] + b"\xff\xff\xff\xff" + bytes(100))
