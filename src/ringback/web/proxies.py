"""Reverse proxies in front of the app: which peers are believed about the browser behind them.

A peer that is not trusted says nothing: what it sends of these headers is taken off before anything reads it.
From a trusted one come the browser's address, scheme and host, by X-Forwarded-For, -Proto and -Host or by
RFC 7239 Forwarded: one of the two families, as configured, because a proxy that writes the one passes on what
browsers send of the other.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.http import parse_list_header

from ringback import ConfigurationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Family = Literal["x-forwarded", "forwarded"]

VIA_PROXY = "ringback.via_proxy"
"""In a request's environ: True when a trusted proxy brought it."""

TOLD_SCHEME = "ringback.told_scheme"
"""In a request's environ: the scheme that the browser used, as a trusted proxy says; '' when none does."""

_FAMILIES = ("x-forwarded", "forwarded")
_X_FORWARDED = ("FOR", "PROTO", "HOST")
_TAKEN_OFF = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_TRUE_CLIENT_IP")
_MOST_HOPS = 20
_UNIX = "unix"


@dataclass(frozen=True, slots=True)
class Told:
    """What trusted proxies say of a request: the browser's address, the scheme it used and the host it asked
    for; each is '' where they say nothing of it.
    """

    address: str
    scheme: str
    host: str


@dataclass(frozen=True)
class TrustedProxies:
    """Addresses and networks of reverse proxies; `unix` for one that comes by a Unix socket."""

    networks: tuple[Network, ...] = ()
    unix: bool = False
    family: Family = "x-forwarded"

    @classmethod
    def of(cls, addresses: str, family: str) -> TrustedProxies:
        """From RINGBACK_TRUSTED_PROXIES, comma-separated, and RINGBACK_PROXY_HEADERS; '' is the default.

        Raises ConfigurationError for what is no address, for a network that is everybody, and for another
        family of headers.
        """
        words = [word.strip() for word in addresses.split(",") if word.strip()]
        networks = tuple(_network(word) for word in words if word.lower() != _UNIX)
        family = family.strip().lower() or "x-forwarded"
        if family not in _FAMILIES:
            raise ConfigurationError(
                f"RINGBACK_PROXY_HEADERS is {family[:40]!r}, which is no family of headers",
                remedy="Use x-forwarded (X-Forwarded-For, -Proto, -Host) or forwarded (RFC 7239).",
            )
        return cls(networks, len(networks) < len(words), family)  # type: ignore[arg-type]  # checked above

    def __bool__(self) -> bool:
        return bool(self.networks) or self.unix

    def trusts(self, peer: str) -> bool:
        """Is this address, or '' for a Unix socket, one of a trusted proxy?"""
        if not peer:
            return self.unix
        address = address_of(peer)
        return address is not None and any(address in network for network in self.networks)

    def told(self, peer: str, headers: dict[str, str]) -> Told:
        """What is known of the browser behind `peer`, a trusted proxy, whose `headers` are these (by the
        names of WSGI). Read from the nearest proxy on, as far as those are trusted that have written.
        """
        if self.family == "forwarded":
            hops = [_element(text) for text in parse_list_header(headers.get("HTTP_FORWARDED", ""))]
        else:
            hops = _hops_of_x_forwarded(headers)
        known = Told(peer, "", "")
        for hop in reversed(hops[-_MOST_HOPS:]):
            address = address_of(hop.get("for", ""))
            # A name that hides the address ("unknown", "_hidden") ends the way there.
            known = Told(str(address) if address else "", hop.get("proto", ""), hop.get("host", ""))
            if address is None or not self.trusts(str(address)):
                break
        return known


class BehindProxies:
    """A WSGI application whose requests come from whom trusted proxies say, and from the peer otherwise."""

    def __init__(self, app: Callable[..., Iterable[bytes]], trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, after the environ has been set right."""
        names = [name for name in environ if name.startswith("HTTP_X_FORWARDED") or name in _TAKEN_OFF]
        headers = {name: str(environ.pop(name)) for name in names}
        peer = str(environ.get("REMOTE_ADDR") or "")
        environ[VIA_PROXY] = self._trusted.trusts(peer)
        environ[TOLD_SCHEME] = ""
        if environ[VIA_PROXY]:
            told = self._trusted.told(peer, headers)
            environ["REMOTE_ADDR"] = told.address
            if told.scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = environ[TOLD_SCHEME] = told.scheme
            if told.host:
                environ["HTTP_HOST"] = told.host
        return self._app(environ, start_response)


def address_of(text: str) -> Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]:5678`, or None."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def peer_of(address: str) -> str:
    """Who counts as one peer: an IPv4 address, or the first 64 bits of an IPv6 one (a host may fill them)."""
    found = address_of(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found) if found else ""


def is_this_machine(address: str) -> bool:
    """Is it a loopback address, or a Unix socket's ('')?"""
    found = address_of(address)
    return found.is_loopback if found else not address


def _network(word: str) -> Network:
    try:
        network = ipaddress.ip_network(word)
    except ValueError:
        raise ConfigurationError(
            f"RINGBACK_TRUSTED_PROXIES: {word[:60]!r} is no address and no network",
            remedy="Separate them by commas, for example 127.0.0.1,10.1.0.0/16; unix is a Unix socket.",
        ) from None
    if network.prefixlen == 0:
        raise ConfigurationError(
            f"RINGBACK_TRUSTED_PROXIES: {word} would trust everybody",
            remedy="Name the addresses that your proxies connect from.",
        )
    return network


def _hops_of_x_forwarded(headers: dict[str, str]) -> list[dict[str, str]]:
    """One hop for each address. Scheme and host belong to the hops from the last one backwards; most proxies
    overwrite these two and append the address, and then the one value is the browser's own.
    """
    addresses, schemes, hosts = (
        [one.strip() for one in headers.get(f"HTTP_X_FORWARDED_{name}", "").split(",") if one.strip()]
        for name in _X_FORWARDED
    )
    hops = []
    for back in range(max(1, len(addresses)), 0, -1):
        hop = {"for": _from_behind(addresses, back)}
        hop["proto"] = _from_behind(schemes, back).lower()
        hop["host"] = _from_behind(hosts, back)
        hops.append(hop)
    return hops


def _from_behind(values: list[str], back: int) -> str:
    return values[-min(back, len(values))] if values else ""


def _element(text: str) -> dict[str, str]:
    """One element of Forwarded, `for=192.0.2.43;proto=https;host=example.com`."""
    pairs = (pair.partition("=") for pair in text.split(";"))
    found = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
    if "proto" in found:
        found["proto"] = found["proto"].lower()
    return {name: value for name, value in found.items() if value}
