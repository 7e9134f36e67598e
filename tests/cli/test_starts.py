"""Starts that come to nothing: broken off, without a place to write to, at an address that is not there."""

import errno
import signal
import socket
import subprocess
import sys
import threading

import httpx2
import pytest
from running import COMMAND, Running, environment, run

from ringback.cli import listening
from ringback.cli.failures import Failure
from ringback.vault import new_key

FREE = ("demo", "--no-browser", "--web-port", "0", "--platform-port", "0")


def start(*arguments, cwd, command=COMMAND, **env):
    return subprocess.Popen(
        [*command, *arguments],
        cwd=cwd,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# What the console script does. Before `main` runs it is Python that starts, not Ringback.
BEGUN = "from ringback.cli import main; print('begun', flush=True); main()"


@pytest.mark.parametrize("milliseconds", [20, 60, 120, 200, 300])
def test_ctrl_c_while_it_starts_is_silent(tmp_path, milliseconds):
    with start(*FREE, cwd=tmp_path, command=(sys.executable, "-c", BEGUN)) as process:
        assert process.stdout.readline() == "begun\n"
        wait = threading.Event()
        wait.wait(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert "Traceback" not in err
    assert err == "" or "ready" in out
    # Death by the signal itself, 130, or the clean end of one that served already.
    assert process.returncode in (-signal.SIGINT, 130) or (process.returncode == 0 and "ready" in out)


def settings(server, web_port=5000):
    return {
        "RC_SERVER_URL": server,
        "RC_APP_CLIENT_ID": "client",
        "RC_APP_CLIENT_SECRET": "secret",
        "RC_REDIRECT_URL": f"http://localhost:{web_port}/oauth2callback",
        "RINGBACK_SECRET_KEYS": new_key(),
    }


def test_ctrl_c_ends_the_wait_for_a_silent_server(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://localhost:{silent.getsockname()[1]}"
        with start("web", "--web-port", "0", cwd=tmp_path, **settings(url)) as process:
            silent.settimeout(30)
            asking, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=4)  # the check itself would wait 9 seconds
            asking.close()
    assert (process.returncode, out, err) == (130, "", "")


def test_a_working_directory_that_is_gone_is_one_clear_line(tmp_path):
    gone = tmp_path / "gone"
    script = f"mkdir '{gone}' && cd '{gone}' && rmdir '{gone}' && exec \"$@\""
    command = ["sh", "-c", script, "sh", *COMMAND, *FREE]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=30)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "ringback: The working directory is gone; change to one that exists, and start again"
    ]


@pytest.mark.parametrize(
    "arguments", [FREE, ("--version",), ("--help",), ("platform", "--platform-port", "0")]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_clear_line(tmp_path, arguments, unbuffered):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
        )
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "ringback: Standard output cannot be written to (No space left on device)"
    ]


def test_a_closed_standard_output_is_no_traceback(tmp_path):
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "--version"]
    result = subprocess.run(command, env=environment(), stderr=subprocess.PIPE, text=True, timeout=30)
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 1


@pytest.mark.parametrize("start", ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"])
def test_a_start_that_time_cannot_hold_is_explained(tmp_path, start):
    result = run(*FREE, "--start", start, cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "1971" in result.stderr


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0", "::", "127.0.0.1", "::1"])
def test_localhost_answers_whatever_the_host(tmp_path, host):
    if ":" in host and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with Running(*FREE, "--host", host, cwd=tmp_path) as demo:
        for origin in demo.origins.values():
            port = httpx2.URL(origin).port
            for address in ("127.0.0.1", "127.0.0.2" if host == "127.0.0.2" else "127.0.0.1"):
                with socket.create_connection((address, port), timeout=5):
                    pass
            assert httpx2.get(origin).status_code == 200
        code, printed = demo.stop()
    assert code == 0
    assert "Traceback" not in printed


def _has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("host", ["", " ", "no such name", "203.0.113.7", "[::1]", "a" * 70 + ".example"])
def test_a_host_that_is_not_here_is_named(tmp_path, host):
    result = run(*FREE, "--host", host, cwd=tmp_path)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "--host" in result.stderr
    assert "-port" not in result.stderr


def test_one_port_for_both_is_refused(tmp_path):
    result = run("demo", "--web-port", "5090", "--platform-port", "5090", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == "ringback: --web-port and --platform-port must differ; both are 5090\n"


def test_without_localhost_the_start_says_what_to_do(monkeypatch):
    def unknown(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(listening.socket, "getaddrinfo", unknown)
    with pytest.raises(Failure, match=r"add the line '127.0.0.1 localhost' to /etc/hosts"):
        listening.check_localhost()


@pytest.mark.parametrize("command", ["demo", "platform"])
def test_the_commands_check_localhost_before_they_are_ready(tmp_path, command):
    code = (
        "import socket, sys\n"
        "def unknown(*_, **__): raise socket.gaierror(-2, 'unknown')\n"
        "socket.getaddrinfo = unknown\n"
        "from ringback.cli import main\n"
        f"sys.argv = ['ringback', '{command}', '--platform-port', '0', '--web-port', '0']\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "localhost does not resolve" in result.stderr


def test_a_redirect_uri_of_another_port_of_this_machine_is_refused(tmp_path):
    result = run("web", "--web-port", "5098", cwd=tmp_path, **settings("http://localhost:1", 5099))
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "leads to port 5099, and this would serve port 5098" in result.stderr
    assert "--web-port 5099" in result.stderr


def test_a_machine_without_ipv6_serves_ipv4(monkeypatch):
    bind = listening._bind

    def without_ipv6(family, address):
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "not here")
        return bind(family, address)

    monkeypatch.setattr(listening, "_bind", without_ipv6)
    bound = listening.listen("localhost", 0, "--web-port")
    assert [one.getsockname()[0] for one in bound.sockets] == ["127.0.0.1"]
    bound.close()
