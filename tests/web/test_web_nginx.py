"""The nginx configuration of docs/deployment.md, before the web app: TLS, headers, logs."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from campaigns.service import free_port, wait_until

from ringback import RingCentral
from ringback.cli.listening import listen
from ringback.cli.web_server import WebServer
from ringback.web import WebSettings, create_app
from ringback.web.deployment import Deployment
from ringback.web.proxies import TrustedProxies

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
NAME = "calls.example.com"


@dataclass
class Proxy:
    """A running nginx: its ports, its log, and whom its certificate trusts."""

    tls_port: int
    port: int
    log: Path
    tls: ssl.SSLContext

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
        """The answer over TLS, and its body."""
        with (
            socket.create_connection(("127.0.0.1", self.tls_port), 10) as plain,
            self.tls.wrap_socket(plain, server_hostname=NAME) as sealed,
        ):
            told = {"Host": NAME, "Accept": "text/html"}
            told |= {name.replace("_", "-"): value for name, value in headers.items()}
            lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            sealed.sendall(f"GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
            answer = http.client.HTTPResponse(sealed)
            answer.begin()
            return answer, answer.read().decode()


@pytest.fixture
def proxy(rc: RingCentral, tmp_path: Path) -> Iterator[Proxy]:
    """nginx as the page has it, with other ports, files and names, before the app."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    deployment = Deployment(TrustedProxies.of("127.0.0.1", ""), logins_per_address=3)
    settings = WebSettings(f"https://{NAME}/oauth2callback", deployment=deployment)
    sockets = listen("localhost", 0, "--web-port")
    server = WebServer(create_app(rc, settings=settings), sockets.sockets, print, deployment.trusted_proxies)
    server.start()
    authority = trustme.CA()
    certificate = authority.issue_cert(NAME)
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls_port, port = free_port(), free_port()
    (block,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    changes = {
        "127.0.0.1:5000": f"127.0.0.1:{sockets.port}",
        "listen 443 ssl": f"listen 127.0.0.1:{tls_port} ssl",
        "listen 80": f"listen 127.0.0.1:{port}",
        "/etc/ssl/calls.example.com.pem": str(tmp_path / "cert.pem"),
        "/etc/ssl/private/calls.example.com.key": str(tmp_path / "key.pem"),
        "/var/log/nginx/ringback.log": str(tmp_path / "access.log"),
    }
    for written, here in changes.items():
        assert written in block, written
        block = block.replace(written, here)
    folders = "".join(
        f"{kind}_temp_path {tmp_path / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"daemon off;\nmaster_process off;\npid {tmp_path / 'pid'};\nerror_log {tmp_path / 'error.log'};\n"
        f"events {{ }}\nhttp {{\naccess_log off;\n{folders}{block}\n}}\n"
    )
    process = subprocess.Popen([program, "-p", tmp_path, "-e", tmp_path / "error.log", "-c", configuration])

    def answers() -> bool:
        if process.poll() is not None:
            raise AssertionError((tmp_path / "error.log").read_text())
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", tls_port)) == 0

    wait_until(answers)
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    yield Proxy(tls_port, port, tmp_path / "access.log", tls)
    process.terminate()
    process.wait(10)
    server.stop()
    sockets.close()


def test_the_page_s_configuration_keeps_what_the_app_promises(proxy: Proxy):
    answer, text = proxy.get("/")
    assert answer.status == 200
    assert "Login RingCentral Account" in text
    cookie = answer.getheader("Set-Cookie")
    assert cookie.startswith("__Host-ringback=")
    assert "Secure" in cookie
    assert answer.getheader("Strict-Transport-Security")
    assert re.fullmatch("[0-9a-f]{32}", answer.getheader("X-Request-Id"))
    # What a browser writes itself counts for nothing: address, host, request id.
    spoofed = {"X_Forwarded_Host": NAME, "Forwarded": f"host={NAME}", "X_Request_Id": "of-the-browser"}
    assert proxy.get("/", Host="evil.example", **spoofed)[0].status == 400
    assert proxy.get("/healthz", **spoofed)[0].getheader("X-Request-Id") != "of-the-browser"
    statuses = [proxy.get("/", X_Forwarded_For="203.0.113.9")[0].status for _ in range(5)]
    assert statuses == [200] * 5  # that address would have had three
    assert proxy.get("/oauth2callback?code=SECRET&state=SECRET")[0].status == 400
    assert proxy.get("/readyz")[0].status == 200
    wait_until(lambda: "/readyz" in proxy.log.read_text())
    assert '"GET /oauth2callback" 400' in proxy.log.read_text()
    assert "SECRET" not in proxy.log.read_text()
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)) as plain:
        plain.request("GET", "/calls?scope=account", headers={"Host": NAME})
        moved = plain.getresponse()
        assert (moved.status, moved.getheader("Location")) == (301, f"https://{NAME}/calls?scope=account")
