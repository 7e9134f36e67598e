"""The command line in a real terminal (tmux): progress, countdown, Ctrl-C in the middle, and going on."""

import json
import re

import pytest
from panes import Pane, with_ringback
from running import environment

from ringback.cli.report_view import LEAST_WIDTH

SIZES = [(80, 24), (120, 40), (40, 30)]
DAYS = "--scope account --from 2026-02-23 --to 2026-02-25 --zone UTC"


@pytest.fixture
def pane_of(one_request_left):
    """Opens a pane at the desk, of the size given."""
    desk, opened = one_request_left, []

    def open_pane(width, height, **more):
        env = with_ringback(environment(**desk.settings | more), desk.folder)
        opened.append(Pane(width, height, cwd=desk.folder, env=env))
        return opened[-1]

    yield open_pane
    for pane in opened:
        pane.close()


def code_of(pane):
    """The exit code of the last command."""
    pane.type("echo code=$?")
    return int(pane.wait_for(r"^code=(\d+)")[1])


def counted_down(pane):
    """The countdown is seen to go down; the lines on the screen then."""
    first = int(pane.wait_for(r"goes on in (\d+) s")[1])
    assert 1 < first <= 61
    pane.wait_for(rf"goes on in ({first - 1}|{first - 2}|{first - 3}) s")
    return [line for line in pane.lines() if line]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_an_export_is_watched_broken_off_and_gone_on_with(one_request_left, pane_of, width, height):
    desk, pane = one_request_left, pane_of(width, height)
    output = f"seen-{width}.csv"
    command = f"ringback calls export {DAYS} --output {output}"
    pane.type(command)
    pane.wait_for("1,000 records")
    lines = counted_down(pane)
    assert max(map(len, lines)) <= width
    typed = -(-(len(command) + 2) // width)
    assert len(lines) == typed + 2, "the progress is two lines, and none is broken"
    assert re.fullmatch(r"Reading the account's calls [━─]* ?\d+%(, about .* left)?", lines[-2])
    pane.press("C-c")
    pane.wait_for(
        rf"^broken off: 1,000 records are kept in \.ringback-{output}\.part; run the same command again"
    )
    assert code_of(pane) == 130
    desk.ringcentral.clock.advance(61)
    pane.clear()
    pane.type(command)
    pane.wait_for(rf"^\d+ calls written to {output}$")
    assert code_of(pane) == 0
    assert not [line for line in pane.lines() if line.startswith(("Reading", "Writing", "broken off"))]
    assert (desk.folder / output).exists()
    assert not list(desk.folder.glob(".ringback-*"))
    assert pane.shows_its_cursor()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 30)])
def test_a_sync_is_watched_broken_off_and_gone_on_with(one_request_left, pane_of, width, height):
    pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")
    desk, pane = one_request_left, pane_of(width, height)
    command = f"ringback calls sync --archive {width}.duckdb --history 2026-01-01"
    pane.type(command)
    lines = counted_down(pane)
    assert max(map(len, lines)) <= width
    assert lines[-2].startswith("Syncing your calls")
    pane.press("C-c")
    pane.wait_for("^broken off: what was stored is kept; run the same command again to go on$")
    assert code_of(pane) == 130
    pane.clear()
    pane.type(command)
    desk.ringcentral.clock.auto(1)
    pane.wait_for(r"^\S+: \d+ records .* complete from")
    desk.ringcentral.clock.freeze()
    assert code_of(pane) == 0
    assert pane.shows_its_cursor()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_report_fits(one_request_left, pane_of, width, height):
    desk, pane = one_request_left, pane_of(width, height)
    assert width >= LEAST_WIDTH
    pane.type(f"ringback calls report {DAYS}")
    assert max(map(len, counted_down(pane))) <= width
    desk.ringcentral.clock.advance(61)
    pane.wait_for("^Talk time by person", above=True)
    assert code_of(pane) == 0
    lines = pane.lines(above=True)
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line.startswith("Reading")]
    for heading in ("Calls per day, by outcome", "Calls by weekday and hour"):
        assert heading in lines
    assert "\x1b[" in "\n".join(pane.lines(above=True, colours=True))


def test_no_colour_where_it_is_not_wanted(one_request_left, pane_of):
    desk, pane = one_request_left, pane_of(80, 50, NO_COLOR="1")
    desk.ringcentral.clock.advance(61)
    pane.type(f"ringback calls report {DAYS}")
    pane.wait_for("^Talk time by person")
    assert code_of(pane) == 0
    assert "\x1b[" not in "\n".join(pane.lines(above=True, colours=True))


def test_output_on_the_same_terminal_stands_above_the_progress(one_request_left, pane_of):
    pane = pane_of(120, 40)
    pane.type(f"ringback calls list {DAYS} --json")
    lines = counted_down(pane)
    assert lines[-2].startswith("Reading the account's calls")
    whole = [line for line in pane.lines(whole=True) if line]
    assert [json.loads(line)["id"] for line in whole[1:-2]], "each record is a line of its own"
    pane.press("C-c")
    pane.wait_for(r"^broken off: 1,000 records read, nothing is kept$")
    assert code_of(pane) == 130


def test_tab_completes_in_bash(pane_of):
    pane = pane_of(80, 24)
    pane.type('eval "$(ringback completion bash)"; echo ready')
    pane.wait_for("^ready")
    pane.clear()
    pane.write("ringback calls exp")
    pane.press("Tab")
    pane.wait_for(r"^\$ ringback calls export")
    pane.write("--format xl")
    pane.press("Tab")
    pane.wait_for(r"^\$ ringback calls export --format xlsx")
