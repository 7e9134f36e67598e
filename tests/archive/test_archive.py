"""The archive keeps everything: changes, deletions as marks, history in windows; it says what is wrong."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from archive_desk import kept, plain

from ringback import RateLimited, RingCentral, TransportError
from ringback.archive import ArchiveError, Source, history, open_archive
from ringback.archive.limits import waiting
from ringback.archive.schema import CALL_COLUMNS, RECORD_COLUMNS
from ringback.archive.values import Query, windows_back


def weeks(desk, count):
    return desk.now() - timedelta(weeks=count)


def test_the_first_sync_reads_the_history_back_and_the_next_only_what_changed(desk, path):
    begin = weeks(desk, 8)
    with open_archive(path) as archive:
        archive.sync(desk.source, history=begin)
        assert len(desk.listed(begin)) > 2000
        assert kept(archive, begin) == desk.listed(begin)
        assert all(one.proven_at for one in archive.windows())
        assert min(one.begin for one in archive.windows()) == begin
    desk.ringcentral.journal.clear()
    desk.ringcentral.clock.advance(3 * 3600)
    with open_archive(path) as archive:
        archive.sync(desk.source, history=begin)
        sent = [one for one in desk.ringcentral.journal.find() if "call-log" in one.path]
        assert len(sent) == 1
        assert kept(archive, begin) == desk.listed(begin)


def test_what_is_deleted_is_marked_and_stays(desk, home):
    begin = weeks(desk, 5)
    doomed = desk.play_a_deletion()
    with open_archive(home.place) as archive:
        archive.sync(desk.source, history=begin)
        said = archive.held(doomed)
        assert said is not None
        assert said.deleted_at is None
        desk.ringcentral.clock.advance(600)
        archive.sync(desk.source, history=begin)
        held = archive.held(doomed)
        assert held is not None
        assert held.deleted_at == desk.now()
        assert plain(held.json) == plain(said.json)
        assert kept(archive, begin) == desk.listed(begin)
        assert doomed not in kept(archive, begin)
        assert doomed in {one.id for one in archive.records(Query(deleted=True))}
        assert archive.totals().deleted == 1
    assert home.sql("SELECT record_ids FROM calls WHERE deleted") == [(doomed,)]


@pytest.mark.parametrize("home", ["postgres"], indirect=True)
def test_an_extensions_own_log_is_kept_too(desk, path):
    source, begin = Source(desk.client, desk.user, "extension"), weeks(desk, 6)
    with open_archive(path) as archive:
        archive.sync(source, history=begin)
        own = [one.id for one in archive.records()]
        assert set(own) == set(desk.listed(begin, "extension"))
        desk.delete(*own[1:3])
        desk.ringcentral.clock.advance(60)
        archive.sync(source, history=begin)
        assert kept(archive, begin) == desk.listed(begin, "extension")
        assert archive.totals().deleted == 2
        assert all(one.right for one in archive.verify(source))


def test_a_log_left_alone_for_long_is_read_anew_in_windows(desk, path):
    begin = weeks(desk, 6)
    desk.play_a_deletion()
    with open_archive(path) as archive:
        archive.sync(desk.source, history=begin)
        first = archive.progress().since
    desk.ringcentral.clock.advance(30 * 86_400)
    desk.log_in()
    with open_archive(path) as archive:
        archive.sync(desk.source, history=begin)
        assert archive.progress().since > first
        assert kept(archive, begin) == desk.listed(begin)
        assert all(one.right for one in archive.verify(desk.source))
        assert archive.totals().deleted == 1


def test_verify_names_what_is_missing_extra_and_different_and_repairs_it(desk, home):
    with open_archive(home.place) as archive:
        archive.sync(desk.source, history=weeks(desk, 6))
        ids = [one.id for one in archive.records(Query(limit=3))]
        oldest = list(archive.records())[-1].id
    home.sql(f"DELETE FROM records WHERE id IN ('{ids[0]}', '{oldest}')")
    changed = """replace(json, '"duration"', '"durations"')"""
    home.sql(f"UPDATE records SET json = {changed} WHERE id = '{ids[1]}'")
    home.sql(f"UPDATE records SET id = 'made-up' WHERE id = '{ids[2]}'")
    with open_archive(home.place) as archive:
        found = list(archive.verify(desk.source, repair=True))
        assert {key for one in found for key in one.missing} == {ids[0], ids[2], oldest}
        assert [key for one in found for key in one.different] == [ids[1]]
        assert [key for one in found for key in one.extra] == ["made-up"]
        assert all(one.right for one in archive.verify(desk.source))
        assert kept(archive, weeks(desk, 6)) == desk.listed(weeks(desk, 6))


def test_one_row_per_call_follows_the_records(desk, home):
    with open_archive(home.place) as archive:
        archive.sync(desk.source, history=weeks(desk, 5))
        expected = desk.user.calls("account", date_from=weeks(desk, 5)).joined(
            extensions=desk.user.extensions()
        )
        told = sorted(
            (call.session_id, call.outcome, call.ring_seconds, call.talk_seconds) for call in expected
        )
    rows = home.sql("SELECT session_id, outcome, ring_seconds, talk_seconds FROM calls")
    assert sorted(rows) == told


def test_parquet_is_partitioned_by_month_and_read_by_others(desk, home):
    folder = desk.folder / "it's"
    with open_archive(home.place) as archive:
        archive.sync(desk.source, history=weeks(desk, 8))
        archive.export(folder)
        # What an older export and one that was killed have left.
        for left in (folder / "records" / "month=1999-01" / "data_0.parquet", folder / ".draft" / "x"):
            left.parent.mkdir()
            left.write_text("old")
        archive.export(folder)
    assert {one.name for one in folder.iterdir()} == {"records", "calls"}
    months = {"month=2026-01", "month=2026-02", "month=2026-03"}
    for table, columns in (("records", RECORD_COLUMNS), ("calls", CALL_COLUMNS)):
        files = sorted((folder / table).glob("*/*.parquet"))
        assert {one.parent.name for one in files} == months
        assert len(files) == len(months)
        asked = f"SELECT {', '.join(columns)} FROM"
        with duckdb.connect() as other:
            other.execute("SET TimeZone = 'UTC'")
            pattern = [str(folder / table / "*" / "*.parquet")]
            found = other.execute(f"{asked} read_parquet(?) ORDER BY 1", pattern).fetchall()
            assert found == sorted(home.sql(f"{asked} {table}"))
            kinds = "SELECT DISTINCT type, converted_type, logical_type FROM parquet_schema(?)"
            found = other.execute(f"{kinds} WHERE type IS NOT NULL", pattern).fetchall()
            assert {one[:2] for one in found} <= PLAIN_TYPES
            assert all("isAdjustedToUTC=1" in one[2] for one in found if one[2] and "Timestamp" in one[2])


PLAIN_TYPES = {("BYTE_ARRAY", "UTF8"), ("INT64", "INT_64"), ("INT64", "TIMESTAMP_MICROS"), ("BOOLEAN", None)}
"""What every reader of Parquet knows: text, whole numbers, moments in UTC, yes and no."""


@pytest.mark.parametrize("home", ["duckdb"], indirect=True)
def test_pandas_reads_the_parquet_files(desk, path):
    pytest.importorskip("pyarrow", reason="pandas reads Parquet with pyarrow, which is not installed")
    import pandas

    with open_archive(path) as archive:
        archive.sync(desk.source, history=weeks(desk, 5))
        archive.export(desk.folder / "months")
        totals = archive.totals()
    frame = pandas.read_parquet(desk.folder / "months" / "records")
    assert len(frame) == frame.id.nunique() == totals.records
    assert str(frame.start_time.dt.tz) == "UTC"


def test_an_archive_is_of_one_log(desk, path):
    with open_archive(path) as archive:
        archive.sync(desk.source, history=weeks(desk, 5))
        with pytest.raises(ArchiveError, match=r"The archive is of .*/call-log at "):
            archive.sync(Source(desk.client, desk.user, "extension"))
        with pytest.raises(ValueError, match="aware"):
            archive.sync(desk.source, history=datetime(2026, 1, 1))


class MovingClock:
    """The platform's clock, which a wait moves."""

    def __init__(self, ringcentral, clock):
        self.ringcentral = ringcentral
        self.clock = clock
        self.waited = []

    def now(self):
        return self.clock.now()

    def wait_until(self, moment, seconds):
        self.waited.append(seconds)
        self.ringcentral.clock.advance(seconds)
        return True


