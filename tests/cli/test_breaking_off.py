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


def begun(work, kept="pass"):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(work=work, kept=kept)],
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
def test_one_line_and_130(work, number):
    process = begun(work)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "broken off: the first half is kept")


def test_a_second_one_ends_it_at_once():
    process = begun("time.sleep(60)", kept="print('tidying', flush=True); time.sleep(60)")
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "tidying\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)
