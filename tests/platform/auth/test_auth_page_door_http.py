"""Under which names the pages answer, to whom they show the made-up users, and whose cookies they read."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2
import pytest

from headless import Seed, Visits, new_server, submit
from ringback.platform.serving.cookie_names import browser_cookie, theme_cookie

AUTHORIZE = "/restapi/oauth/authorize"
STRANGE = [
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "evil@localhost",
    "localhost.",
    "[::1",
    "",
]


@pytest.mark.parametrize("host", STRANGE)
def test_pages_refuse_other_names(http: httpx2.Client, visits: Visits, seed: Seed, host: str) -> None:
    for path in ("/", "/console", "/new-app", "/nothing", AUTHORIZE, f"{AUTHORIZE}/login"):
        answer = http.get(path, params=visits.asked(), headers={"Host": host, "Accept": "text/html"})
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert not [user for user in seed.users if user["password"] in answer.text]
        assert "set-cookie" not in answer.headers


def test_pages_answer_under_loopback_names(http: httpx2.Client, visits: Visits) -> None:
    port = urlsplit(visits.server.base_url).port
    for host in ("localhost", "127.0.0.1", "[::1]", f"localhost:{port}", "LOCALHOST:1", f"127.0.0.1:{port}"):
        assert http.get("/", headers={"Host": host}).status_code == 200


def test_programs_may_use_other_names(http: httpx2.Client) -> None:
    other = {"Host": "platform:8000"}
    assert http.get("/restapi/v1.0", headers=other).status_code == 200
    assert http.post("/restapi/oauth/token", data={"a": "b"}, headers=other).status_code != 404
    assert http.get("/_static/platform.css", headers=other).status_code == 200


def test_a_loopback_platform_answers_under_its_own_name() -> None:
    with new_server(base_url="http://127.0.0.9:8000") as server:
        port = server._sockets[0].getsockname()[1]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
            assert http.get("/", headers={"Host": "127.0.0.9:8000"}).status_code == 200
            assert http.get("/", headers={"Host": "127.0.0.8"}).status_code == 400


def test_a_public_platform_answers_under_any_name_without_its_users() -> None:
    with new_server(base_url="https://platform.example") as server:
        passwords = [password for _, password in server.world.users()]
        port = server._sockets[0].getsockname()[1]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
            for path in ("/", "/console"):
                answer = http.get(path, headers={"Host": "platform.example"})
                assert answer.status_code == 200
                assert not [password for password in passwords if password in answer.text]
            assert passwords[0] in http.get("/").text


def test_two_platforms_of_one_host_keep_apart(visits: Visits, own: Visits) -> None:
    """Browsers send a host's cookies to all its ports."""
    with httpx2.Client(trust_env=False) as both:
        page = both.get(f"{visits.server.base_url}{AUTHORIZE}", params=visits.asked(prompt="login consent"))
        both.get(f"{own.server.base_url}/console")
        user = visits.seed.plain_user
        consent = submit(both, page, username=user["username"], password=user["password"])
        assert "would like to" in both.get(page.url.join(consent.headers["location"])).text
        assert len(both.cookies) == 2


def test_cookie_names() -> None:
    assert browser_cookie("http://localhost:8000") == "ringback_platform_8000"
    assert theme_cookie("http://localhost:8000") == "ringback_platform_theme_8000"
    assert browser_cookie("http://localhost") == "ringback_platform_80"
    assert browser_cookie("https://a.example") == "__Host-ringback_platform_443"


def test_the_theme_is_this_platforms(http: httpx2.Client, visits: Visits) -> None:
    name = theme_cookie(visits.server.base_url)
    assert f'data-theme-cookie="{name}"' in http.get("/").text
    assert 'data-bs-theme="dark"' in http.get("/", headers={"Cookie": f"{name}=dark"}).text
    assert "data-bs-theme" not in http.get("/", headers={"Cookie": "ringback_platform_theme=dark"}).text
