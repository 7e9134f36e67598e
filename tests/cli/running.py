"""The `ringback` command as its users run it: a process of its own, watched until it says `ready`."""

import os
import signal
import subprocess
import sys

COMMAND = [sys.executable, "-m", "ringback"]
_SETTINGS = ("RC_", "RINGCENTRAL_", "RINGBACK_")


def environment(**more):
    """This process's environment without any Ringback setting, and what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return clean | {"PYTHONUNBUFFERED": "1"} | more


def run(*arguments, cwd, seconds=30, **env):
    """Run a command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=seconds,
    )


class Running:
    """A command that serves, from its ready line until it is stopped."""

    def __init__(self, *arguments, cwd, **env):
        self.lines = []
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=cwd,
            env=environment(**env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.origins = {}
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("ready "):
                self.origins = dict(word.split("=", 1) for word in line.split()[1:])
                return
        raise AssertionError("not ready: " + "".join(self.lines))

    def stop(self, number=signal.SIGINT):
        """Send a signal; (exit code, everything printed)."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.lines += self.process.stdout
        self.process.stdout.close()
        return self.process.wait(timeout=20), "".join(self.lines)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.stop()
