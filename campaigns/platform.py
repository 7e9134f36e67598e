"""The local platform of a campaign, in a process of its own, with many users; with rate limits when told to.

As a program (`python -m campaigns.platform EMPLOYEES HOST [REDIRECT_URI [LIMITS]]`): prints one line of JSON,
and ends when its standard input does.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Platform:
    """A running platform: `base_url`, its first `app`, who can log in; `people`: their ids and names."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.base_url: str = told["server"]
        self.app: dict[str, Any] = told["app"]
        self.people: dict[str, list[str]] = told["people"]
        self.usernames = list(self.people)

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, seconds: float = 30.0
    ) -> Any:
        """The answer of one of its controls, under /_local."""
        request = urllib.request.Request(
            f"{self.base_url}/_local/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def advance(self, seconds: float) -> None:
        """Move its clock on."""
        self.ask("POST", "clock", {"advance": seconds})

    def callback(self, url: str, username: str) -> str:
        """The callback URL of a login that this user carries out. Many at once take their time."""
        told = {"url": url, "username": username}
        return self.ask("POST", "login", told, seconds=300.0)["location"]

    def refreshes(self) -> list[dict[str, Any]]:
        """The refreshes in its journal, which keeps the newest 10,000 requests."""
        entries = self.ask("GET", "journal")["entries"]
        return [entry for entry in entries if entry["grantType"] == "refresh_token"]

    def forget(self) -> None:
        """Empty its journal, and take all faults away."""
        self.ask("DELETE", "journal")
        self.ask("DELETE", "faults")


@contextmanager
def running_platform(
    employees: int, host: str = "127.0.0.1", redirect_uri: str = "", *, rate_limits: bool = False
) -> Iterator[Platform]:
    """A platform that ends with the block; `redirect_uri`: its first app's, if not the usual one."""
    limits = "limits" if rate_limits else ""
    command = [sys.executable, "-m", "campaigns.platform", str(employees), host, redirect_uri, limits]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("the local platform did not start")
            yield Platform(json.loads(line))
        finally:
            process.stdin.close()
            process.wait(20)


def main() -> None:
    """Serve until standard input ends."""
    from ringback.platform.controls.seed import seed_answer
    from ringback.platform.server import PlatformServer
    from ringback.platform.settings import PlatformSettings

    employees, host = int(sys.argv[1]), sys.argv[2]
    redirect_uri, limits = [*sys.argv[3:5], "", ""][:2]
    web = {"web_redirect_uri": redirect_uri} if redirect_uri else {}
    with socket.socket() as bound:
        bound.bind((host, 0))
        bound.listen(1024)
        base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        settings = PlatformSettings(base_url=base_url, rate_limits=bool(limits), employees=employees, **web)
        with PlatformServer(settings, [bound]) as server:
            world = server.worlds.home
            people = {
                one.email: [str(one.id), one.name] for one in world.company.extensions if one.can_log_in
            }
            told = {"server": base_url, "app": seed_answer(world)["apps"][0], "people": people}
            print(json.dumps(told), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()
