"""What every file of the repository owes its reader."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_file_says_in_its_first_line_what_it_is(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, "no docstring"
    assert path.read_text().count("\n") <= 400, "longer than 400 lines: it wants to be two"


def test_lock_files_hold_versions_and_hashes_and_no_address():
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text
        assert "-index-url" not in text


def test_no_secret_of_a_developer_and_no_asset_of_others_is_tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    names = listed.stdout.splitlines()
    assert not [name for name in names if Path(name).name == ".env" or name.endswith((".key", ".db"))]
    assert not [name for name in names if re.search(r"bootstrap|jquery|\.min\.(js|css)$|\.woff2?$", name)]
