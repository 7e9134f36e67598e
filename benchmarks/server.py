"""The local platform over HTTPS on loopback, in a process of its own, with its rate limits off.

As a program (`python -m benchmarks.server CERTIFICATE KEY`): prints its base URL, and ends when its standard
input does.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .tls import Certificates

ROOT = Path(__file__).parents[1]


@contextmanager
def running_platform(certificates: Certificates) -> Iterator[dict[str, Any]]:
    """What a worker needs to know of it: {"server", "ca", "app", "user"}. It ends with the block."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.server",
        str(certificates.certificate),
        str(certificates.key),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            base_url = process.stdout.readline().strip()
            if not base_url:
                raise RuntimeError("the local platform did not start")
            tls = ssl.create_default_context(cafile=certificates.ca)
            with urllib.request.urlopen(f"{base_url}/_local/seed", context=tls, timeout=20) as answer:
                seed = json.load(answer)
            yield {
                "server": base_url,
                "ca": str(certificates.ca),
                "app": seed["apps"][0],
                "user": seed["users"][0],
            }
        finally:
            process.stdin.close()
            process.wait(10)


def main() -> None:
    """Serve until standard input ends."""
    from ringback.platform.server import PlatformServer
    from ringback.platform.settings import PlatformSettings

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(256)
        base_url = f"https://localhost:{bound.getsockname()[1]}"
        settings = PlatformSettings(base_url=base_url, rate_limits=False)
        with PlatformServer(settings, [bound], ssl_certfile=sys.argv[1], ssl_keyfile=sys.argv[2]):
            print(base_url, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()
