"""Listening sockets: bound before anything starts, so that a busy port is known at once."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import Any

from .failures import Failure, host_failure, port_failure

LOOPBACK = "localhost"
_TRIES = 20
# What `localhost` is, and the address of the same family that takes it in.
_LOOPBACKS = {"127.0.0.1": "0.0.0.0", "::1": "::"}  # noqa: S104 - compared, never bound from here
_NO_SUCH_FAMILY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)


@dataclass(frozen=True, slots=True)
class Listening:
    """Bound sockets (one for each address) and the port they share."""

    sockets: list[socket.socket]
    port: int

    def close(self) -> None:
        """Give the port back."""
        for one in self.sockets:
            one.close()


def listen(host: str, port: int, option: str) -> Listening:
    """Bind `port` (0: a free one) on `host`, and on localhost (127.0.0.1 and, where there is IPv6, ::1).

    What the commands print, and the platform's issuer, are at localhost: it answers whatever the host.
    Raises Failure, naming `option` when the port cannot be had, and `--host` when it is no address of ours.
    """
    asked = [] if host == LOOPBACK else _addresses(host)
    for _ in range(_TRIES):
        try:
            return _listen(host, asked, port)
        except OSError as error:
            if port == 0 and error.errno == errno.EADDRINUSE:
                continue  # free on one address and taken on another: ask for another one
            raise port_failure(error, port, option) from None
    raise port_failure(OSError(errno.EADDRINUSE, "in use"), port, option)


def listen_on(address: str, port: int) -> Listening:
    """Bind `port` on one address of this machine alone. Raises Failure."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return Listening([_bind(family, (address, port))], port)
    except OSError as error:
        raise port_failure(error, port, "another address") from None


def check_localhost() -> None:
    """Raise Failure on a machine that does not know `localhost`, at which everything is served."""
    try:
        socket.getaddrinfo(LOOPBACK, None)
    except OSError:
        raise Failure(
            "localhost does not resolve on this machine; add the line '127.0.0.1 localhost' to /etc/hosts"
        ) from None


def _addresses(host: str) -> list[tuple[int, tuple[Any, ...]]]:
    """Family and socket address of each address of `host`. Raises Failure when it has none."""
    if not host.strip():
        raise Failure("--host is empty; give an address of this machine, or leave it out for localhost")
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise host_failure(host) from None
    return list(dict.fromkeys((int(one[0]), one[4]) for one in found))


def _listen(host: str, asked: list[tuple[int, tuple[Any, ...]]], port: int) -> Listening:
    bound: list[socket.socket] = []
    try:
        for family, address in asked:
            try:
                bound.append(_bind(family, (address[0], port, *address[2:])))
            except OSError as error:
                if error.errno in _NO_SUCH_FAMILY:
                    raise host_failure(host) from None
                raise
            port = bound[0].getsockname()[1]
        held = {address[0] for _, address in asked}
        for loopback, everywhere in _LOOPBACKS.items():
            if loopback in held or everywhere in held:
                continue
            try:
                bound.append(_bind(socket.AF_INET6 if ":" in loopback else socket.AF_INET, (loopback, port)))
            except OSError as error:
                if not bound or error.errno not in _NO_SUCH_FAMILY:
                    raise
                continue  # a machine without IPv6
            port = bound[0].getsockname()[1]
    except BaseException:
        for one in bound:
            one.close()
        raise
    return Listening(bound, port)


def _bind(family: int, address: tuple[Any, ...]) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
        # Listening at once: another program that has bound the port too shows up here, not later.
        one.listen(256)
    except OSError:
        one.close()
        raise
    return one
