"""An archive's DuckDB file: its owner's alone; something else, in use, a full disk are one clear line."""

import resource
from datetime import UTC, datetime

import duckdb
import pytest
from archive_desk import kept

from ringback.archive import ArchiveError, open_archive


@pytest.fixture
def path(tmp_path):
    return tmp_path / "calls.duckdb"


def test_a_file_is_its_owners_alone(path):
    open_archive(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_wrong_file_is_one_clear_line(tmp_path):
    text, other, folder = tmp_path / "notes.txt", tmp_path / "other.duckdb", tmp_path / "folder"
    text.write_text("notes\n" * 5000)
    duckdb.connect(str(other)).close()
    folder.mkdir()
    for path, words in (
        (text, "is not a call archive"),
        (other, "not a call archive"),
        (folder, "cannot be used"),
        (tmp_path / "none" / "calls.duckdb", "cannot be used"),
    ):
        with pytest.raises(ArchiveError, match=words) as refused:
            open_archive(path)
        assert "\n" not in str(refused.value)
        assert str(path) in str(refused.value)
    with pytest.raises(ArchiveError, match="There is no archive"):
        open_archive(tmp_path / "none.duckdb", create=False)
    assert text.read_text() == "notes\n" * 5000


def test_another_version_is_refused(tmp_path):
    path = tmp_path / "calls.duckdb"
    open_archive(path).close()
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE about SET value = '99' WHERE name = 'version'")
    with pytest.raises(ArchiveError, match="version 99"):
        open_archive(path)


def test_a_full_disk_is_one_clear_line_and_leaves_what_was_stored(desk, path):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))

    child = desk.child(path, preexec_fn=little_room)
    out, err = child.communicate("go\n", timeout=60)
    assert child.returncode == 1, err
    assert "has no room for more" in out
    begin = datetime(2025, 6, 1, tzinfo=UTC)
    with open_archive(path) as archive:
        assert 0 < archive.totals().records < len(desk.listed(begin))
        archive.sync(desk.source)
        assert kept(archive, begin) == desk.listed(begin)
