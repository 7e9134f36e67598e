"""/session in Chromium: of two browsers of one user, one logs the other out; axe finds nothing."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    return package.Axe()


def look(visitor, axe, what):
    """The page as it is now, in light and dark, wide and narrow: no violation, and nothing sticks out."""
    told = []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (375, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            found = axe.run(visitor.page).response
            assert found["passes"], "axe looked at nothing"
            told += [f"{what} {scheme} {width}: {violation['id']}" for violation in found["violations"]]
            if visitor.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                told.append(f"{what} {scheme} {width}: too wide")
            visitor.shot(f"{what}-{scheme}-{width}")
    assert not told


def test_one_browser_logs_out_another(visitors, demo, axe):
    one, two = visitors(), visitors()
    one.log_in(demo.admin)
    one.page.goto(f"{demo.web}/session")
    assert "You are logged in nowhere else." in one.text()
    look(one, axe, "session-alone")
    two.log_in(demo.admin)
    one.page.reload()
    assert one.page.get_by_role("row").count() == 3
    look(one, axe, "session-two")
    one.page.get_by_role("button", name="Log out Chrome on Linux").click()
    one.page.wait_for_url("**/session*")
    assert "That browser is logged out." in one.text()
    look(one, axe, "session-notice")
    two.page.goto(f"{demo.web}/test")
    two.page.get_by_role("link", name="Login RingCentral Account").click()  # the platform still knows them
    two.page.wait_for_url(f"{demo.web}/test")
    one.page.goto(f"{demo.web}/session")
    one.page.get_by_role("button", name="Log out all others").click()
    one.page.wait_for_url("**/session*")
    assert one.page.get_by_role("row").count() == 2
    one.page.get_by_role("button", name="Log out everywhere").click()
    assert "You are logged out in every browser." in one.text()
