"""`ringback web --workers N`: gunicorn with our configuration; what cannot work is refused in one line."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

import httpx2
import pytest
from running import Running, environment, run

from ringback.vault import VaultUnavailable, new_key

pytest.importorskip("gunicorn", reason="gunicorn is missing: it comes with ringback[production]")

RIGHT = {
    "RC_SERVER_URL": "http://localhost:1",
    "RC_APP_CLIENT_ID": "client",
    "RC_APP_CLIENT_SECRET": "SECRET-of-the-app",
    "RC_REDIRECT_URL": "http://localhost:5000/oauth2callback",
    "RINGBACK_SECRET_KEYS": new_key(),
}
CONFIGURATION = ["-m", "gunicorn", "-c", "python:ringback.production.gunicorn_conf"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"RINGBACK_VAULT_URL": "memory://"}, "memory://, which each of 2 workers would have for itself"),
        ({"RINGBACK_SECRET_KEYS": ""}, "RINGBACK_SECRET_KEYS is not set"),
        ({"RC_REDIRECT_URL": ""}, "RC_REDIRECT_URL is not set"),
        ({"RINGBACK_TRUSTED_PROXIES": "proxy"}, "RINGBACK_TRUSTED_PROXIES"),
        ({"RINGBACK_VAULT_URL": "sqlite:///missing/vault.db"}, "does not exist"),
    ],
)
def test_what_cannot_work_is_one_line(tmp_path, change, says):
    result = run("web", "--workers", "2", "--web-port", "0", cwd=tmp_path, **(RIGHT | change))
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert says in result.stderr
    assert "SECRET-of" not in result.stderr


def gunicorn(*arguments, cwd, **env):
    command = [sys.executable, *CONFIGURATION, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=30
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [({}, "memory://"), ({"RC_APP_CLIENT_ID": ""}, "RC_APP_CLIENT_ID is not set")],
)
def test_gunicorn_by_itself_refuses_the_same(tmp_path, change, says):
    result = gunicorn("-w", "2", "-b", "127.0.0.1:0", cwd=tmp_path, **(RIGHT | change))
    assert result.returncode == 1
    assert says in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert "Booting" not in result.stderr


def port_in(lines):
    return int(re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", "".join(lines))[1])


def refusal_of(http, path):
    """The status that refuses a line too long to be read: gunicorn closes on the rest of it, and that may
    reach the client before the answer does; then it asks again."""
    for _ in range(9):
        try:
            return http.get(path).status_code
        except httpx2.TransportError:
            continue
    return None


def workers_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answered(*asked, **how):
    """The answer, where the worker that took the question first is killed."""
    try:
        return httpx2.get(*asked, **how, timeout=30)
    except (httpx2.ReadError, httpx2.RemoteProtocolError):
        return httpx2.get(*asked, **how, timeout=30)


def test_it_serves_logs_json_keeps_running_on_wrong_settings_and_ends_by_term(tmp_path):
    settings = RIGHT | {"RINGBACK_LOG_FORMAT": "json"}
    told = {name: value for name, value in settings.items() if name != "RC_REDIRECT_URL"}
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"RC_REDIRECT_URL={RIGHT['RC_REDIRECT_URL']}\n")
    with Running("web", "--workers", "2", "--web-port", "0", cwd=tmp_path, **told) as web:
        assert web.origins == {"web": "http://localhost:5000"}
        origin = f"http://127.0.0.1:{port_in(web.lines)}"
        spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        with httpx2.Client(base_url=origin, headers={"Host": "localhost:5000"}, trust_env=False) as http:
            assert http.get("/readyz").json() == {"status": "ready"}
            answer = http.get("/", headers=spoofed)
            assert answer.status_code == 200
            assert "Secure" not in answer.headers["Set-Cookie"]
            assert http.get("/", headers={"Host": "evil.example"}).status_code == 400
            assert http.get("/oauth2callback?code=SECRET-code&state=s").status_code == 400
            assert http.post("/logout", content=b"x" * 70_000).status_code == 413
            assert refusal_of(http, "/?" + "x" * 9000) == 414
            dotenv.write_text("RC_REDIRECT_URL=nonsense\n")
            os.kill(web.process.pid, signal.SIGHUP)
            for line in web.process.stdout:
                web.lines.append(line)
                if "Not reloaded" in line:
                    break
            assert "RC_REDIRECT_URL" in line
        # Those that take their place have the settings that were right, too.
        for worker in workers_of(web.process.pid):
            os.kill(worker, signal.SIGKILL)
        again = answered(f"{origin}/readyz", headers={"Host": "localhost:5000"}, trust_env=False)
        assert again.status_code == 200
        code, printed = web.stop(signal.SIGTERM)
    assert code == 0
    assert "SECRET-" not in printed
    requests = [line for line in printed.splitlines() if '"route": "/oauth2callback"' in line]
    assert '"status": 400' in requests[0]
    assert (tmp_path / "ringback.db").exists()


def test_its_sockets_are_told_by_address_so_that_an_upgrade_finds_them():
    from ringback.cli.listening import listen
    from ringback.cli.web_workers import _addresses

    sockets = listen("localhost", 0, "--web-port")
    assert f"127.0.0.1:{sockets.port}" in _addresses(sockets)
    sockets.close()


def worker():
    from ringback.production.gunicorn_worker import Worker

    made = Worker.__new__(Worker)
    made._arriving, made.pending_conns = {}, deque()
    return made


def test_a_request_that_takes_too_long_to_arrive_is_cut_off():
    from ringback.production.gunicorn_worker import REQUEST_SECONDS

    made = worker()
    (slow, slow_peer), (quick, quick_peer) = socket.socketpair(), socket.socketpair()
    made._arriving = {
        1: (slow, time.monotonic() - REQUEST_SECONDS - 1),
        2: (quick, time.monotonic()),
    }
    made.murder_pending()
    assert slow_peer.recv(1) == b""
    quick_peer.setblocking(False)
    with pytest.raises(BlockingIOError):
        quick_peer.recv(1)
    for one in (slow, slow_peer, quick, quick_peer):
        one.close()


@pytest.mark.parametrize(
    ("environ", "body", "seen"),
    [
        ({"CONTENT_LENGTH": "5"}, b"hello", b"hello"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, b"x" * 70_000, b"x" * 65_537),
        ({}, b"", b""),
    ],
)
def test_the_app_sees_a_request_when_it_is_whole(environ, body, seen):
    import io

    from ringback.production.gunicorn_worker import _whole_before

    steps = []

    class Body(io.BytesIO):
        def read(self, *size):
            steps.append("read")
            return super().read(*size)

    def app(environ, start_response):
        return [environ["wsgi.input"].read()]

    whole = _whole_before(app, lambda: steps.append("arrived"))
    assert whole({"wsgi.input": Body(body), **environ}, None) == [seen]
    assert steps[-2 if not environ else -1] == "arrived"


def test_a_worker_waits_for_its_vault(monkeypatch, caplog):
    from gunicorn.workers.gthread import ThreadWorker

    from ringback.production import gunicorn_worker

    tries = []

    def load(self):
        tries.append(1)
        if len(tries) < 3:
            raise VaultUnavailable("The vault cannot be used now: away")
        self.wsgi = "app"

    made = worker()
    made.alive, made.application = True, None
    monkeypatch.setattr(ThreadWorker, "load_wsgi", load)
    monkeypatch.setattr(gunicorn_worker.time, "sleep", lambda _: None)
    monkeypatch.setattr(gunicorn_worker.Worker, "notify", lambda _: None)
    monkeypatch.setattr(gunicorn_worker.Worker, "is_parent_alive", lambda _: True)
    made.load_wsgi()
    assert (made.application, len(tries)) == ("app", 3)
    assert caplog.text.count("waits for the vault") == 1
