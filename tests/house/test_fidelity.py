"""docs/fidelity.md: each behaviour has a source, how sure it is, and tests; every switch is tested."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ringback.platform.quirks import QUIRKS

ROOT = Path(__file__).parents[2]
PLATFORM_TESTS = ROOT / "tests" / "platform"
PAGE = (ROOT / "docs" / "fidelity.md").read_text()
SURE = {"recorded", "documented", "inferred", "choice"}
SECTIONS = dict(re.findall(r"^## (\d+) .*?\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL))


def rows(text):
    """The cells of a table's rows, without its head."""
    lines = [line.strip().strip("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


BEHAVIOURS = [(section, row) for section, text in SECTIONS.items() for row in rows(text)]


def test_it_goes_from_http_to_the_console():
    assert list(SECTIONS) == [str(number) for number in range(2, 14)]
    assert all(Counter(section for section, _ in BEHAVIOURS)[section] >= 4 for section in SECTIONS)


@pytest.mark.parametrize(
    ("section", "row"), BEHAVIOURS, ids=lambda value: value if isinstance(value, str) else value[0][:40]
)
def test_a_behaviour_has_a_source_and_a_test(section, row):
    assert len(row) == 4, row
    behaviour, source, sure, tested = row
    assert behaviour
    assert sure in SURE
    assert source or sure in {"inferred", "choice"}, "whoever says so is not named"
    files = re.findall(r"`([a-z]+/test_\w+\.py)`", tested)
    assert ", ".join(f"`{name}`" for name in files) == tested, "test files and nothing else"
    assert files
    for name in files:
        assert (PLATFORM_TESTS / name).is_file(), name


def test_the_words_for_how_sure_are_explained():
    told = re.findall(r"^\| (\w+) \| [a-zA-Z]", PAGE.partition("## 2")[0], re.MULTILINE)
    assert set(told) - {"word"} == SURE


def test_every_switch_is_there_with_its_values_and_no_other():
    table = PAGE.partition("\n## Switches\n")[2]
    told = {
        name.strip("`"): (tuple(re.findall(r"`([^`]+)`", values)), decides)
        for name, values, decides in rows(table)
    }
    assert told == {quirk.name: (quirk.values, quirk.decides) for quirk in QUIRKS.values()}
    assert list(told) == list(QUIRKS)


@pytest.mark.parametrize("name", QUIRKS)
def test_every_switch_is_tested_with_a_value_that_is_no_default(name):
    quirk = QUIRKS[name]
    files = [path for path in PLATFORM_TESTS.rglob("test_*.py") if "openapi" not in path.parts]
    naming = [text for text in map(Path.read_text, files) if name in text or name.replace("-", "_") in text]
    assert naming, "no test names it"
    for value in quirk.values[1:]:
        assert any(f'"{value}"' in text for text in naming), f"no test sets {value}"


@pytest.mark.parametrize("name", QUIRKS)
def test_every_switch_decides_something(name):
    sources = [path for path in (ROOT / "src/ringback/platform").rglob("*.py") if path.name != "quirks.py"]
    assert any(f'("{name}")' in path.read_text() for path in sources), "nobody asks for its value"
