"""Ctrl-C in a long command: one line and exit code 130, also within an import; a second one ends it."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
import click
from ringback.cli.breaking_off import breakable

def kept():
    {kept}
    return "the first half is kept"

@click.command()
def command():
    with breakable(kept):
        print("ready", flush=True)
        {work}

command()
"""


@pytest.fixture
def begin(tmp_path):
    """begin(work): a command in the middle of its work, started as `python -m ringback` is."""
    return lambda work, kept="pass": begun(tmp_path, work, kept)


def begun(folder, work, kept):
    (folder / "long_command.py").write_text(PROGRAM.format(work=work, kept=kept))
    process = subprocess.Popen(
        [sys.executable, "-m", "long_command"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    "work",
    [
        "time.sleep(60)",
        # As dataclasses are made: CPython notes for the end of the process that it was interrupted there.
        "exec('import time; time.sleep(60)')",
        "try: time.sleep(60)\n        except BaseException: raise OSError('cut') from None",
    ],
    ids=["anywhere", "in an exec", "as another error"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_and_130(begin, work, number):
    process = begin(work)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "broken off: the first half is kept")


def test_a_second_one_ends_it_at_once(begin):
    process = begin("time.sleep(60)", kept="print('tidying', flush=True); time.sleep(60)")
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "tidying\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)
