"""A sync that is killed anywhere, day after day: the archive is the server's log, without gap or double."""

import time
from datetime import UTC, datetime
from random import Random

import pytest
from archive_desk import kept

from ringback.archive import open_archive
from ringback.archive.values import Query


def started(desk, path):
    child = desk.child(path)
    assert child.stdout.readline() == "here\n", child.communicate()[1]
    child.stdin.write("go\n")
    child.stdin.flush()
    return child


@pytest.mark.timeout(240)
# The month that the campaign `archive` lives through, in two days.
@pytest.mark.parametrize("home", ["duckdb"], indirect=True)  # PostgreSQL: campaigns/archive.py, short form
def test_days_of_syncs_that_are_killed_leave_the_archive_equal_to_the_log(desk, path):
    dice = Random(7)
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    gone, killed, lasts, doomed = [], 0, 1.5, None
    for _day in range(2):
        gone += [doomed] if doomed else []
        doomed = desk.play_a_deletion()
        for _ in range(2):
            child = started(desk, path)
            # Not to wait for something: where in its work the process is killed is what the dice decide.
            time.sleep(dice.uniform(0, lasts))
            child.kill()
            told = child.communicate()[0]
            killed += told == ""
            # What it had taken of the rate limit, and never gave back, lapses.
            desk.ringcentral.clock.advance(40)
        begun = time.monotonic()
        child = started(desk, path)
        out, err = child.communicate()
        assert out == "whole\n", err
        lasts = max(time.monotonic() - begun, 0.2)
        with open_archive(path) as archive:
            listed = desk.listed(begin)
            assert doomed in listed
            assert kept(archive, begin) == listed
            totals = archive.totals()
            assert (totals.records, totals.deleted) == (len(listed) + len(gone), len(gone))
            assert totals.calls == totals.records
            assert {one.id for one in archive.records(Query(deleted=True))} == {*listed, *gone}
            assert all(one.right and not one.newer for one in archive.verify(desk.source))
        desk.ringcentral.clock.advance(dice.uniform(0.5, 1.5) * 86_400)
    assert killed >= 2
