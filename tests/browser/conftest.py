"""Headless Chromium from Debian, driven by Playwright, on `ringback demo` as its users start it."""

import os
import shutil
import sys
from itertools import product
from pathlib import Path

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from running import Running

from browser.driver import driver

# Where `make screenshots` wants what the pages look like; otherwise none are made, which saves minutes.
SHOTS = os.environ.get("RINGBACK_SCREENSHOTS")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium():
    """The browser; without it the tests say what to install and are skipped.

    Not for the whole session: Playwright keeps an event loop in this thread, which other tests need free.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium: apt-get install chromium (make test does, as root)")
    with driver() as playwright:
        # As root Chromium does not start with its sandbox; the pages are all our own.
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, "--no-sandbox"])
        yield browser
        browser.close()


class Demo:
    """A running demo: where it is, and who one can log in as."""

    def __init__(self, running):
        self.web, self.platform = running.origins["web"], running.origins["platform"]
        seed = httpx2.get(f"{self.platform}/_local/seed").json()
        self.app, self.users = seed["apps"][0], seed["users"]
        self.admin = next(user for user in self.users if user["admin"])
        self.plain = [user for user in self.users if not user["admin"]]

    def advance(self, seconds):
        httpx2.post(f"{self.platform}/_local/clock", json={"advance": seconds})

    def journal(self):
        return httpx2.get(f"{self.platform}/_local/journal").json()["entries"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """`ringback demo`, as one starts it."""
    folder = tmp_path_factory.mktemp("demo")
    free = ("demo", "--no-browser", "--web-port", "0", "--platform-port", "0")
    with Running(*free, "--rate-limits", "off", cwd=folder) as running:
        yield Demo(running)
        code, printed = running.stop()
    assert (code, "Traceback" in printed) == (0, False)


def violations(axe, page, what):
    """What axe finds on the page as it is now, a line each."""
    found = axe.run(page).response
    assert found["passes"] or found["violations"], "axe looked at nothing"
    return [
        f"{what}: {one['id']}: {node['html'][:300]} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


class Visitor:
    """Somebody at a browser of their own. Anything the browser complains of fails the test."""

    def __init__(self, chromium, demo, name):
        self.demo, self.name, self.count = demo, name, 0
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.hosts = set()
        self.page.on("request", lambda request: self.hosts.add(httpx2.URL(request.url).host))

    def _on_console(self, message):
        # A page that answers 4xx is reported by the browser as well; the tests expect those.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def shot(self, what):
        """Keep a screenshot of the page, where they are wanted."""
        self.count += 1
        if SHOTS:
            name = f"{self.name}-{self.count:02d}-{what}.png"
            self.page.screenshot(path=Path(SHOTS).resolve() / name, full_page=True)

    def sign_in(self, user, password=None):
        """Fill in the platform's login page."""
        self.page.get_by_label("Email or phone number").fill(user["username"])
        self.page.locator("input[name=password]").fill(password or user["password"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def log_in(self, user):
        """From the web app's login page to its test page."""
        self.page.goto(self.demo.web)
        self.page.get_by_role("link", name="Login RingCentral Account").click()
        self.sign_in(user)
        if "/oauth/authorize" in self.page.url:
            self.page.get_by_role("button", name="Authorize").click()
        self.page.wait_for_url(f"{self.demo.web}/test")

    def look(self, axe, what):
        """The page as it is now, in light and dark, wide and narrow: no violation, and nothing sticks out."""
        told = self.seen(axe, what, axe_at=(375, 1280))
        assert told == [], "\n".join(told)

    def seen(self, axe, what, *, axe_at=(1280,), wide_at=()):
        """What is wrong with the page as it is now, a line each; it is as wide as before in the end.

        In light and dark: axe at the widths `axe_at`; nothing too wide there and at `wide_at`.
        """
        told = []
        for width, scheme in product((*axe_at, *wide_at), ("light", "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if width in axe_at:
                told += violations(axe, self.page, f"{what} {scheme} {width}")
            if width in axe_at or width == 375:
                self.shot(f"{what}-{scheme}-{width}")
            needed = self.page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                told.append(f"{what} {scheme}: {needed} px wide in a window of {width} px")
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")
        return told

    def heading(self):
        return self.page.locator("h1").inner_text()

    def text(self):
        return self.page.locator("main").inner_text()


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    return package.Axe()


@pytest.fixture
def visitors(chromium, demo, request):
    """visitors(): somebody new at a browser of their own."""
    made = []

    def visitor():
        suffix = f"-{len(made) + 1}" if made else ""
        made.append(
            Visitor(chromium, demo, request.node.name.removeprefix("test_").partition("[")[0] + suffix)
        )
        return made[-1]

    yield visitor
    for one in made:
        one.context.close()
    assert [complaint for one in made for complaint in one.complaints] == []
    assert {host for one in made for host in one.hosts} <= {"localhost", "127.0.0.1"}


@pytest.fixture
def visitor(visitors):
    return visitors()
