"""`ringback demo`: one command, both sides, a clean end."""

import signal
import socket
import stat
import time

import httpx2
import pytest
from running import Running, run

FREE = ("demo", "--no-browser", "--web-port", "0", "--platform-port", "0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_both_sides_and_ends_cleanly(tmp_path, number):
    with Running(*FREE, cwd=tmp_path) as demo:
        web, platform = demo.origins["web"], demo.origins["platform"]
        assert web.startswith("http://localhost:")
        seed = httpx2.get(f"{platform}/_local/seed").json()
        assert seed["apps"][0]["redirectUris"][0] == f"{web}/oauth2callback"
        page = httpx2.get(web)
        assert "Login RingCentral Account" in page.text
        assert f"{platform}/restapi/oauth/authorize?" in page.text
        assert httpx2.get(f"{web}/healthz").json() == {"status": "ok"}
        code, printed = demo.stop(number)
    assert code == 0
    assert "Traceback" not in printed
    assert all(user["username"] in printed and user["password"] in printed for user in seed["users"])
    assert not any(app["clientSecret"] and app["clientSecret"] in printed for app in seed["apps"])
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(web)


def test_it_makes_a_key_file_of_its_own_once(tmp_path):
    key = tmp_path / ".ringback" / "demo.key"
    with Running(*FREE, cwd=tmp_path):
        first = key.read_text()
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    with Running(*FREE, cwd=tmp_path) as demo:
        assert key.read_text() == first
        _, printed = demo.stop()
    assert first.strip() not in printed
    assert [file.name for file in key.parent.iterdir()] == ["demo.key"]


def test_the_same_seed_and_start_give_the_same_company(tmp_path):
    seen = []
    for _ in range(2):
        with Running(*FREE, "--seed", "7", "--start", "2026-03-02T09:00:00Z", cwd=tmp_path) as demo:
            platform = demo.origins["platform"]
            seen.append(httpx2.get(f"{platform}/_local/seed").json()["users"])
            assert httpx2.get(f"{platform}/_local/clock").json()["now"].startswith("2026-03-02T09:00:")
    assert seen[0] == seen[1]


@pytest.mark.parametrize("option", ["--web-port", "--platform-port"])
def test_a_busy_port_is_one_clear_line(tmp_path, option):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        arguments = ["demo", "--no-browser", "--web-port", "0", "--platform-port", "0"]
        arguments[arguments.index(option) + 1] = port
        result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"ringback: Port {port} is in use by another program; stop it, or choose another with {option}"
    ]


def test_a_key_file_that_holds_no_key_is_one_clear_line(tmp_path):
    (tmp_path / ".ringback").mkdir()
    (tmp_path / ".ringback" / "demo.key").write_text("oops")
    result = run(*FREE, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "holds no key" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--web-port", "70000"),
        ("--start", "yesterday"),
        ("--rate-limits", "maybe"),
        ("--seed", "x"),
    ],
)
def test_a_wrong_option_is_explained(tmp_path, arguments):
    result = run(*FREE, *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert arguments[0] in result.stderr
    assert "Traceback" not in result.stderr


def test_the_platform_alone_starts_in_under_a_second(tmp_path):
    started = time.monotonic()
    with Running("platform", "--platform-port", "0", "--web-port", "5001", cwd=tmp_path) as platform:
        took = time.monotonic() - started
        assert set(platform.origins) == {"platform"}
        seed = httpx2.get(f"{platform.origins['platform']}/_local/seed").json()
        assert seed["apps"][0]["redirectUris"] == ["http://localhost:5001/oauth2callback"]
        code, printed = platform.stop()
    assert code == 0
    assert seed["apps"][0]["clientSecret"] not in printed
    print(f"ready after {took:.2f} s")
