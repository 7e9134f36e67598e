"""Proxy headers: nothing without trust; with it the browser's address, scheme and host, and no spoofing."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest
from web_helpers import REDIRECT_URI, Platform

from ringback import ConfigurationError, RingCentral
from ringback.cli.listening import listen
from ringback.cli.web_server import WebServer
from ringback.web import WebSettings, create_app
from ringback.web.deployment import Deployment
from ringback.web.proxies import BehindProxies, TrustedProxies

PUBLIC = "https://calls.example.com/oauth2callback"
PROXY = "10.1.2.3"


def seen(trusted: str, peer: str, family: str = "", **headers: str) -> tuple[str, str, str]:
    """Address, scheme and host, as an application behind the middleware sees them."""
    told: dict[str, str] = {}

    def app(environ, start_response):
        told.update({name: value for name, value in environ.items() if isinstance(value, str)})
        return []

    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_HOST": "internal:8000",
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    BehindProxies(app, TrustedProxies.of(trusted, family))(environ, None)
    assert not [name for name in told if "FORWARDED" in name or "REAL_IP" in name], "passed on"
    return told["REMOTE_ADDR"], told["wsgi.url_scheme"], told["HTTP_HOST"]


UNTOUCHED = (PROXY, "http", "internal:8000")


@pytest.mark.parametrize("trusted", ["", "10.1.2.4", "192.168.0.0/16", "unix"])
def test_who_is_not_trusted_says_nothing(trusted):
    spoofed = {
        "x_forwarded_for": "6.6.6.6",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "calls.example.com",
        "x_real_ip": "6.6.6.6",
        "forwarded": "for=6.6.6.6;proto=https;host=calls.example.com",
    }
    assert seen(trusted, PROXY, **spoofed) == UNTOUCHED
    assert seen(trusted, PROXY, "forwarded", **spoofed) == UNTOUCHED


@pytest.mark.parametrize(
    ("peer", "addresses", "client"),
    [
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what the browser wrote itself does not count
        (PROXY, "6.6.6.6, 203.0.113.9, 10.1.0.1", "203.0.113.9"),  # two proxies of ours
        (PROXY, "10.1.0.9", "10.1.0.9"),  # everybody is ours: the farthest
        (PROXY, "203.0.113.9:41234", "203.0.113.9"),
        (PROXY, "[2001:db8::7]:41234", "2001:db8::7"),
        (PROXY, "2001:db8::7", "2001:db8::7"),
        (PROXY, "::ffff:203.0.113.9", "203.0.113.9"),
        (PROXY, "6.6.6.6, unknown", ""),
        (PROXY, "6.6.6.6, <script>", ""),
        ("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        (PROXY, ",".join(["6.6.6.6"] + ["10.1.0.1"] * 5000), "10.1.0.1"),
    ],
)
def test_the_nearest_address_that_is_not_ours_is_the_browsers(peer, addresses, client):
    assert seen("10.1.0.0/16,unix", peer, x_forwarded_for=addresses)[0] == client


def test_scheme_and_host_come_from_the_trusted_proxy_that_met_the_browser():
    told = {"x_forwarded_for": "203.0.113.9", "x_forwarded_proto": "https", "x_forwarded_host": "a.example"}
    assert seen(PROXY, PROXY, **told) == ("203.0.113.9", "https", "a.example")
    # The browser's own values stand left of what the proxy appended.
    spoofed = {"x_forwarded_proto": "http, https", "x_forwarded_host": "evil.example, a.example"}
    assert seen(PROXY, PROXY, **(told | spoofed)) == ("203.0.113.9", "https", "a.example")
    assert seen(PROXY, PROXY, **(told | {"x_forwarded_proto": "gopher"}))[1] == "http"
    assert seen(PROXY, PROXY) == ("", "http", "internal:8000")


def test_forwarded_of_rfc_7239_counts_when_it_is_the_family():
    value = 'for=6.6.6.6;host=evil.example, for="[2001:db8::7]:411";proto=HTTPS;host="a.example"'
    assert seen(PROXY, PROXY, "forwarded", forwarded=value) == ("2001:db8::7", "https", "a.example")
    both = {"forwarded": "for=6.6.6.6;proto=https", "x_forwarded_for": "203.0.113.9"}
    assert seen(PROXY, PROXY, **both)[:2] == ("203.0.113.9", "http")
    assert seen(PROXY, PROXY, "forwarded", **both)[:2] == ("6.6.6.6", "https")
    assert seen(PROXY, PROXY, "forwarded", forwarded="for=_hidden;proto=https")[0] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RINGBACK_TRUSTED_PROXIES", "proxy.internal"),
        ("RINGBACK_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("RINGBACK_TRUSTED_PROXIES", "127.0.0.1, *"),
        ("RINGBACK_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("RINGBACK_TRUSTED_PROXIES", "::/0"),
        ("RINGBACK_PROXY_HEADERS", "x-real-ip"),
        ("RINGBACK_LOG_FORMAT", "xml"),
        ("RINGBACK_LOGINS_PER_ADDRESS", "0"),
        ("RINGBACK_LOGINS_PER_ADDRESS", "many"),
        ("RINGBACK_LOGINS_PER_ADDRESS", "1" * 5000),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(name, value):
    with pytest.raises(ConfigurationError, match=name) as raised:
        Deployment.from_environment({name: value})
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


@pytest.fixture
def public(rc: RingCentral):
    """The app behind a proxy that ends TLS; requests come from it."""
    deployment = Deployment(TrustedProxies.of(PROXY, ""))
    app = create_app(rc, settings=WebSettings(PUBLIC, deployment=deployment))

    def get(path: str, peer: str = PROXY, **headers: str):
        return app.test_client().get(
            path,
            base_url="http://calls.example.com",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            environ_overrides={"REMOTE_ADDR": peer},
        )

    return get


def test_the_cookie_is_secure_whatever_the_headers_say(public):
    for told in ({}, {"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.9"}):
        answer = public("/", **told)
        assert answer.status_code == 200
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-ringback=")
        assert "Secure" in cookie


def test_plain_http_before_a_trusted_proxy_is_led_to_https(public):
    answer = public("/calls?scope=account", X_Forwarded_Proto="http")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://calls.example.com/calls?scope=account"
    assert "Set-Cookie" not in answer.headers
    refused = public("/oauth2callback?code=c&state=s", X_Forwarded_Proto="http")
    assert refused.status_code == 400
    assert "Location" not in refused.headers
    assert public("/", peer="10.9.9.9", X_Forwarded_Proto="http").status_code == 200  # nobody we know


def test_the_host_list_is_applied_to_the_host_that_the_proxy_tells(public):
    assert public("/", Host="internal:8000").status_code == 400
    assert public("/", Host="internal:8000", X_Forwarded_Host="calls.example.com").status_code == 200
    assert public("/", X_Forwarded_Host="evil.example").status_code == 400
    spoofed = {"Host": "internal:8000", "X_Forwarded_Host": "calls.example.com"}
    assert public("/", peer="10.9.9.9", **spoofed).status_code == 400


def test_probes_are_answered_at_any_host(public):
    assert public("/healthz", Host="10.0.0.7:8000").status_code == 200
    assert public("/readyz", Host="10.0.0.7:8000").status_code == 200
    assert public("/healthz", X_Forwarded_Proto="http").status_code == 200


@pytest.mark.parametrize(("trusted", "statuses"), [("", {200}), ("127.0.0.1", {200, 429})])
def test_limits_by_address_are_for_the_browser_behind_the_proxy(rc, platform: Platform, trusted, statuses):
    """Over HTTP, through the server of `ringback web`."""
    deployment = Deployment(TrustedProxies.of(trusted, ""), logins_per_address=2)
    app = create_app(rc, settings=WebSettings(REDIRECT_URI, deployment=deployment))
    sockets = listen("localhost", 0, "--web-port")
    server = WebServer(app, sockets.sockets, print, deployment.trusted_proxies)
    server.start()
    with closing(http.client.HTTPConnection("127.0.0.1", sockets.port, timeout=10)) as connection:

        def status(address: str) -> int:
            told = {"Host": "localhost:5000", "X-Forwarded-For": address, "Accept": "text/html"}
            connection.request("GET", "/", headers=told)
            answer = connection.getresponse()
            answer.read()
            return answer.status

        assert {status("203.0.113.9") for _ in range(5)} == statuses
        assert status("203.0.113.10") == 200
    server.stop()
    sockets.close()
