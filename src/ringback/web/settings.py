"""What the web app is told before it starts: its own address, its cookie, how long things live."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from ringback import ConfigurationError

from .deployment import Deployment

_DEFAULT_PORT = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
OWN_PATHS = ("/", "/test", "/logout", "/calls", "/session", "/session/browsers", "/healthz", "/readyz")
DAY = 86_400.0


@dataclass(frozen=True)
class TryUser:
    """A seeded user of the local platform, shown on the login page: the stated exception for passwords."""

    name: str
    username: str
    password: str = field(repr=False)
    extension_number: str = ""
    admin: bool = False


@dataclass(frozen=True)
class WebSettings:
    """The public face of the app, all of it derived from the redirect URI, never from a request.

    `redirect_uri` is registered at RingCentral byte for byte. `extra_hosts` are further values of the Host
    header to answer (`host` or `host:port`), say the name a load balancer probes. Lifetimes in seconds:
    `session_lifetime` of a logged-in browser (default: a refresh token's own 7 days, contract 5.2),
    `visitor_lifetime` of one that has not logged in yet: twice a login's ten minutes, so that every login
    begun in its first half can be finished; after that, the next visit gets a new one. `deployment` is what
    the app is told of where it runs.

    Raises ConfigurationError when the redirect URI cannot be served.
    """

    redirect_uri: str
    extra_hosts: tuple[str, ...] = ()
    session_lifetime: float = 7 * DAY
    visitor_lifetime: float = 1200.0
    deployment: Deployment = field(default_factory=Deployment)

    def __post_init__(self) -> None:
        parts = self._parts
        try:
            port_ok = parts.port != 0
        except ValueError:
            port_ok = False
        if (
            parts.scheme not in _DEFAULT_PORT
            or not parts.hostname
            or not port_ok
            or parts.username is not None
            or parts.fragment
            or not self.redirect_uri.isascii()
            or not self.redirect_uri.isprintable()
            or " " in self.redirect_uri
        ):
            raise ConfigurationError(
                "RC_REDIRECT_URL is not an address this app can answer",
                remedy="Set it to something like http://localhost:5000/oauth2callback.",
            )
        if self.callback_path in OWN_PATHS or self.callback_path.startswith(("/static/", "/bootstrap/")):
            raise ConfigurationError(
                f"RC_REDIRECT_URL uses the path {self.callback_path}, which the web app needs itself",
                remedy="Use the path /oauth2callback.",
            )
        if any(c in self.callback_path for c in "<>%\\"):
            raise ConfigurationError(
                "RC_REDIRECT_URL has a path with characters the web app cannot route",
                remedy="Use the path /oauth2callback.",
            )

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
    def port(self) -> int:
        """The public port."""
        return self._parts.port or _DEFAULT_PORT[self._parts.scheme]

    @property
    def host(self) -> str:
        """The Host header browsers send for our origin: lower case, default port left out."""
        name = self._parts.hostname or ""
        return self._with_port(f"[{name}]" if ":" in name else name)

    @property
    def origin(self) -> str:
        """Our origin, as browsers write it in `Origin`."""
        return f"{self._parts.scheme}://{self.host}"

    @property
    def callback_path(self) -> str:
        """The path of the redirect URI."""
        return self._parts.path or "/"

    @cached_property
    def allowed_hosts(self) -> frozenset[str]:
        """Every Host header that is answered as our own."""
        return frozenset({self.host, *(host.lower() for host in self.extra_hosts)})

    @cached_property
    def aliases(self) -> frozenset[str]:
        """Other spellings of a loopback origin; they are redirected to it, so that the cookie is found."""
        names = {self._with_port(name) for name in _LOOPBACK}
        return frozenset(names - self.allowed_hosts) if self.host in names else frozenset()

    @property
    def cookie_name(self) -> str:
        """`__Host-` binds the cookie to https and this host; on http the port keeps neighbours apart."""
        return "__Host-ringback" if self.secure else f"ringback-{self.port}"

    def _with_port(self, name: str) -> str:
        return name if self.port == _DEFAULT_PORT[self._parts.scheme] else f"{name}:{self.port}"
