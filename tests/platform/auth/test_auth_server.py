"""The server: limits, faults, headers, HTTPS, start and stop."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
import trustme

from headless import Visits, new_server
from ringback.platform.server import PlatformServer
from ringback.platform.settings import PlatformSettings


def test_cors_is_for_the_api_only(http: httpx2.Client) -> None:
    origin = {"Origin": "http://localhost:3000"}
    ask = {
        **origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = http.options("/restapi/oauth/token", headers=ask)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert answer.headers["access-control-allow-headers"] == "authorization"
    refused = http.post("/restapi/oauth/token", headers=origin)
    assert refused.headers["access-control-allow-origin"] == "http://localhost:3000"
    for path in ("/restapi/oauth/authorize", "/console", "/new-app", "/"):
        for method in ("GET", "OPTIONS"):
            headers = http.request(method, path, headers=ask).headers
            assert "access-control-allow-origin" not in headers


def test_limits_on_addresses_and_headers(http: httpx2.Client) -> None:
    assert http.get("/restapi/oauth/authorize?state=" + "x" * 20_000).status_code == 414
    assert http.get("/restapi", headers=[("X-N", "1")] * 150).status_code == 431
    assert http.get("/restapi", headers={"X-Long": "x" * 40_000}).status_code == 431
    assert http.get("/restapi").status_code == 200


def test_an_endless_head_is_cut_off(visits: Visits) -> None:
    port = int(visits.server.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"GET /restapi HTTP/1.1\r\nHost: localhost\r\n")
        try:
            for _ in range(200):
                line.sendall(b"X-Endless: " + b"x" * 4000 + b"\r\n")
            answer = line.recv(4096)
        except ConnectionError:
            answer = b""
    assert answer == b"" or b" 431 " in answer


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%00%ff HTTP/1.1\r\nHost: [::1\r\nAccept: text/html\r\n\r\n",
        b"POST /restapi/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n",
        b"POST /restapi/oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nzz\r\n",
    ],
)
def test_broken_requests_end_nothing(visits: Visits, http: httpx2.Client, raw: bytes) -> None:
    port = int(visits.server.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(raw)
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 4")
    assert http.get("/restapi").status_code == 200


def test_a_fault_is_a_clean_500_without_data(own: Visits, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a-secret-in-the-message")

    own.server.world.apps.find = fail  # type: ignore[method-assign, assignment]
    with caplog.at_level(logging.DEBUG), own.browser() as http:
        answer = http.get("/restapi/oauth/authorize", params=own.asked())
    assert answer.status_code == 500
    assert answer.json()["errorCode"] == "CMN-203"
    assert "a-secret" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "a-secret" not in caplog.text
    assert own.journal()[-1]["status"] == 500


def test_unknown_pages_are_small_404s(http: httpx2.Client) -> None:
    page = http.get("/nothing/here", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no such page" in page.text
    assert http.get("/_static/../app.py").status_code == 404
    assert http.get("/_static/%2e%2e/app.py").status_code == 404


def test_the_start_page_leads_on(http: httpx2.Client) -> None:
    page = http.get("/").text
    for link in ('href="/new-app"', 'href="/console"', 'href="http://localhost:5000"'):
        assert link in page
    assert "Local platform: not RingCentral" in page


def test_the_server_stops_quickly_with_a_request_under_way() -> None:
    server = new_server()
    server.start()
    port = int(server.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            b"POST /restapi/oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nabc"
        )
        assert httpx2.get(f"{server.base_url}/restapi").status_code == 200
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 2.5
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{server.base_url}/restapi")
    server.stop()


def test_the_server_speaks_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    issued.private_key_pem.write_to_path(str(key))
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    bound = socket.create_server(("127.0.0.1", 0))
    base = f"https://localhost:{bound.getsockname()[1]}"
    context = ssl.create_default_context()
    authority.configure_trust(context)
    server = PlatformServer(PlatformSettings(base_url=base), [bound], ssl_certfile=chain, ssl_keyfile=key)
    with server, httpx2.Client(base_url=base, verify=context) as http:
        assert http.get("/restapi").status_code == 200
        cookie = http.get("/console").headers["set-cookie"]
        assert cookie.startswith(f"__Host-ringback_platform_{bound.getsockname()[1]}=")
        assert "secure" in cookie.lower()
        assert "path=/" in cookie.lower()
        assert "domain" not in cookie.lower()


def test_the_platform_imports_no_other_room_and_no_flask() -> None:
    program = (
        "import sys, json; import ringback.platform.server; print(json.dumps([name for name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    for room in ("oauth", "vault", "client", "web", "cli"):
        assert f"ringback.{room}" not in loaded
    assert "flask" not in loaded
    assert "flask_bootstrap" not in loaded
