"""The platform's pages in a real browser: forms, redirects under their policy, the small script."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from browser.driver import driver
from headless import Visits, new_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


class _App(http.server.BaseHTTPRequestHandler):
    """An app that shows the query it is called back with."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _App)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/cb"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def platform(callback: str) -> Iterator[Visits]:
    with new_server(web_redirect_uri=callback) as running:
        yield Visits(running)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with driver() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param, viewport={"width": 320, "height": 640})
    opened = context.new_page()
    opened.complaints = []  # type: ignore[attr-defined]
    opened.on("console", lambda message: opened.complaints.append(message.text))  # type: ignore[attr-defined]
    yield opened
    wrong = [text for text in opened.complaints if "Content Security Policy" in text]  # type: ignore[attr-defined]
    context.close()
    assert wrong == []


def login_address(platform: Visits, **parameters: str) -> str:
    return f"{platform.server.base_url}/restapi/oauth/authorize?{urlencode(platform.asked(**parameters))}"


def test_log_in_authorize_and_come_back(platform: Visits, page: Page, callback: str) -> None:
    user = platform.seed.plain_user
    page.goto(login_address(platform, prompt="login sso consent"))
    page.get_by_label("Email or phone number").fill(user["username"])
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    assert "is not right" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Email or phone number").input_value() == user["username"]
    assert page.get_by_label("Password").input_value() == ""
    page.get_by_label("Password").fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    assert "would like to" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Authorize").click()
    assert page.url.startswith(f"{callback}?code=")
    # The consent is remembered: signing in leads straight back, through the same policy.
    page.goto(login_address(platform, prompt="login"))
    page.get_by_label("Email or phone number").fill(user["username"])
    page.get_by_label("Password").fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    assert page.url.startswith(f"{callback}?code=")


def test_cancel_and_not_you(platform: Visits, page: Page, callback: str) -> None:
    user = platform.seed.admin
    page.goto(login_address(platform, prompt="login consent"))
    page.get_by_label("Email or phone number").fill(user["username"])
    page.get_by_label("Password").fill(user["password"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Not you?").click()
    page.get_by_label("Email or phone number").fill(user["username"])
    page.get_by_label("Password").fill(user["password"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cancel").click()
    assert page.url.startswith(f"{callback}?error=access_denied")


def test_pages_fit_a_narrow_window(platform: Visits, page: Page) -> None:
    for path in ("/", "/new-app?name=" + "x" * 60, "/console", "/nothing"):
        page.goto(platform.server.base_url + path)
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("display", ["page", "popup", "touch", "mobile"])
def test_every_layout_fits_a_narrow_window(platform: Visits, page: Page, display: str) -> None:
    for locale in ("de", "fr"):
        page.goto(login_address(platform, prompt="login consent", display=display, ui_locales=locale))
        assert page.locator("html").get_attribute("lang") == locale
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("page", [True], indirect=True)
def test_the_script_speaks_the_pages_language(platform: Visits, page: Page) -> None:
    page.goto(login_address(platform, prompt="login", ui_locales="de"))
    page.get_by_role("button", name="Zeigen").click()
    assert page.get_by_label("Passwort", exact=True).get_attribute("type") == "text"
    page.get_by_role("button", name="Verbergen").click()
    assert page.get_by_label("Passwort", exact=True).get_attribute("type") == "password"
    assert page.get_by_role("button", name="Zeigen").is_visible()


@pytest.mark.parametrize("page", [True], indirect=True)
def test_try_as_fills_the_form_and_the_theme_is_kept(platform: Visits, page: Page) -> None:
    page.goto(login_address(platform, prompt="login consent"))
    page.get_by_text("Try as").click()
    page.get_by_role("button", name="Use ").first.click()
    page.get_by_role("button", name="Show").click()
    assert page.get_by_label("Password", exact=True).get_attribute("type") == "text"
    page.get_by_role("button", name="Dark colours").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.get_by_role("button", name="Sign in").click()
    assert "would like to" in page.get_by_role("heading", level=1).inner_text()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_tables_become_cards_in_a_narrow_window(platform: Visits, page: Page) -> None:
    sign_in_to_console(platform, page)
    for path in ("/", "/console"):
        page.goto(platform.server.base_url + path)
        table = page.locator("table.cards-when-narrow")
        assert table.locator("tbody tr").count()
        assert table.evaluate("e => getComputedStyle(e).display") == "block"
        # Nothing sticks out: not of the page, and not of a box that would have to be scrolled by itself.
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
        assert page.locator(".table-responsive").count() == 0


def test_words_stay_whole_in_a_wide_window(platform: Visits, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(platform.server.base_url)
    for head in page.locator("thead th").all():
        assert head.evaluate(
            "e => e.getClientRects()[0].height < 2.2 * parseFloat(getComputedStyle(e).lineHeight)"
        )
    for cell in page.locator("td.nowrap").all():
        assert cell.evaluate("e => getComputedStyle(e).whiteSpace") == "nowrap"
    assert page.get_by_role("link", name="/_local/seed").count()


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_button_is_called_what_it_says(platform: Visits, page: Page) -> None:
    page.goto(login_address(platform, prompt="login consent"))
    page.get_by_text("Try as").click()
    for button in page.locator("[data-fill-username]").all():
        assert (button.get_attribute("aria-label") or "").startswith(button.inner_text())


def test_the_first_wrong_field_of_a_new_app_has_the_focus(platform: Visits, page: Page) -> None:
    sign_in_to_console(platform, page)
    page.goto(platform.server.base_url + "/new-app")
    assert page.locator("label[for=desc]").inner_text().endswith("*")
    page.get_by_label("App name").fill("An app")
    page.get_by_role("button", name="Create").click()
    page.locator("#desc:focus").wait_for()
    page.get_by_label("Description").fill("It does something useful.")
    page.get_by_role("button", name="Create").click()
    page.locator("#redirectUris:focus").wait_for()


def sign_in_to_console(platform: Visits, page: Page) -> None:
    """Sign in, and have an app with a long name to list."""
    user = platform.seed.admin
    page.goto(platform.server.base_url + "/new-app?name=" + "x" * 60)
    if page.get_by_label("Password", exact=True).count():
        page.get_by_label("Email or phone number").fill(user["username"])
        page.get_by_label("Password", exact=True).fill(user["password"])
        page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Description").fill("To be listed among my apps.")
    page.get_by_label("OAuth redirect URIs").fill("http://localhost:5000/oauth2callback")
    page.get_by_role("button", name="Create").click()
