"""Two hosts: processes in two network namespaces share a PostgreSQL or Redis that is on neither of them.

Each namespace is a machine as far as the network goes: its own interface, addresses and loopback. Where the
kernel does not allow them, the processes use two loopback addresses, and the figures say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from .crowd import Host, Size, crowd
from .ground import Ground
from .platform import running_platform
from .results import Result
from .stores import store

_NET = "10.213.77"
_MIDDLE = f"{_NET}.1"


def run(name: str, size: Size) -> Result:
    """A crowd, half of it on each host."""
    result = Result("hosts", name)
    with ExitStack() as stack:
        hosts = stack.enter_context(_two_hosts(result))
        address = _MIDDLE if hosts else "0.0.0.0"
        place = stack.enter_context(store(name, host=address))
        platform = stack.enter_context(running_platform(size.users + 20, host="0.0.0.0"))
        port = urlsplit(platform.base_url).port
        ground = Ground(platform, place)
        assert place.server is not None
        if hosts:
            relays = ((port, (_MIDDLE, port)),)
            places = [Host(command, place.server.url_at(_MIDDLE), relays) for command in hosts]
        else:
            place.url = place.server.url_at("127.0.0.1")
            places = [Host((), place.server.url_at(address)) for address in ("127.0.0.1", "127.0.0.2")]
        with ground.client() as rc:
            user_ids = ground.log_in(rc, size.users)
        return crowd(result, ground, user_ids, places * (size.processes // 2), size)


@contextmanager
def _two_hosts(result: Result) -> Iterator[list[tuple[str, ...]]]:
    """The commands that start a program on each of two hosts; none where there are no namespaces."""
    names = [f"ringback-{os.getpid()}-{side}" for side in ("a", "b")]
    bridge = f"rb{os.getpid()}"[:14]
    try:
        try:
            _make(names, bridge)
        except (OSError, subprocess.CalledProcessError):
            result.figures["hosts"] = "two loopback addresses (no network namespaces here)"
            yield []
        else:
            result.figures["hosts"] = "two network namespaces"
            yield [("ip", "netns", "exec", name) for name in names]
    finally:
        for name in names:
            _ip("netns", "del", name, check=False)
        _ip("link", "del", bridge, check=False)


def _make(names: list[str], bridge: str) -> None:
    if os.geteuid() != 0:
        raise PermissionError("network namespaces are root's to make")
    _ip("link", "add", bridge, "type", "bridge")
    _ip("addr", "add", f"{_MIDDLE}/24", "dev", bridge)
    _ip("link", "set", bridge, "up")
    for number, name in enumerate(names, start=2):
        here, there = f"{bridge}{number}"[-15:], "eth0"
        _ip("netns", "add", name)
        _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        _ip("link", "set", here, "master", bridge, "up")
        inside = ("netns", "exec", name, "ip")
        _ip(*inside, "addr", "add", f"{_NET}.{number}/24", "dev", there)
        _ip(*inside, "link", "set", there, "up")
        _ip(*inside, "link", "set", "lo", "up")


def _ip(*arguments: str, check: bool = True) -> None:
    program = shutil.which("ip")
    if program is None:
        if check:
            raise FileNotFoundError("there is no ip command")
        return
    subprocess.run([program, *arguments], check=check, stderr=subprocess.DEVNULL)
