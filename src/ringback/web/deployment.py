"""What the web app is told about where it runs: proxies, its log, its share of logins, archives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringback import ConfigurationError

from .proxies import TrustedProxies

NAMES = {
    "trusted_proxies": "RINGBACK_TRUSTED_PROXIES",
    "proxy_headers": "RINGBACK_PROXY_HEADERS",
    "log_format": "RINGBACK_LOG_FORMAT",
    "logins_per_address": "RINGBACK_LOGINS_PER_ADDRESS",
    "archives": "RINGBACK_ARCHIVE",
}
"""Setting -> its name in the environment."""

LOGINS_PER_ADDRESS = 60
"""Login pages that one address may open in a minute: an office behind one address is many people."""

_MOST = 100_000


@dataclass(frozen=True)
class Deployment:
    """`trusted_proxies` are believed about addresses, scheme and host. `log_format`: text or json.
    `logins_per_address`: how many logins one address may begin in a minute; all together 20 times as many,
    in each process. `archives`: where the archives are that the call pages read; a
    URL may hold a password.
    """

    trusted_proxies: TrustedProxies = field(default_factory=TrustedProxies)
    log_format: str = "text"
    logins_per_address: int = LOGINS_PER_ADDRESS
    archives: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Deployment:
        """What these names and values say. Raises ConfigurationError, which names what is wrong."""
        told = {setting: environment.get(name, "").strip() for setting, name in NAMES.items()}
        log_format = told["log_format"].lower() or "text"
        if log_format not in ("text", "json"):
            raise ConfigurationError(
                f"RINGBACK_LOG_FORMAT is {log_format[:40]!r}", remedy="Use text or json."
            )
        return cls(
            TrustedProxies.of(told["trusted_proxies"], told["proxy_headers"]),
            log_format,
            _count(told["logins_per_address"]),
            tuple(one.strip() for one in told["archives"].split(",") if one.strip()),
        )


def _count(text: str) -> int:
    if not text:
        return LOGINS_PER_ADDRESS
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST and len(text) < 9):
        raise ConfigurationError(
            f"RINGBACK_LOGINS_PER_ADDRESS is {text[:40]!r}", remedy=f"Use a number from 1 to {_MOST:,}."
        )
    return int(text)
