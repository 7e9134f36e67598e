"""A relay from a port of this loopback address to another host: how a network namespace reaches a service.

Ringback speaks plain http to its own machine only; in a namespace of its own, the platform is on another.
"""

from __future__ import annotations

import contextlib
import socket
import threading


def relay_to(port: int, address: tuple[str, int] | list) -> None:
    """Pass on every connection to this port of 127.0.0.1, in threads, until the process ends."""
    # Several processes of one host may offer the same relay; the kernel shares the connections out.
    listening = socket.create_server(("127.0.0.1", port), backlog=256, reuse_port=True)
    threading.Thread(target=_accept, args=(listening, tuple(address)), daemon=True).start()


def _accept(listening: socket.socket, address: tuple[str, int]) -> None:
    while True:
        near, _ = listening.accept()
        far = socket.create_connection(address)
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
