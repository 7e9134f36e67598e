"""waitress with what it lacks: a total time for one request to arrive, and a share for each peer."""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from ringback.web.proxies import TrustedProxies, is_this_machine, peer_of

REQUEST_SECONDS = 30.0
"""From a request's first byte until it must be complete."""

CONNECTIONS = 1000
"""Of everybody together; further ones wait to be accepted."""

PEER_CONNECTIONS = 200
"""Of one address, or of one IPv6 network (/64); a further one is closed."""

LOOPBACK_CONNECTIONS = 500
"""Of this machine, and of a trusted proxy: a reverse proxy stands for many."""


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that knows since when the request it is receiving has been coming."""

    began: float | None = None
    """When the first byte of the request now arriving came, in seconds since the epoch; None between two."""

    def received(self, data: bytes) -> bool:
        """Take bytes in. Blank lines before a request are no request, however many of them come."""
        before = self.request
        taken: bool = super().received(data)
        if before is not None and self.request is before:
            return taken  # the same one goes on
        blank = not data.strip() and (before is None or before.empty or not before.completed)
        if blank:
            self.began = self.began or self.last_activity
        else:
            self.began = None if self.request is None else self.last_activity
        return taken


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket."""

    channel_class = Channel
    trusted_proxies = TrustedProxies()
    _turned_away = 0

    def accept(self) -> tuple[Any, Any] | None:
        """The next connection; None when its peer has its share already (it is closed)."""
        accepted: tuple[Any, Any] | None = super().accept()
        if accepted is None or not self._has_its_share(accepted[1][0]):
            return accepted
        accepted[0].close()
        self._turned_away += 1
        return None

    def maintenance(self, now: float) -> None:
        """Close connections that are idle (waitress's own rule), and those whose request takes too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.began is not None and not channel.requests and channel.began < now - REQUEST_SECONDS:
                channel.will_close = True
        if self._turned_away:
            self.logger.warning(
                "%d connections were turned away: their addresses hold enough already", self._turned_away
            )
            self._turned_away = 0

    def _has_its_share(self, address: str) -> bool:
        peer = peer_of(address)
        held = sum(peer_of(channel.addr[0]) == peer for channel in self.active_channels.values())
        return held >= (LOOPBACK_CONNECTIONS if self._may_stand_for_many(address) else PEER_CONNECTIONS)

    def _may_stand_for_many(self, address: str) -> bool:
        return is_this_machine(address) or self.trusted_proxies.trusts(address)
