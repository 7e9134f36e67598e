"""Where the login's own pages are, and how long things live; public origins come from the redirect URI."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from ringback.client.server_url import LOOPBACK_HOSTS
from ringback.oauth.errors import ConfigurationError

DAY = 86_400.0
_DEFAULT_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True)
class LoginSettings:
    """`redirect_uri` is registered at RingCentral byte for byte; its path is the callback's.

    `login_path` begins a login, `logout_path` ends one; `after_login` and `after_logout` are paths of the app
    to go on at. Lifetimes in seconds: `session_lifetime` of a browser that is logged in (a refresh token's
    own 7 days, contract 5.2), `visitor_lifetime` of one that is logging in.

    Raises ConfigurationError for a redirect URI that no web app can answer.
    """

    redirect_uri: str
    login_path: str = "/login"
    logout_path: str = "/logout"
    after_login: str = "/"
    after_logout: str = "/"
    session_lifetime: float = 7 * DAY
    visitor_lifetime: float = 1200.0

    def __post_init__(self) -> None:
        try:
            usable = self._parts.port != 0
        except ValueError:
            usable = False
        text = self.redirect_uri
        if (
            not usable
            or self._parts.scheme not in _DEFAULT_PORT
            or not self._parts.hostname
            or self._parts.username is not None
            or self._parts.fragment
            or not (text.isascii() and text.isprintable())
            or " " in text
        ):
            raise ConfigurationError(
                "RC_REDIRECT_URL is not an address a web app can answer",
                remedy="Set it to something like http://localhost:5000/oauth2callback.",
            )
        paths = (self.login_path, self.logout_path, self.after_login, self.after_logout)
        if not all(is_own_path(path) for path in paths):
            raise ConfigurationError("A path of the login's settings does not begin with one '/'")
        if self.callback_path in (self.login_path, self.logout_path):
            raise ConfigurationError(f"RC_REDIRECT_URL uses the path {self.callback_path}, which is taken")

    @cached_property
    def _parts(self) -> SplitResult:
        try:
            return urlsplit(self.redirect_uri)
        except ValueError:
            return SplitResult("", "", "", "", "")

    @property
    def secure(self) -> bool:
        """True when the app is reached over https."""
        return self._parts.scheme == "https"

    @property
    def callback_path(self) -> str:
        """The path of the redirect URI."""
        return self._parts.path or "/"

    @property
    def host(self) -> str:
        """The Host header browsers send for the app's origin: lower case, default port left out."""
        name = self._parts.hostname or ""
        return self._with_port(f"[{name}]" if ":" in name else name)

    @property
    def origin(self) -> str:
        """The app's origin, as browsers write it."""
        return f"{self._parts.scheme}://{self.host}"

    @cached_property
    def aliases(self) -> frozenset[str]:
        """Other spellings of an origin on this machine; a browser is led from them to the one that counts."""
        names = {self._with_port(f"[{name}]" if ":" in name else name) for name in LOOPBACK_HOSTS}
        return frozenset(names - {self.host}) if self.host in names else frozenset()

    @property
    def cookie_name(self) -> str:
        """`__Host-` binds the cookie to https and this host; on http the port keeps neighbours apart."""
        port = self._parts.port or _DEFAULT_PORT[self._parts.scheme]
        return "__Host-ringback" if self.secure else f"ringback-{port}"

    def _with_port(self, name: str) -> str:
        port = self._parts.port or _DEFAULT_PORT[self._parts.scheme]
        return name if port == _DEFAULT_PORT[self._parts.scheme] else f"{name}:{port}"


def is_own_path(path: object) -> bool:
    """Is this a path of the app itself, which no browser takes for another site's address?"""
    return (
        isinstance(path, str)
        and len(path) <= 512
        and path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isascii()
        and path.isprintable()
        and " " not in path
        and "\\" not in path
    )
