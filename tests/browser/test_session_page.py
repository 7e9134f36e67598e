"""/session in Chromium: of two browsers of one user, one logs the other out; axe finds nothing."""

import pytest

pytestmark = pytest.mark.browser


def test_one_browser_logs_out_another(visitors, demo, axe):
    one, two = visitors(), visitors()
    one.log_in(demo.admin)
    one.page.goto(f"{demo.web}/session")
    assert "You are logged in nowhere else." in one.text()
    one.look(axe, "session-alone")
    two.log_in(demo.admin)
    one.page.reload()
    assert one.page.get_by_role("row").count() == 3
    one.look(axe, "session-two")
    one.page.get_by_role("button", name="Log out Chrome on Linux").click()
    one.page.wait_for_url("**/session*")
    assert "That browser is logged out." in one.text()
    one.look(axe, "session-notice")
    two.page.goto(f"{demo.web}/test")
    two.page.get_by_role("link", name="Login RingCentral Account").click()  # the platform still knows them
    two.page.wait_for_url(f"{demo.web}/test")
    one.page.goto(f"{demo.web}/session")
    one.page.get_by_role("button", name="Log out all others").click()
    one.page.wait_for_url("**/session*")
    assert one.page.get_by_role("row").count() == 2
    one.page.get_by_role("button", name="Log out everywhere").click()
    assert "You are logged out in every browser." in one.text()
