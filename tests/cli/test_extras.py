"""A base install without the extras: each command says what to install."""

import subprocess
import sys

import pytest
from running import environment

# A process in which some packages cannot be found, as if they had never been installed.
WITHOUT = """
import sys
from importlib.machinery import PathFinder
missing = set(sys.argv[1].split(","))
class Missing(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in missing else PathFinder.find_spec(name, path, target)
sys.meta_path = [finder for finder in sys.meta_path if finder is not PathFinder] + [Missing]
sys.argv = ["ringback", *sys.argv[2:]]
from ringback.cli import main
main()
"""


def run_without(missing, *arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, missing, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize(
    ("missing", "command", "extra"),
    [
        ("flask", "demo", "cli,web"),
        ("starlette", "demo", "cli,platform"),
        ("flask,starlette", "demo", "cli,web,platform"),
        ("waitress", "web", "cli,web"),
        ("uvicorn", "platform", "cli,platform"),
        ("click", "demo", "cli"),
    ],
)
def test_a_missing_extra_is_one_clear_line(tmp_path, missing, command, extra):
    result = run_without(missing, command, cwd=tmp_path)
    assert result.returncode in (1, 2)
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert f"pip install 'ringback[{extra}]'" in result.stderr


@pytest.mark.parametrize("command", ["doctor", "login", "whoami", "logout"])
def test_the_commands_of_the_client_need_no_more_than_the_command_line(tmp_path, command, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    result = run_without("flask,starlette,waitress,uvicorn,jinja2,sqlalchemy,redis", command, cwd=tmp_path)
    assert result.returncode == 1
    assert "RC_SERVER_URL is not set" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_the_client_needs_no_extra(tmp_path):
    code = "from ringback import RingCentral, LoginRequired; print(RingCentral.__name__)"
    missing = "flask,starlette,click,waitress,uvicorn,jinja2,sqlalchemy,redis"
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT.partition("sys.argv = ")[0] + code, missing],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.stdout == "RingCentral\n", result.stderr


def test_an_archive_without_its_extra_is_one_clear_line(tmp_path):
    code = """
from ringback.archive import ArchiveError, open_archive
try:
    open_archive("calls.duckdb")
except ArchiveError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT.partition("sys.argv = ")[0] + code, "duckdb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "pip install 'ringback[archive]'" in result.stdout, result.stderr
    assert not list(tmp_path.iterdir())


def test_the_command_line_imports_nothing_heavy(tmp_path):
    code = """
import ringback.cli.app, ringback.archive
print([name for name in ("duckdb", "xlsxwriter", "rich", "flask", "starlette") if name in sys.modules])
"""
    result = subprocess.run(
        [sys.executable, "-c", "import sys\n" + code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout == "[]\n", result.stderr


def test_an_archive_on_a_server_says_which_extra_it_needs(tmp_path):
    code = """
from ringback.archive import ArchiveError, open_archive
try:
    open_archive("postgresql://me:secret@localhost/calls")
except ArchiveError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT.partition("sys.argv = ")[0] + code, "sqlalchemy"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "pip install 'ringback[archive,postgres]'" in result.stdout, result.stderr
