"""The inspector and the clock's page in a browser: live rows, pause, filters that stay; without a mouse."""

from datetime import datetime

import httpx2
import pytest

from browser.keyboard import Keyboard

pytestmark = pytest.mark.browser

TICK = 1600  # milliseconds: a little more than the page waits between two questions


@pytest.fixture
def inspector(visitor, demo):
    """inspector(query): the page of the requests, signed in, its timers moved by the test alone."""

    def open_page(query=""):
        visitor.page.clock.install(time=datetime(2026, 11, 23, 8))
        visitor.page.goto(f"{demo.platform}/console/requests{query}")
        visitor.sign_in(demo.admin)
        visitor.page.get_by_role("heading", name="Requests").wait_for()
        visitor.page.clock.pause_at(datetime(2026, 11, 23, 9))
        return visitor.page

    return open_page


def ask(demo, *paths):
    for path in paths:
        httpx2.get(f"{demo.platform}/restapi/v1.0/{path}")


def rows(page, text):
    return page.locator(".request > summary", has_text=text)


def test_new_requests_appear_as_they_come(inspector, demo, visitor):
    page = inspector("?path=live-")
    told = page.locator("[data-told]")
    assert page.locator("[data-nothing]").is_visible()
    ask(demo, "live-1", "other-1")
    page.clock.run_for(TICK)
    rows(page, "live-1").wait_for()
    assert told.inner_text() == "1 new request since this page was opened."
    assert told.get_attribute("aria-live") == "polite"
    assert page.locator("[data-nothing]").is_hidden()
    assert rows(page, "other-1").count() == 0

    # An opened row stays open, and what comes is put on top of it.
    keys = Keyboard(page)
    keys.press("", kind="summary")
    opened = page.locator(".request[open]")
    assert "OAU-149" in opened.inner_text() or "AGW-401" in opened.inner_text()
    ask(demo, "live-2", "live-3")
    page.clock.run_for(TICK)
    rows(page, "live-3").wait_for()
    assert [
        row.locator("code").first.inner_text()[-6:] for row in page.locator(".request > summary").all()
    ] == [
        "live-3",
        "live-2",
        "live-1",
    ]
    assert "live-1" in opened.inner_text()
    assert page.evaluate("document.activeElement.innerText").count("live-1")
    visitor.shot("live")

    # Without a reload nothing is lost by a pause, and meanwhile nothing is asked.
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    keys = Keyboard(page)
    page.locator("#path").focus()
    keys.press("Pause", "Space", kind="button")
    assert "Paused" in told.inner_text()
    ask(demo, "live-4")
    page.clock.run_for(10 * TICK)
    assert asked == []
    assert rows(page, "live-4").count() == 0
    page.keyboard.press("Space")
    rows(page, "live-4").wait_for()
    assert told.inner_text() == "4 new requests since this page was opened."

    # Filters stay in the fields, and hold for what comes.
    page.get_by_label("Status").select_option("4xx")
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_label("Path").input_value() == "live-"
    assert page.get_by_label("Status").input_value() == "4xx"
    assert page.locator(".request").count() == 4
    ask(demo, "live-5", "other-2")
    page.clock.run_for(TICK)
    rows(page, "live-5").wait_for()
    assert page.locator(".request").count() == 5


def test_a_flood_leaves_a_note_and_a_short_list(inspector, demo):
    page = inspector("?path=flood-")
    ask(demo, *(f"flood-{number}" for number in range(120)))
    page.clock.run_for(TICK)
    rows(page, "flood-119").wait_for()
    assert page.locator(".request").count() == 100
    page.get_by_text("There were more in between").wait_for()


def test_signed_out_elsewhere_is_told(inspector, demo, visitor):
    page = inspector()
    visitor.context.clear_cookies()
    told = page.get_by_text("You are not signed in any more.")
    # A question may have been on its way, with the cookie, as the clock moved: then it is the next one.
    for _ in range(5):
        page.clock.run_for(TICK)
        page.wait_for_load_state("networkidle")
        if told.is_visible():
            break
    told.wait_for()


def test_the_clock_and_a_fault_by_keyboard(visitor, demo):
    page, keys = visitor.page, Keyboard(visitor.page)
    page.goto(f"{demo.platform}/console/clock")
    visitor.sign_in(demo.admin)
    before = page.locator("[data-part=now] time").get_attribute("datetime")
    keys.submit("Ahead by + 1 hour")
    after = page.locator("[data-part=now] time").get_attribute("datetime")
    assert after > before
    assert "The clock was moved ahead." in visitor.text()
    keys.fill("Ahead by seconds", "soon")
    keys.submit("Move")
    assert page.evaluate("document.activeElement.id") == "advance"
    assert page.get_by_label("Ahead by seconds").input_value() == "soon"
    keys = Keyboard(page)
    page.get_by_role("heading", name="Order a fault").click()
    keys.fill("Path", "/restapi/v1.0/by-keyboard")
    keys.fill("Status", "418")
    keys.submit("Order the fault")
    assert "The fault is ordered." in visitor.text()
    assert httpx2.get(f"{demo.platform}/restapi/v1.0/by-keyboard").status_code == 418
    page.get_by_text("1 of 1").wait_for()  # the open page follows
    visitor.shot("struck")
    page.get_by_role("heading", name="Faults", exact=True).click()
    keys.submit("Take away")
    assert "The fault is taken away." in visitor.text()
    page.get_by_text("Nothing goes wrong on order now.").wait_for()
