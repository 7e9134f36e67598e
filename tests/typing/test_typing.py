"""The package's types as another project's mypy sees them: right programs pass, wrong ones are named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def mypy(name):
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(HERE / name)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["sync_program.py", "async_program.py"])
def test_a_right_program_type_checks_with_the_types_it_asserts(name):
    ran = mypy(name)
    assert (ran.stdout, ran.returncode) == ("", 0)


def test_mistakes_are_named():
    lines = (HERE / "wrong_program.py").read_text().splitlines()
    expected = {
        (number, found[1])
        for number, line in enumerate(lines, 1)
        if (found := re.search(r"# E: ([a-z-]+)", line))
    }
    told = set(
        re.findall(r"wrong_program\.py:(\d+): error: .*\[([a-z-]+)\]", mypy("wrong_program.py").stdout)
    )
    assert {(int(number), code) for number, code in told} == expected
