"""Listening sockets: bound before anything starts, so that a busy port is known at once."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from .failures import port_failure

LOOPBACK = "localhost"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Listening:
    """Bound sockets (one for each address family) and the port they share."""

    sockets: list[socket.socket]
    port: int

    def close(self) -> None:
        """Give the port back."""
        for one in self.sockets:
            one.close()


def listen(host: str, port: int, option: str) -> Listening:
    """Bind `port` (0: a free one) on `host`; `localhost` is bound as 127.0.0.1 and, where there is IPv6, ::1.

    Raises Failure, naming `option`, when the port cannot be had.
    """
    if host != LOOPBACK:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            one = _bind(family, host, port)
        except OSError as error:
            raise port_failure(error, port, option) from None
        return Listening([one], one.getsockname()[1])
    for _ in range(_TRIES):
        try:
            return _listen_on_loopback(port)
        except OSError as error:
            if port == 0 and error.errno == errno.EADDRINUSE:
                continue  # free on one family and taken on the other: ask for another one
            raise port_failure(error, port, option) from None
    raise port_failure(OSError(errno.EADDRINUSE, "in use"), port, option)


def _listen_on_loopback(port: int) -> Listening:
    first = _bind(socket.AF_INET, "127.0.0.1", port)
    chosen = first.getsockname()[1]
    try:
        return Listening([first, _bind(socket.AF_INET6, "::1", chosen)], chosen)
    except OSError as error:
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT):
            return Listening([first], chosen)  # a machine without IPv6
        first.close()
        raise


def _bind(family: int, host: str, port: int) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((host, port))
        # Listening at once: another program that has bound the port too shows up here, not later.
        one.listen(256)
    except OSError:
        one.close()
        raise
    return one
