"""The examples of docs/testing.md, taken out of it and run as somebody would who copies them."""

import re
from pathlib import Path

import pytest

from testing.pytest_runs import run_pytest, write

GUIDE = Path(__file__).parents[2] / "docs" / "testing.md"
_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_NAMED = re.compile(r"# (\w+\.py)\n")


def examples():
    """Heading -> its files by name, of every section whose code says what file it is."""
    found = {}
    for section in GUIDE.read_text().split("\n## ")[1:]:
        files = {
            name.group(1): block
            for block in _BLOCK.findall(section)
            if (name := _NAMED.match(block)) is not None
        }
        if files:
            found[section.partition("\n")[0]] = files
    return found


def test_there_are_three():
    assert len(examples()) == 3


@pytest.mark.parametrize("heading", examples())
def test_an_example_passes(tmp_path, heading):
    pytest.importorskip("requests", reason="requests is not installed")
    files = examples()[heading]
    write(tmp_path, {**files, "pytest.ini": "[pytest]\naddopts = --strict-markers\npythonpath = .\n"})
    code, printed = run_pytest(tmp_path)
    assert code == 0, printed
    tests = sum(text.count("\ndef test_") for text in files.values())
    assert f"{tests} passed" in printed


def test_the_short_ones_pass_too(tmp_path):
    first, second, *_ = [block for block in _BLOCK.findall(GUIDE.read_text()) if not _NAMED.match(block)]
    marked = next(block for block in _BLOCK.findall(GUIDE.read_text()) if "test_in_a_larger_company" in block)
    write(tmp_path, {"test_first.py": first, "test_marked.py": marked})
    code, printed = run_pytest(tmp_path)
    assert code == 0, printed
    assert "2 passed" in printed
    assert "with LocalRingCentral" in second
    namespace = {}
    exec(compile(second, str(GUIDE), "exec"), namespace)
    assert namespace["ringcentral"].server_url.startswith("http://127.0.0.1:")
