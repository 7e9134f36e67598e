"""Named switches for what RingCentral's own sources disagree on (contract 16), each with a default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ringback.platform.state import State, Table


@dataclass(frozen=True, slots=True)
class Quirk:
    """One switch: its values, the default first, and what it decides."""

    name: str
    values: tuple[str, ...]
    decides: str

    @property
    def default(self) -> str:
        return self.values[0]


_ALL = (
    Quirk("token-error-status", ("400", "table"), "HTTP status of token and revoke refusals"),
    Quirk("authorize-error-status", ("403", "400"), "HTTP status of OAU-101, 109 and 113 on authorize"),
    Quirk(
        "access-token-life", ("3600", "7199", "86400"), "seconds an access token lives when nothing is asked"
    ),
    Quirk("refresh-ttl-max", ("2592000", "604800"), "longest life of a refresh token in seconds"),
    Quirk("per-page-detailed", ("1000", "250"), "most call log records a page in the Detailed view"),
    Quirk("refresh-grace", ("grace", "strict"), "may an answered refresh token be presented again"),
    Quirk("refresh-after-expiry", ("yes", "no"), "may one refresh after the access token ran out"),
    Quirk("fsync-date-from", ("history", "now"), "where a full sync begins without dateFrom"),
    Quirk("pkce-method-absent", ("plain", "refused"), "a code challenge without a method"),
    Quirk("redirect-uri-at-authorize", ("when-several", "always"), "when redirect_uri must be sent"),
    Quirk("auth-limit-unit", ("app", "user-app", "account"), "whose budget a token request spends"),
    Quirk("rate-group-case", ("lower", "capital"), "case of the X-Rate-Limit-Group header"),
    Quirk("active-calls-queries", ("honoured", "dropped"), "are filters of active calls honoured"),
    Quirk("simple-transport", ("absent", "present"), "transport and billing in the Simple view"),
    Quirk(
        "company-permission-name",
        ("ReadCompanyCallLog", "FullCompanyCallLog"),
        "how CMN-408 names the permission for the company call log",
    ),
    Quirk("graduation-errors", ("4xx", "authentication"), "which errors count against graduation"),
)
QUIRKS: Mapping[str, Quirk] = {quirk.name: quirk for quirk in _ALL}


def parse_quirks(pairs: Iterable[str]) -> dict[str, str]:
    """Quirks as the command line gives them: NAME=VALUE. ValueError names what exists."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"a quirk is NAME=VALUE, not {pair}")
        check(name.strip(), value.strip())
        found[name.strip()] = value.strip()
    return found


def check(name: str, value: str) -> None:
    """Raise ValueError, saying what there is, unless the quirk has this value."""
    quirk = QUIRKS.get(name)
    if quirk is None:
        raise ValueError(f"there is no quirk {name}; there are: {', '.join(QUIRKS)}")
    if value not in quirk.values:
        raise ValueError(f"{name} is {' or '.join(quirk.values)}, not {value}")


class Quirks:
    """The switches of one world: the defaults, what it was started with, and what was switched since."""

    def __init__(self, state: State, started_with: Mapping[str, str]) -> None:
        for name, value in started_with.items():
            check(name, value)
        self._started_with = {**{quirk.name: quirk.default for quirk in _ALL}, **started_with}
        self._switched: Table[str] = state.table("quirks", str)
        self._values: dict[str, str] = {}
        state.on_load(self._combine)
        self._combine()

    def value(self, name: str) -> str:
        """The value in force. KeyError for a quirk that does not exist."""
        return self._values[name]

    def all(self) -> dict[str, str]:
        """Every quirk with its value in force."""
        return dict(self._values)

    def switch(self, name: str, value: str) -> None:
        """Give a quirk another value. ValueError for what does not exist."""
        check(name, value)
        self._switched[name] = value
        self._combine()

    def _combine(self) -> None:
        self._values = {**self._started_with, **self._switched}
