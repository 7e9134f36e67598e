"""The manual of each command: its --help and its man page; what they say is so."""

import re
import shlex
import shutil
import subprocess

import click
import pytest
from running import run

from ringback.cli.app import app
from ringback.cli.failures import EXIT_CODES
from ringback.cli.man_page import contexts_under, name_of, page_of
from ringback.cli.manual import ENTRIES, ENVIRONMENT, entry_of

ROOT = click.Context(app, info_name="ringback", **app.context_settings)
CONTEXTS = list(contexts_under(ROOT))
COMMANDS = {one.command_path: one for one in CONTEXTS}
LEAVES = [name for name, one in COMMANDS.items() if not isinstance(one.command, click.Group)]


def test_every_command_is_in_the_manual_and_no_other():
    groups = {name for name in COMMANDS if name not in LEAVES and name not in ENTRIES}
    assert groups == {"ringback calls", "ringback recordings", "ringback vault"}
    assert set(ENTRIES) | groups == set(COMMANDS)


@pytest.mark.parametrize("name", ENTRIES)
def test_its_examples_are_command_lines_that_it_takes(name):
    entry = entry_of(name)
    assert entry.examples
    assert 0 in entry.codes
    assert set(entry.codes) <= set(EXIT_CODES)
    assert set(entry.environment) <= set(ENVIRONMENT)
    for line, words in entry.examples:
        assert words.endswith((".", "?"))
        found = re.search(r"(?<!/)ringback( .*?)?( [|>].*|\)\")?$", line)
        arguments = shlex.split(found[1] or "")
        context, command = click.Context(app, info_name="ringback"), app
        while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
            _, command, arguments = command.resolve_command(context, arguments)
            context = click.Context(command, parent=context, info_name=command.name)
        if not isinstance(command, click.Group) or arguments:
            command.make_context(command.name, arguments, parent=context.parent)
        if name != "ringback":
            assert context.command_path == name


@pytest.mark.parametrize("name", [name for name in COMMANDS if name in ENTRIES])
def test_help_has_summary_options_examples_and_exit_codes(name):
    text = COMMANDS[name].command.get_help(COMMANDS[name])
    titles = re.findall(r"^([A-Z][A-Za-z ]+):$", text, re.MULTILINE)
    assert {"Options", "Examples", "Exit codes"} <= set(titles)
    for one in COMMANDS[name].command.params:
        if isinstance(one, click.Option):
            assert one.help, f"{one.opts} says nothing"
    for line, words in entry_of(name).examples:
        assert f"\n  {line}\n      {words}\n" in text


@pytest.mark.parametrize("context", CONTEXTS, ids=name_of)
def test_a_man_page_has_no_fault(context):
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    page = page_of(context, version="1")
    made = subprocess.run(
        [groff, "-man", "-ww", "-Tutf8", "-Kutf8", "-P-c", "-P-b", "-P-u"],
        input=page,
        capture_output=True,
        text=True,
    )
    assert (made.returncode, made.stderr) == (0, "")
    titles = re.findall(r"^([A-Z][A-Z ]+)$", made.stdout, re.MULTILINE)
    assert titles[:3] == ["NAME", "SYNOPSIS", "DESCRIPTION"]
    assert f"{name_of(context)} - " in re.sub(r" +", " ", made.stdout).replace("\u2010", "-")
    plain = " ".join(made.stdout.split())
    for option in context.command.params:
        assert all(name in plain for name in option.opts if name.startswith("-"))


def test_man_reads_the_pages_of_a_folder(tmp_path):
    made = run("man", "--folder", "man/man1", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    names = {one.name for one in (tmp_path / "man" / "man1").iterdir()}
    assert names == {f"{name_of(one)}.1" for one in CONTEXTS}
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    shown = subprocess.run(
        ["man", "--warnings", "-M", str(tmp_path / "man"), "ringback-calls-export"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "MANPAGER": "cat", "LC_ALL": "C.UTF-8"},
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "EXIT STATUS" in re.sub(r".\x08", "", shown.stdout)


def test_man_of_one_command_and_of_none(tmp_path):
    one = run("man", "calls", "export", cwd=tmp_path)
    assert one.stdout.startswith('.TH "RINGBACK\\-CALLS\\-EXPORT" 1')
    none = run("man", "calls", "exprot", cwd=tmp_path)
    assert (none.returncode, len(none.stderr.splitlines())) == (2, 1)
    (tmp_path / "file").write_text("")
    full = run("man", "--folder", "file/x", cwd=tmp_path)
    assert (full.returncode, len(full.stderr.splitlines())) == (1, 1)