@pytest.mark.parametrize("home", ["duckdb"], indirect=True)  # the waits are not the store's
@pytest.mark.parametrize("rate_limits", [True])
def test_a_sync_waits_for_the_rate_limit_and_goes_on_where_it_was(desk, path):
    clock = MovingClock(desk.ringcentral, desk.client.clock)
    desk.client.clock, lines, begin = clock, [], weeks(desk, 4)
    with open_archive(path) as archive:
        archive.sync(desk.source, history=desk.now(), tell=lines.append)
        first = list(clock.waited)
        desk.ringcentral.clock.advance(120)
        archive.sync(desk.source, history=desk.now(), tell=lines.append)
        assert kept(archive, begin) == desk.listed(begin)
    assert [line for line in lines if line.startswith("waiting ")]
    assert 1 <= len(first) <= 3
    sent = [one for one in desk.ringcentral.journal.find() if one.path.endswith("call-log-sync")]
    assert len(sent) == len(kept_pages(lines))
    assert not [one for one in sent if one.status == 429]


@pytest.mark.parametrize(("timed_out", "fails", "tried"), [(True, 4, 5), (True, 9, 5), (False, 9, 1)])
def test_no_answer_in_time_is_tried_again_a_few_times(desk, timed_out, fails, tried):
    clock, count = MovingClock(desk.ringcentral, desk.client.clock), 0

    def act():
        nonlocal count
        count += 1
        if count <= fails:
            raise TransportError("nothing", timed_out=timed_out)
        return "done"

    if fails < tried:
        assert waiting(clock, print, act) == "done"
    else:
        with pytest.raises(TransportError):
            waiting(clock, print, act)
    assert count == tried


