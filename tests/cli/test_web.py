"""`ringback web`: it refuses to start on wrong settings, in one line, and serves on right ones."""

import stat

import httpx2
import pytest
from running import Running, run

from headless import Visits, new_server
from ringback.vault import new_key

RIGHT = {
    "RC_SERVER_URL": "http://localhost:1",
    "RC_APP_CLIENT_ID": "client",
    "RC_APP_CLIENT_SECRET": "SECRET-of-the-app",
    "RC_REDIRECT_URL": "http://localhost:5000/oauth2callback",
    "RINGBACK_SECRET_KEYS": new_key(),
}


def refused(tmp_path, **env):
    result = run("web", "--web-port", "0", cwd=tmp_path, **env)
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert "SECRET" not in result.stderr.replace("RINGBACK_SECRET_KEYS", "").replace("CLIENT_SECRET", "")
    return result.stderr


@pytest.mark.parametrize(
    "name", ["RC_SERVER_URL", "RC_APP_CLIENT_ID", "RC_REDIRECT_URL", "RINGBACK_SECRET_KEYS"]
)
def test_a_missing_setting_is_named(tmp_path, name):
    settings = {**RIGHT, name: ""}
    assert name in refused(tmp_path, **settings)


def test_without_a_key_it_prints_the_command_that_makes_one(tmp_path):
    line = refused(tmp_path, **{**RIGHT, "RINGBACK_SECRET_KEYS": ""})
    command = line.partition("set it: ")[2].strip()
    import subprocess

    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=tmp_path)
    assert len(made.stdout.strip()) == 44
    assert not list(tmp_path.iterdir())
    refused(tmp_path, **{**RIGHT, "RINGBACK_SECRET_KEYS": made.stdout.strip()})  # now the server is missing


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "gave no usable answer"),
        ({"RC_SERVER_URL": "http://platform.ringcentral.com"}, "https"),
        ({"RC_SERVER_URL": "platform.ringcentral.com"}, "RC_SERVER_URL"),
        ({"RINGBACK_SECRET_KEYS": "SECRET-short"}, "32 bytes"),
        ({"RINGBACK_VAULT_URL": "mongodb://me:SECRET@host/db"}, "mongodb://"),
        ({"RINGBACK_VAULT_URL": "sqlite:///missing/vault.db"}, "does not exist"),
        ({"RC_REDIRECT_URL": "localhost:5000"}, "RC_REDIRECT_URL"),
        ({"RINGBACK_CLOCK_URL": "http://example.com"}, "RINGBACK_CLOCK_URL"),
    ],
)
def test_a_wrong_setting_or_an_unreachable_server_is_one_clear_line(tmp_path, change, says):
    assert says in refused(tmp_path, **(RIGHT | change))


def test_it_serves_with_settings_from_a_dotenv_file(tmp_path):
    with new_server() as server:
        app = Visits(server).seed.app
        lines = {
            "RINGCENTRAL_SERVER_URL": server.base_url,
            "RINGCENTRAL_CLIENT_ID": app["clientId"],
            "RINGCENTRAL_CLIENT_SECRET": app["clientSecret"],
            "RINGCENTRAL_REDIRECT_URL": "http://localhost:5000/oauth2callback",
            "RC_APP_CLIENT_ID": "",
            "RINGBACK_SECRET_KEYS": new_key(),
        }
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        with Running("web", "--web-port", "0", cwd=tmp_path) as web:
            assert web.origins == {"web": "http://localhost:5000"}
            code, printed = web.stop()
    assert code == 0
    assert "leads to port 5000" in printed
    assert app["clientSecret"] not in printed
    assert stat.S_IMODE((tmp_path / "ringback.db").stat().st_mode) == 0o600


def test_the_process_environment_wins_over_the_dotenv_file(tmp_path):
    (tmp_path / ".env").write_text("RC_SERVER_URL=http://localhost:2\n")
    assert "localhost:1" in refused(tmp_path, **RIGHT)
    assert "localhost:2" in refused(tmp_path, **{**RIGHT, "RC_SERVER_URL": ""})


@pytest.mark.parametrize("answer", [httpx2.codes.NOT_FOUND])
def test_a_server_that_is_not_ringcentrals_is_noticed(tmp_path, answer):
    import http.server
    import threading

    class NotRingCentral(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(int(answer))

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), NotRingCentral) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_address[1]}"
        assert "answered 404" in refused(tmp_path, **(RIGHT | {"RC_SERVER_URL": url}))
        server.shutdown()
