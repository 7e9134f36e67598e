"""The docs say what is there: links lead somewhere, settings and options and names exist."""

import re
from pathlib import Path

import pytest

import ringback
from ringback.client.settings import NAMES
from ringback.web.deployment import NAMES as WEB_NAMES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL = "\n".join(page.read_text() for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_setting_is_documented_and_every_documented_one_exists():
    names = {name for both in NAMES.values() for name in both} | set(WEB_NAMES.values())
    assert names <= set(re.findall(r"\b(?:RC|RINGCENTRAL|RINGBACK)_[A-Z_]+[A-Z]\b", ALL))
    assert set(re.findall(r"\b(?:RC|RINGCENTRAL|RINGBACK)_[A-Z_]+[A-Z]\b", ALL)) <= names


def test_every_option_of_the_command_line_is_documented_and_no_other():
    from ringback.cli.app import app

    commands = commands_of(app, "ringback")
    page = (ROOT / "docs" / "command-line.md").read_text()
    options = {
        option
        for command in commands.values()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }
    assert set(re.findall(r"`(--[a-z-]+)", page)) == options
    assert all(name in page for name in commands)


def commands_of(command, name):
    """A command and those under it, by their whole names."""
    found = {name: command}
    for under in getattr(command, "commands", {}).values():
        found |= commands_of(under, f"{name} {under.name}")
    return found


def test_every_error_is_documented():
    page = (ROOT / "docs" / "client.md").read_text()
    errors = {
        name
        for name in ringback.__all__
        if isinstance(getattr(ringback, name), type) and issubclass(getattr(ringback, name), Exception)
    }
    assert errors - set(re.findall(r"`([A-Z][A-Za-z]+)`", page)) <= {"VaultError"}


def test_python_in_the_docs_is_python():
    for page in PAGES:
        for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
            compile(block, str(page), "exec")


def test_the_readme_says_what_it_must():
    text = (ROOT / "README.md").read_text()
    for words in ("make run", "make test", "not affiliated with RingCentral", "Create User Login App"):
        assert words in text
