"""Plain `flask run`, as in the quick start: the web app by `.flaskenv`, and the example."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from flask_process import FlaskRun, clean_environment, free_port, platform_for
from web_helpers import Platform

from ringback.platform.server import PlatformServer

ROOT = Path(__file__).parents[2]
CALLS = ("extension", "extension-call-log", "account-call-log")


def settings_for(server: PlatformServer, port: int) -> tuple[Platform, dict[str, str]]:
    platform = Platform(server.base_url, server, httpx2.get(f"{server.base_url}/_local/seed").json())
    return platform, {
        "RC_SERVER_URL": server.base_url,
        "RC_APP_CLIENT_ID": platform.app["clientId"],
        "RC_APP_CLIENT_SECRET": platform.app["clientSecret"],
        "RC_REDIRECT_URL": f"http://localhost:{port}/oauth2callback",
        "FLASK_SECRET_KEY": "a secret of this test",
    }


def login_link(page: str) -> str:
    found = re.search(r'href="([^"]*)">\s*Login RingCentral Account', page)
    assert found is not None
    return html.unescape(found[1])


def walk_the_quick_start(origin: str, platform: Platform) -> str:
    """Login page, login, three calls, logout; the callback's address, for who looks for it in the logs."""
    user = platform.user(admin=True)
    with httpx2.Client(base_url=origin, trust_env=False) as http:
        assert http.get("/test").headers["Location"] == "/"
        callback = platform.authorize(login_link(http.get("/").text), user)
        answer = http.get(callback)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/test")
        page = http.get("/test").text
        for api in CALLS:
            assert f'href="/test?api={api}"' in page
            answer = http.get(f"/test?api={api}")
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.json()["records"]
        used = http.get(callback)
        assert used.status_code == 400
        assert http.get("/test?api=nope").status_code == 404
        assert http.get("/logout", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
        assert http.get("/test?api=extension").headers["Location"].startswith("/")
    revoked = [entry["status"] for entry in platform.journal() if entry["path"].endswith("/revoke")]
    assert revoked == [200]
    return callback


@pytest.mark.parametrize("example", [False, True], ids=["web app", "example"])
def test_the_quick_start_under_flask_run(tmp_path: Path, example: bool):
    port = free_port()
    with platform_for(port) as server:
        platform, environment = settings_for(server, port)
        if example:
            shutil.copytree(ROOT / "examples" / "quickstart", tmp_path, dirs_exist_ok=True)
            arguments = ["--app", "index", "run"]
        else:
            shutil.copy(ROOT / ".flaskenv", tmp_path)
            arguments = ["run"]
        with FlaskRun([*arguments, "--port", str(port)], tmp_path, environment) as run:
            callback = walk_the_quick_start(f"http://localhost:{port}", platform)
    assert "Traceback" not in run.written
    query = parse_qs(urlsplit(callback).query)
    assert f"GET /oauth2callback?{'...' if example else '…'} HTTP" in run.written
    assert query["code"][0] not in run.written
    assert query["state"][0] not in run.written


def test_the_example_without_its_own_secret_says_so_in_one_line(tmp_path: Path):
    shutil.copytree(ROOT / "examples" / "quickstart", tmp_path, dirs_exist_ok=True)
    with platform_for(port := free_port()) as server:
        _, environment = settings_for(server, port)
        ended = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "index", "run", "--port", str(port)],
            cwd=tmp_path,
            env=clean_environment({**environment, "FLASK_SECRET_KEY": ""}),
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert "FLASK_SECRET_KEY" in line
    assert "README.md" in line


def test_the_example_keeps_two_users_apart_and_cancels_clearly(tmp_path: Path):
    port = free_port()
    shutil.copytree(ROOT / "examples" / "quickstart", tmp_path, dirs_exist_ok=True)
    with platform_for(port) as server:
        platform, environment = settings_for(server, port)
        run = FlaskRun(["--app", "index", "run", "--port", str(port)], tmp_path, environment)
        with run, httpx2.Client(trust_env=False) as one, httpx2.Client(trust_env=False) as other:
            origin = f"http://localhost:{port}"
            users = [platform.user(admin=False, nth=n) for n in (0, 1)]
            link = login_link(one.get(origin).text)
            answer = one.get(platform.authorize(link, users[0], decision="cancel"))
            assert answer.status_code == 400
            assert "denied access" in answer.text
            for http, user in zip((one, other), users, strict=True):
                http.get(platform.authorize(login_link(http.get(origin).text), user))
            for http, user in zip((one, other), users, strict=True):
                uri = http.get(f"{origin}/test?api=extension-call-log").json()["uri"]
                assert f"/extension/{user['extensionId']}/" in uri
            refused = one.get(f"{origin}/test?api=account-call-log")
            assert refused.status_code == 403
            assert one.get(f"{origin}/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 303
            assert one.get(f"{origin}/test").status_code == 200


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("RC_APP_CLIENT_ID", "RC_APP_CLIENT_ID"),
        ("RC_REDIRECT_URL", "RC_REDIRECT_URL"),
        (None, "RINGBACK_SECRET_KEYS"),
    ],
)
def test_wrong_settings_stop_the_start_with_one_line(tmp_path: Path, missing: str | None, named: str):
    shutil.copy(ROOT / ".flaskenv", tmp_path)
    environment = {
        "RC_SERVER_URL": "http://localhost:8000",
        "RC_APP_CLIENT_ID": "id",
        "RC_APP_CLIENT_SECRET": "very-secret",
        "RC_REDIRECT_URL": "http://localhost:5000/oauth2callback",
    }
    if missing:
        del environment[missing]
    else:
        environment["RINGBACK_VAULT_URL"] = "sqlite:///tokens.db"
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "run", "--port", str(free_port())],
        cwd=tmp_path,
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    errors = [line for line in ended.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert named in errors[0]
    assert "Traceback" not in ended.stderr
    assert "very-secret" not in ended.stderr + ended.stdout
