"""The local platform and the authorization servers beside it, each started as its users start it.

Each runs as a process pinned to the first core that this one may use; what loads it runs on the last.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from .form_login import authorize_url, code_of, log_in
from .worker import environment

ROOT = Path(__file__).parents[1]
NODE_PACKAGES = ROOT / ".peers" / "bench"
CHAINS = 8
DISCOVERY = "/.well-known/openid-configuration"
_PER_USER = 4
_SECONDS = 20
_LARGE = ("--employees", "2000", "--calls-per-day", "45000", "--days", "280")


@dataclass
class Server:
    """One that answers: `milliseconds` from its start to its first answer; `said` is its first line."""

    process: subprocess.Popen[str]
    port: int
    milliseconds: float
    said: dict[str, Any] = field(default_factory=dict)

    def resident_megabytes(self) -> float:
        """Its resident memory now, in MB (10^6 bytes)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError("the system does not say how much memory a process has")


@dataclass(frozen=True)
class Kind:
    """A server program and how one starts it. `why_not` says why it cannot be measured here."""

    name: str
    command: Sequence[str | Path]
    why_not: str | None = None

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Started and asked once; it ends with the block. RuntimeError when it does not answer."""
        started = time.perf_counter()
        with _on_first_core():
            process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**environment(), "NODE_ENV": "production"},
            )
        try:
            said = _first_line(process)
            if not said:
                raise RuntimeError(f"{self.name} did not start")
            _ask_once(said["port"])
            milliseconds = (time.perf_counter() - started) * 1000
            yield Server(process, said["port"], milliseconds, said)
        finally:
            process.stdin.close()
            process.terminate()
            process.wait(_SECONDS)
            process.stdout.close()


def ours(*options: str) -> Kind:
    """`ringback platform`, with ten million call records configured."""
    program = Path(sys.executable).parent / "ringback"
    return Kind(
        "Ringback",
        [program, "platform", "--platform-port", "0", "--rate-limits", "off", *_LARGE, *options],
    )


def fixed_answers() -> Kind:
    """What gives the same answer to everything: the load generator's own limit."""
    return Kind("fixed answers", [sys.executable, "-m", "benchmarks.fixed_answers"])


def peers(packages: Path = NODE_PACKAGES) -> list[Kind]:
    """The servers from npm; without node or the packages they say why they cannot be measured."""
    node = shutil.which("node")
    found = []
    for name, script in (("oidc-provider", "oidc_provider"), ("oauth2-mock-server", "oauth2_mock_server")):
        manifest = packages / "node_modules" / name / "package.json"
        if node is None or not manifest.exists():
            missing = "there is no node" if node is None else f"not in {packages.name}/node_modules"
            found.append(Kind(name, (), missing))
            continue
        version = json.loads(manifest.read_text())["version"]
        path = ROOT / "benchmarks" / "node" / f"{script}.mjs"
        found.append(Kind(f"{name} {version}", [node, path, packages, str(CHAINS)]))
    return found


def basic(client_id: str, secret: str) -> str:
    """An Authorization header."""
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


def refresh_chains(server: Server) -> list[dict[str, Any]]:
    """What the load generator needs to refresh at a peer, over and over."""
    said = server.said
    proof = basic(said["clientId"], said["clientSecret"])
    return [
        {"refresh": token, "path": said["path"], "authorization": proof} for token in said["refreshTokens"]
    ]


def our_logins(server: Server) -> list[dict[str, Any]]:
    """Logins at the local platform over its pages: token answers, each a session of its own."""
    base_url = f"http://localhost:{server.port}"
    seed = asked(server.port, "GET", "/_local/seed")
    app = seed["apps"][0]
    admins = [user for user in seed["users"] if user["admin"]]
    others = [user for user in seed["users"] if not user["admin"]]
    proof = basic(app["clientId"], app["clientSecret"])
    found = []
    for place in range(CHAINS):
        user = [*admins, *others][place // _PER_USER]
        given = {"server": base_url, "app": app}
        code = code_of(log_in(authorize_url(given), user, None))
        form = f"grant_type=authorization_code&code={code}&redirect_uri={quote(app['redirectUris'][0])}"
        answer = asked(server.port, "POST", "/restapi/oauth/token", form, proof)
        found.append({**answer, "proof": proof})
    return found


def our_chains(logins: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the load generator needs to refresh at ours."""
    return [
        {
            "refresh": login["refresh_token"],
            "path": "/restapi/oauth/token",
            "authorization": login["proof"],
        }
        for login in logins
    ]


def page_length(port: int, path: str, access_token: str) -> int:
    """How many records a page has."""
    return len(asked(port, "GET", path, proof=f"Bearer {access_token}")["records"])


def cores() -> tuple[int, int]:
    """The core for servers and the one for what loads them; the same where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


@contextmanager
def _on_first_core() -> Iterator[None]:
    """What is started inside stays on the first core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _first_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    """JSON, or the platform's `ready platform=URL`; warnings before it are passed over."""
    for line in process.stdout or ():
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
        if line.startswith("ready "):
            return {"port": urlsplit(line.partition("platform=")[2].split()[0]).port}
    return {}


def _ask_once(port: int) -> None:
    """The first request: its metadata, or whatever it answers to that."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", DISCOVERY)
        connection.getresponse().read()
    finally:
        connection.close()


def asked(port: int, method: str, path: str, form: str | None = None, proof: str | None = None) -> Any:
    """The JSON of an answer. RuntimeError for any that is not 200."""
    connection = http.client.HTTPConnection("localhost", port, timeout=_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    if proof is not None:
        headers["Authorization"] = proof
    try:
        connection.request(method, path, form, headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return json.loads(body)
