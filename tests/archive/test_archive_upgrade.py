"""An archive that an earlier Ringback made: readers say what to do, and a sync brings it up to date."""

from __future__ import annotations

import duckdb
import pytest

from ringback.archive import ArchiveError, open_archive
from ringback.archive.schema import CALL_COLUMNS, COUNTED_BY

SINCE_VERSION_2 = CALL_COLUMNS[CALL_COLUMNS.index("newest_time") :]


@pytest.fixture(params=["1", "2"])
def path(desk, request):
    """An archive as an earlier version had it."""
    found = desk.folder / "calls.duckdb"
    with open_archive(found) as archive:
        archive.sync(desk.source, history=desk.now())
    with duckdb.connect(str(found)) as database:
        for column in (*COUNTED_BY, *(SINCE_VERSION_2 if request.param == "1" else ())):
            database.execute(f"ALTER TABLE calls DROP COLUMN {column}")
        database.execute("DROP TABLE people")
        if request.param == "1":
            database.execute("DELETE FROM about WHERE name = 'account_id'")
        database.execute("UPDATE about SET value = ? WHERE name = 'version'", [request.param])
    return found


def rows(path):
    with duckdb.connect(str(path), read_only=True) as database:
        return database.execute("SELECT * FROM calls ORDER BY session_id").fetchall()


def test_an_earlier_version_is_brought_up_to_date_by_the_next_sync(desk, path):
    before = rows(path)
    with open_archive(path, create=False) as archive:
        with pytest.raises(ArchiveError, match=r"earlier Ringback .* calls sync. once"):
            archive.totals()
        lines = []
        archive.sync(desk.source, history=desk.now(), tell=lines.append)
        assert archive.store.log().account_id == str(desk.ringcentral.admin.account_id)
        assert archive.totals().calls == len(before)
    after = rows(path)
    with duckdb.connect(str(path), read_only=True) as database:
        (unnumbered,) = database.execute(
            "SELECT count(*) FROM calls LEFT JOIN people ON no = talker_no WHERE talker IS DISTINCT FROM key"
        ).fetchone()
    assert unnumbered == 0
    assert any("up to date" in line for line in lines)
    known = len(CALL_COLUMNS) - len(SINCE_VERSION_2)
    assert [row[:known] for row in after] == [row[:known] for row in before]
    place = CALL_COLUMNS.index("newest_id")
    assert all(row[place] for row in after)


def test_an_upgrade_that_breaks_off_leaves_the_archive_as_it_was(desk, path):
    before = rows(path)

    def breaks_off(texts):
        raise RuntimeError

    with open_archive(path, create=False) as archive:
        with pytest.raises(RuntimeError):
            archive.store.upgrade(breaks_off, print)
        assert archive.store.outdated()
    assert rows(path) == before
