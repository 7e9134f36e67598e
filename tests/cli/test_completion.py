"""Shell completion: bash's own, as Tab calls it, and what click's scripts for zsh and fish are made of."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import environment, run

# Does what bash does when Tab is pressed: fills in COMP_WORDS, calls the command's function, shows COMPREPLY.
TAB = """
source completion.sh
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
compopt() { echo "compopt $*"; }
$(complete -p ringback | sed 's/.*-F \\([^ ]*\\) .*/\\1/') ringback
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    made = run("completion", "bash", cwd=folder)
    assert made.returncode == 0, made.stderr
    (folder / "completion.sh").write_text(made.stdout)
    (folder / "tab.sh").write_text(TAB)
    (folder / "ringback").write_text(f'#!/bin/sh\nexec {sys.executable} -m ringback "$@"\n')
    (folder / "ringback").chmod(0o755)
    data = folder / "data" / "ringback"
    data.mkdir(parents=True)
    (data / "profile.json").write_text(json.dumps({"users": {"a": "62264425008", "b": "73"}}))
    (data / "calls-account.duckdb").write_text("")
    (folder / "own.duckdb").write_text("")
    (folder / "notes.txt").write_text("")
    return folder


def tab(place, *words):
    env = environment(XDG_DATA_HOME=str(place / "data"))
    env["PATH"] = f"{place}{os.pathsep}{env['PATH']}"
    made = subprocess.run(
        ["bash", "tab.sh", "ringback", *words], cwd=place, env=env, capture_output=True, text=True
    )
    assert (made.returncode, made.stderr) == (0, "")
    return made.stdout.split()


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (("ca",), ["calls"]),
        (("calls", ""), ["export", "list", "report", "show", "sync", "verify"]),
        (("calls", "export", "--form"), ["--format"]),
        (("calls", "export", "--format", ""), ["csv", "jsonl", "parquet", "xlsx"]),
        (("calls", "list", "--scope", "a"), ["account"]),
        (("calls", "list", "--zone", "europe/berl"), ["Europe/Berlin"]),
        (("doctor", "--user", "6"), ["62264425008"]),
        (("vault", "r"), ["rotate-key"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes(place, words, there):
    assert tab(place, *words) == there


def test_bash_completes_archives_and_else_files(place):
    usual = str(place / "data" / "ringback" / "calls-account.duckdb")
    assert set(tab(place, "calls", "list", "--archive", "")) >= {"own.duckdb", usual}
    assert "own.duckdb" in tab(place, "calls", "list", "--archive", "o")
    assert "./own.duckdb" in tab(place, "calls", "sync", "--archive", "./o")
    assert tab(place, "calls", "list", "--archive", "notes") == ["compopt", "-o", "default"]
    assert tab(place, "calls", "export", "--output", "x") == ["compopt", "-o", "default"]
    assert tab(place, "recordings", "download", "--folder", "x") == ["compopt", "-o", "dirnames"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_script_for_another_shell(place, shell):
    made = run("completion", shell, cwd=place)
    assert made.returncode == 0, made.stderr
    assert f"_RINGBACK_COMPLETE={shell}_complete" in made.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = Path(place / f"completion.{shell}")
    script.write_text(made.stdout)
    assert subprocess.run([shell, "-n", str(script)], capture_output=True).returncode == 0


def test_an_unknown_shell_is_exit_code_2(place):
    assert run("completion", "tcsh", cwd=place).returncode == 2
