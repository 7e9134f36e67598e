"""pytest as a project of somebody else's runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

_SETTINGS = ("RC_", "RINGCENTRAL_", "RINGBACK_", "PYTEST_")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Put these files into the folder, which is a project: it has a pytest.ini, if an empty one."""
    for name, text in {"pytest.ini": "[pytest]\n", **files}.items():
        (folder / name).write_text(text)


def run_pytest(
    folder: Path, *arguments: str, plugins: tuple[str, ...] | None = ("ringback",)
) -> tuple[int, str]:
    """Run the project's tests: exit code, and everything printed.

    With the installed plugins of these names alone; None: with every one that is installed, as one has it.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    if plugins is not None:
        clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    loaded = [word for plugin in plugins or () for word in ("-p", plugin)]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *loaded, *arguments],
        cwd=folder,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    return result.returncode, result.stdout


def need_entry_point() -> None:
    """Skip where this checkout was installed before it had the plugin."""
    from importlib.metadata import entry_points

    if not [entry for entry in entry_points(group="pytest11") if entry.name == "ringback"]:
        pytest.skip("ringback's pytest plugin is not installed: pip install -e .")
