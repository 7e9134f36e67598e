"""`ringback platform readiness`: the report of a running platform, and an exit code for CI jobs."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import pytest
from running import run

from headless import Visits, new_server
from ringback.cli.failures import Failure
from ringback.cli.readiness_command import CANNOT_TELL, MET, NOT_MET, run_readiness

ME = "/restapi/v1.0/account/~/extension/~"
LOG = "/restapi/v1.0/account/~/extension/~/call-log"


@pytest.fixture(scope="module")
def visits():
    with new_server() as running:
        yield Visits(running)


def make_ready(visits, app):
    tokens = visits.tokens(visits.seed.admin, app)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    with visits.browser() as http:
        assert {http.get(ME, headers=headers).status_code for _ in range(20)} == {200}


def test_not_ready_then_ready(visits):
    app, base = visits.seed.small_app, visits.server.base_url
    code, text = run_readiness(app["clientId"], server=base)
    assert code == NOT_MET
    assert "NOT MET  Successful calls in all" in text
    assert text.splitlines()[-1].startswith(f"{app['name']}: not ready, ")
    make_ready(visits, app)
    code, text = run_readiness(app["clientId"], server=f"{base}/")
    assert (code, "NOT MET" in text) == (MET, False)
    code, text = run_readiness(app["clientId"], server=base, form="json")
    assert (code, json.loads(text)["met"]) == (MET, True)
    code, text = run_readiness(app["clientId"], server=base, form="junit")
    assert (code, ElementTree.fromstring(text).attrib["failures"]) == (MET, "0")
    # Nobody has refreshed or used PKCE with that app: today's report says so where it matters.
    code, text = run_readiness(visits.seed.public_app["clientId"], server=base, profile="today", form="junit")
    assert (code, "<failure" in text) == (NOT_MET, True)


def test_a_world_of_its_own_has_its_own_figures(visits):
    app, base = visits.seed.small_app, visits.server.base_url
    assert run_readiness(app["clientId"], server=f"{base}/_w/ci")[0] == NOT_MET


def test_the_server_comes_from_the_environment(visits, monkeypatch):
    monkeypatch.setenv("RC_SERVER_URL", visits.server.base_url)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert run_readiness(visits.seed.app["clientId"])[0] == NOT_MET


@pytest.mark.parametrize(
    ("client_id", "options", "told"),
    [
        ("nobody", {}, "no app at"),
        ("", {}, "CMN-100"),
        ("x", {"profile": "1999"}, "CMN-101"),
        ("x", {"server": "ftp://localhost"}, "not an http address"),
        ("x", {"server": "file:///etc/passwd"}, "not an http address"),
    ],
)
def test_what_cannot_be_told(visits, client_id, options, told):
    with pytest.raises(Failure, match=told) as raised:
        run_readiness(client_id, **{"server": visits.server.base_url, **options})
    assert raised.value.code == CANNOT_TELL


def test_nobody_answers():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(Failure, match="no local platform answers") as raised:
            run_readiness("x", server=base)
    assert raised.value.code == CANNOT_TELL


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (200, b"[]"), (200, b'{"met": true}'), (404, b"x"), (302, b"")]
)
@pytest.mark.parametrize("form", ["text", "junit"])
def test_something_else_answers(status, body, form):
    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        with pytest.raises(Failure, match="no local platform") as raised:
            run_readiness("x", server=f"http://127.0.0.1:{other.server_port}", form=form)
        other.shutdown()
        thread.join()
    assert raised.value.code == CANNOT_TELL


def test_the_command_itself(visits, tmp_path):
    base = visits.server.base_url
    client_id = visits.seed.public_app["clientId"]
    result = run("platform", "readiness", "--client-id", client_id, "--server", base, cwd=tmp_path)
    assert (result.returncode, "not ready" in result.stdout, result.stderr) == (1, True, "")
    result = run("platform", "readiness", "--client-id", "nobody", "--server", base, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    result = run("platform", "readiness", "--client-id", "x", "--profile", "1999", cwd=tmp_path)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)
