"""What a browser shows when a login goes wrong: each a clear page, and nothing is lost."""

import re

import pytest

from headless_login import log_in

pytestmark = pytest.mark.browser


def start(visitor):
    visitor.page.goto(visitor.demo.web)
    link = visitor.page.get_by_role("link", name="Login RingCentral Account")
    return link.get_attribute("href")


def authorized_callback(visitor, user):
    """The callback URL of a login that was started in this browser and carried out without it."""
    return log_in(start(visitor), user["username"], user["password"])


def test_a_wrong_password(visitor, demo):
    user = demo.plain[5]
    visitor.page.goto(start(visitor))
    visitor.sign_in(user, password="wrong-password")
    assert visitor.page.get_by_role("alert").is_visible()
    assert visitor.page.get_by_label("Email or phone number").input_value() == user["username"]
    assert visitor.page.locator("input[name=password]").input_value() == ""
    visitor.shot("wrong-password")
    unknown = {"username": "nobody@nowhere.example", "password": "wrong-password"}
    said = visitor.page.get_by_role("alert").inner_text()
    visitor.sign_in(unknown)
    assert visitor.page.get_by_role("alert").inner_text() == said
    visitor.sign_in(user)
    assert visitor.page.get_by_role("button", name="Authorize").is_visible()


def test_cancel_on_consent(visitor, demo):
    visitor.page.goto(start(visitor))
    visitor.sign_in(demo.plain[6])
    visitor.page.get_by_role("button", name="Cancel").click()
    visitor.page.wait_for_url(f"{demo.web}/**")
    assert "cancel" in visitor.text().lower()
    visitor.shot("cancelled")
    visitor.page.get_by_role("link", name=re.compile("log ?in", re.IGNORECASE)).first.click()
    assert visitor.page.locator("h1").count() == 1


def test_a_wrong_state_changes_nothing(visitor, demo):
    callback = authorized_callback(visitor, demo.plain[7])
    answer = visitor.page.goto(re.sub(r"state=[^&]*", "state=forged", callback))
    assert answer.status == 400
    visitor.shot("wrong-state")
    visitor.page.goto(callback)
    assert visitor.page.url == f"{demo.web}/test"


def test_a_callback_in_another_browser_is_refused_and_the_owners_still_works(visitors, demo):
    owner, other = visitors(), visitors()
    callback = authorized_callback(owner, demo.plain[8])
    other.page.goto(demo.web)
    assert other.page.goto(callback).status == 400
    other.shot("not-your-login")
    other.page.goto(f"{demo.web}/test")
    assert other.page.get_by_role("link", name="Login RingCentral Account").is_visible()
    owner.page.goto(callback)
    assert owner.page.url == f"{demo.web}/test"


def test_a_code_that_was_used(visitor, demo):
    callback = authorized_callback(visitor, demo.plain[9])
    visitor.page.goto(callback)
    assert visitor.page.url == f"{demo.web}/test"
    answer = visitor.page.goto(callback)
    assert answer.status == 400
    visitor.shot("used-code")
    assert "Traceback" not in visitor.page.content()
    visitor.page.goto(f"{demo.web}/test")
    assert visitor.page.url == f"{demo.web}/test"


@pytest.mark.parametrize(
    ("name", "pattern", "put", "code"),
    [
        ("unknown-client", r"client_id=[^&]*", "client_id=nobody", "OAU-153"),
        ("wrong-redirect-uri", r"oauth2callback", "oauth2callback2", "OAU-109"),
    ],
)
def test_an_authorization_request_that_is_not_right(visitor, name, pattern, put, code):
    url = re.sub(pattern, put, start(visitor))
    answer = visitor.page.goto(url)
    assert answer.status in (400, 403)
    assert code in visitor.page.content()
    assert visitor.page.url == url
    visitor.shot(name)
