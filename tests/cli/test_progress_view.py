"""What a terminal shows of progress: lines that fit, a countdown, an estimate; and what a log is told."""

from datetime import UTC, datetime, timedelta

import pytest

from ringback.archive.limits import pause_line
from ringback.cli.progress import LineProgress, Progress, progress_of
from ringback.cli.progress_view import Span, View, clock, picture
from ringback.client.events import LimitWait, LimitWaitBegins, RequestDone

WHAT, WHERE = "Reading the account's calls", "back to 2026-03-12 09:30"
VIEW = View(WHAT, 0.0, 1250, "records", 0.25, at=WHERE)


def lines(view, now, width):
    seen = picture(view, now, width)
    return f"{seen.what} {'=' * seen.full}{'-' * seen.empty}{seen.rest}", seen.details


def test_what_is_read_how_much_and_how_long_it_takes():
    first, second = lines(VIEW, 30.0, 80)
    assert first == "Reading the account's calls =====---------------- 25%, about 90 s left".replace(
        "=====----------------", "=" * first.count("=") + "-" * first.count("-")
    )
    assert first.count("=") / (first.count("=") + first.count("-")) == pytest.approx(0.25, abs=0.05)
    assert second == "1,250 records, back to 2026-03-12 09:30"


def test_a_pause_counts_down_and_what_pauses_cost_is_told():
    view = View(WHAT, 0.0, 1250, "records", 0.25, at=WHERE, goes_on_at=43.4, waited=130.0)
    assert lines(view, 0.0, 100)[1] == (
        "1,250 records, back to 2026-03-12 09:30; rate limit: goes on in 43 s (2:10 waited)"
    )
    assert lines(view, 1.0, 80)[1].endswith("; rate limit: goes on in 42 s")
    assert lines(view, 1.0, 40)[1] == "1,250 records; goes on in 42 s"
    assert lines(view, 50.0, 80)[1].endswith("09:30; rate limit: 2:10 waited")
    assert picture(view, 0.0, 80).paused
    assert not picture(view, 50.0, 80).paused


@pytest.mark.parametrize("width", [20, 39, 40, 41, 60, 80, 120, 300])
@pytest.mark.parametrize("share", [None, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("pause", [None, 3700.0])
def test_no_line_is_longer_than_the_terminal(width, share, pause):
    for what in ("Reading your calls", "Comparing a-very-long-name-" * 20):
        view = View(what, 0.0, 1_250_000, "records", share, at=WHERE, goes_on_at=pause, waited=200.0)
        for line in lines(view, 30.0, width):
            assert len(line) < width


def test_what_is_left_counts_the_pause_and_not_what_an_earlier_run_did():
    assert VIEW.left(30.0) == 90.0
    assert VIEW.left(3.0) is None
    paused = View(WHAT, 0.0, 10, "records", 0.2, goes_on_at=70.0)
    assert paused.left(10.0) == 60.0 + 70.0 / 0.2 * 0.8
    resumed = View(WHAT, 0.0, 10, "records", 0.75, first_share=0.5)
    assert resumed.left(30.0) == pytest.approx(30.0)


def test_durations():
    assert [clock(one) for one in (0.4, 43, 119, 125, 3725)] == ["0 s", "43 s", "119 s", "2:05", "1:02:05"]


def test_a_span_knows_how_much_of_it_is_read():
    end = datetime(2026, 3, 10, tzinfo=UTC)
    span = Span(end - timedelta(days=10), end)
    assert [span.share(end - timedelta(days=days)) for days in (-1, 0, 5, 10, 11)] == [0, 0, 0.5, 1, 1]
    assert Span(end, end).share(end) == 1.0


class At:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_log_is_told_of_each_pause_once_and_of_progress_now_and_then(capsys):
    at = At()
    with LineProgress(at) as progress:
        progress.begin("Reading your calls")
        progress.advanced(10, "records")
        progress.hook(LimitWaitBegins(45.0))
        at.now += 20
        progress.hook(LimitWait(20.0))
        progress.hook(LimitWaitBegins(25.0))  # the same pause, looked at again
        at.now += 25
        progress.hook(LimitWait(25.0))
        progress.advanced(11, "records", share=0.5)
        progress.advanced(12, "records", share=0.6)
        progress.note(pause_line(30.0))
        progress.note("a week is read")
        progress.hook(LimitWaitBegins(0.3))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "waiting 45 s for the rate limit; 10 records so far",
        "Reading your calls: 11 records, 50%",
        "waiting 30 s for the rate limit; 12 records so far",
        "a week is read",
        "waited 75 s for the rate limit in all",
    ]


def test_the_countdown_ends_with_the_pause():
    progress = Progress(At())
    progress.hook(LimitWaitBegins(45.0))
    assert progress.view.pause_left(100.0) == 45.0
    progress.hook(LimitWait(2.0))
    assert progress.view.pause_left(100.0) is None
    progress.note(pause_line(30.0))
    assert progress.view.pause_left(100.0) == 30.0
    progress.hook(RequestDone("GET", "/", 200, 0.1, 1))
    assert progress.view.pause_left(100.0) is None


def test_quiet_says_nothing(capsys):
    with progress_of(True) as progress:
        assert type(progress) is Progress
        progress.begin("Reading")
        progress.note("here")
        progress.pause(50.0)
        progress.advanced(1, "records")
        progress.out("a line of output")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("a line of output\n", "")
