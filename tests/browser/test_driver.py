"""Without what Playwright needs, the browser tests are skipped and say why."""

import pytest

from browser import driver


def test_a_driver_that_does_not_start_is_a_reason():
    said = "libatomic.so.1: cannot open shared object file"
    reason = driver.why_not("sh", "-c", f"echo '{said}' >&2; exit 127")
    assert said in reason
    assert "tools/set-up chromium" in reason
    assert driver.why_not("true") == ""


def test_the_tests_are_skipped_with_it(monkeypatch):
    monkeypatch.setattr(driver, "why_not", lambda: "no libatomic")
    with pytest.raises(pytest.skip.Exception, match="no libatomic"), driver.driver():
        raise AssertionError("it was started")
