"""A terminal of its own for a command: a tmux pane of a given size, what is on it, and keys to press."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

_LOOK_SECONDS = 0.1


class Pane:
    """A shell in a tmux server of its own, which has nothing to do with the user's. Close it."""

    def __init__(self, width, height, *, cwd, env):
        tmux = shutil.which("tmux")
        if tmux is None:
            pytest.skip("tmux is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="ringback-pane-"))
        self._tmux = [tmux, "-u", "-S", str(self.folder / "tmux"), "-f", "/dev/null"]
        (self.folder / "rc").write_text("PS1='$ '\nPS2='> '\nbind 'set bell-style none'\n")
        shell = f"bash --noprofile --rcfile {self.folder / 'rc'} -i"
        plain = {name: value for name, value in env.items() if name not in ("TMUX", "COLUMNS", "LINES")}
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", str(width), "-y", str(height), shell],
            cwd=cwd,
            env=plain | {"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"},
            check=True,
        )
        self.wait_for(r"^\$$")

    def close(self):
        """End the shell, and all that runs in it."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, text):
        """Type some text."""
        subprocess.run([*self._tmux, "send-keys", "-l", "--", text], check=True)

    def press(self, key):
        """Press a key by tmux's name: `C-c`, `Enter`, `Tab`."""
        subprocess.run([*self._tmux, "send-keys", key], check=True)

    def type(self, line):
        """Type a line and press Enter."""
        self.write(line)
        self.press("Enter")

    def clear(self):
        """An empty screen, with nothing above it."""
        self.press("C-l")
        subprocess.run([*self._tmux, "clear-history"], check=True)

    def lines(self, *, above=False, whole=False, colours=False):
        """The lines on the screen, without blanks at their ends.

        `above`: also those that have scrolled by. `whole`: lines that the terminal has wrapped are one.
        """
        options = [*(["-S", "-"] if above else []), *(["-J"] if whole else []), *(["-e"] if colours else [])]
        told = subprocess.run([*self._tmux, "capture-pane", "-p", *options], capture_output=True, text=True)
        return [line.rstrip() for line in told.stdout.splitlines()]

    def shows_its_cursor(self):
        """Is the cursor there again?"""
        told = [*self._tmux, "display-message", "-p", "#{cursor_flag}"]
        return subprocess.run(told, capture_output=True, text=True).stdout.strip() == "1"

    def sees(self, pattern, *, above=False):
        """The match of the first line that has it, wrapped or not; None when there is none."""
        found = (re.search(pattern, line) for line in self.lines(above=above, whole=True))
        return next((one for one in found if one), None)

    def wait_for(self, pattern, seconds=60, *, above=False):
        """The match, once a line has it. AssertionError with the screen when it does not come."""
        until, pause = time.monotonic() + seconds, threading.Event()
        while not (found := self.sees(pattern, above=above)):
            if time.monotonic() > until:
                raise AssertionError(f"no {pattern!r} on the screen:\n" + "\n".join(self.lines(above=above)))
            pause.wait(_LOOK_SECONDS)
        return found


def with_ringback(env, folder):
    """An environment in which `ringback` is the command under test; `folder` gets a script of that name."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    script = bin_folder / "ringback"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ringback "$@"\n')
    script.chmod(0o755)
    return env | {"PATH": f"{bin_folder}{os.pathsep}{env['PATH']}"}