def test_what_was_read_of_a_window_before_an_error_is_not_read_again(desk, path, monkeypatch):
    monkeypatch.setattr(history, "PIECE", 60)
    begin, stretches, asked, read = weeks(desk, 6), [], [], history.records_in

    def broken_off(source, window):
        asked.append(window)
        return after(150, read(source, window))

    monkeypatch.setattr(history, "records_in", broken_off)
    with open_archive(path) as archive:
        for _ in range(20):
            try:
                archive.sync(desk.source, history=begin)
                break
            except TransportError:
                stretches.append(archive.complete())
        assert len(stretches) >= 2
        assert [one.begin for one in stretches] == sorted({one.begin for one in stretches}, reverse=True)
        assert [one.end for one in asked[1:3]] == [one.begin for one in stretches[:2]]
        assert archive.complete().begin == begin
        assert kept(archive, begin) == desk.listed(begin)
        pieces = archive.windows()
        assert all(one.count <= 60 for one in pieces)
        assert [one.begin for one in pieces[:-1]] == [one.end for one in pieces[1:]]
        assert all(one.right for one in archive.verify(desk.source))


def after(count, records):
    """So many records, then no more answers."""
    for number, record in enumerate(records):
        if number == count:
            raise TransportError("no answer", timed_out=False)
        yield record


def test_a_client_that_does_not_wait_is_not_made_to(desk, path):
    hasty = RingCentral(on_limit="raise")
    desk.ringcentral.faults.add(path="/restapi/v1.0/account/~/call-log-sync", status=429, times=1)
    with open_archive(path) as archive:
        with pytest.raises(RateLimited):
            archive.sync(Source(hasty, hasty.user(desk.user.id)), history=weeks(desk, 5))
        assert archive.complete() is None


def kept_pages(lines):
    return [line for line in lines if "deletions" in line]


def test_windows_meet_and_reach_back_to_the_begin():
    edge, begin = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 12, 5, tzinfo=UTC)
    found = windows_back(edge, begin)
    assert [one.end for one in found] == [edge, *(one.begin for one in found[:-1])]
    assert found[-1].begin == begin
    assert windows_back(begin, edge) == []
