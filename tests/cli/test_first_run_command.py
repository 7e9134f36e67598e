"""`ringback web` without any setting: the first-run page on this machine alone, then the web app."""

import socket
import stat

import httpx2
import pytest
from running import Running, run

from headless import first_post_form


@pytest.fixture
def folder(tmp_path):
    """An empty one to start in."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def other_addresses():
    """This machine's addresses that are not loopback."""
    found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return [address for address in found if not address.startswith("127.") and address != "::1"]


def enter(http, desk):
    """Send the form as its page has it; the page that comes after."""
    form = first_post_form(http.get("/").text)
    form.fields |= {
        "server": desk.settings["RC_SERVER_URL"],
        "client_id": desk.settings["RC_APP_CLIENT_ID"],
        "client_secret": desk.settings["RC_APP_CLIENT_SECRET"],
        "redirect_uri": desk.settings["RC_REDIRECT_URL"],
    }
    form.fields.pop("no_secret", None)
    return http.post(form.action, data=form.fields, follow_redirects=True).text


def press(http, words):
    """Send the form that ends with this button."""
    page = http.get("/").text
    before = page[: page.index(words)]
    action = before.rpartition('action="')[2].partition('"')[0]
    token = first_post_form(page).fields["csrf_token"]
    return http.post(action, data={"csrf_token": token})


def test_it_becomes_the_web_app_and_the_next_start_is_one(desk, folder):
    origin = desk.settings["RC_REDIRECT_URL"].removesuffix("/oauth2callback")
    command = ("web", "--web-port", origin.rpartition(":")[2])
    with Running(*command, cwd=folder) as first, httpx2.Client(base_url=origin) as http:
        assert first.origins == {"web": origin}
        assert not list(folder.iterdir())  # nothing is made before it is needed
        assert "To mend" not in enter(http, desk)
        key_file = folder / ".ringback" / "web.key"
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
        assert not (folder / ".env").exists()
        assert press(http, "Write .env").status_code == 303
        assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
        went_on = press(http, "Go on to the web app")
        assert (went_on.status_code, went_on.headers["Location"]) == (303, f"{origin}/")
        assert "Login RingCentral Account" in http.get("/").text
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.post("/first-run/open").status_code in (404, 405)
        code, printed = first.stop()
    assert code == 0
    assert "Traceback" not in printed
    for secret in (desk.settings["RC_APP_CLIENT_SECRET"], key_file.read_text().strip()):
        assert secret not in printed
    with Running(*command, cwd=folder) as again:
        assert "Login RingCentral Account" in httpx2.get(again.origins["web"]).text


def test_it_is_served_on_no_other_address(tmp_path):
    with Running("web", "--web-port", "0", cwd=tmp_path) as first:
        port = int(first.origins["web"].rpartition(":")[2])
        for address in other_addresses():
            with pytest.raises(OSError):
                socket.create_connection((address, port), timeout=2)
        assert httpx2.get(first.origins["web"], headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "ringback.example"])
def test_with_another_host_it_stops_with_one_line(tmp_path, host):
    result = run("web", "--web-port", "0", "--host", host, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    for name in ("RC_SERVER_URL", "RC_APP_CLIENT_ID", "RC_APP_CLIENT_SECRET", "RC_REDIRECT_URL", "--host"):
        assert name in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("setting", ["RC_APP_CLIENT_SECRET", "RINGCENTRAL_CLIENT_ID", "RC_USER_JWT"])
def test_with_one_setting_it_stops_as_ever(tmp_path, setting):
    (tmp_path / ".env").write_text(f"{setting}=SECRET-value\n")
    result = run("web", "--web-port", "0", cwd=tmp_path)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "SECRET-value" not in result.stderr


def test_a_key_file_that_cannot_be_made_is_said_on_the_page(desk, folder):
    (folder / ".ringback").write_text("in the way")
    with Running("web", "--web-port", "0", cwd=folder) as first:
        with httpx2.Client(base_url=first.origins["web"]) as http:
            page = enter(http, desk)
        assert "key file" in page
        assert "cannot be used" in page
        assert "Go on to the web app" not in page
