"""The Flask extension: the story of all frameworks, and what is Flask's own."""

import httpx2
import pytest
from flask import Flask, render_template_string
from visitors import Visitor
from web_story import WebStory

from ringback import ConfigurationError, LoginRequired, RingCentral
from ringback.flask import RingbackFlask, csrf_token, current_user, login_required


def app_of(rc):
    app = Flask("under test")
    RingbackFlask(app, rc)

    @app.get("/")
    def home():
        return f"hello {current_user.id if current_user else 'nobody'}"

    @app.get("/me")
    @login_required
    def me():
        return current_user.extension().extension_number

    @app.get("/raises")
    def raises():
        raise LoginRequired("1", "ended")

    @app.get("/form")
    @login_required
    def form():
        return render_template_string("{{ ringback_csrf_token() }}")

    @app.post("/change")
    @login_required
    def change():
        return "changed"

    return app


@pytest.fixture
def transport(rc):
    return httpx2.WSGITransport(app=app_of(rc))


class TestFlask(WebStory):
    def test_a_public_page_knows_who_is_there(self, local, transport):
        browser = Visitor(transport)
        assert browser.get("/").text == "hello nobody"
        browser.log_in(local, local.user)
        assert browser.get("/").text == f"hello {local.user.extension_id}"

    def test_a_template_has_the_token_that_logout_takes(self, local, transport):
        browser = Visitor(transport)
        browser.log_in(local, local.user)
        assert browser.post("/logout", csrf_token=browser.get("/form").text).status_code == 303
        assert browser.get("/").text == "hello nobody"

    def test_a_post_without_a_login_is_not_redirected(self, local, transport):
        assert Visitor(transport).post("/change").status_code == 401

    def test_another_spelling_of_this_machine_is_led_to_the_registered_one(self, local, transport):
        browser = Visitor(transport, "http://127.0.0.1:5000")
        answer = browser.get("/login?next=/me")
        assert answer.headers["Location"] == "http://localhost:5000/login?next=/me"


def test_two_apps_of_one_process_keep_apart(local, rc, tmp_path):
    with RingCentral() as other:
        first, second = app_of(rc), app_of(other)
        browser = Visitor(httpx2.WSGITransport(app=first))
        browser.log_in(local, local.user)
        elsewhere = Visitor(httpx2.WSGITransport(app=second))
        elsewhere.http.cookies.update(browser.cookies())
        assert browser.get("/").text == f"hello {local.user.extension_id}"
        assert elsewhere.get("/").text == "hello nobody"


def test_it_is_made_from_the_environment_and_says_what_is_missing(local, monkeypatch):
    app = Flask("under test")
    RingbackFlask().init_app(app)
    assert {"/login", "/oauth2callback", "/logout"} <= {rule.rule for rule in app.url_map.iter_rules()}
    monkeypatch.setenv("RC_REDIRECT_URL", "com.example.app:/callback")
    with pytest.raises(ConfigurationError, match="RC_REDIRECT_URL"):
        RingbackFlask(Flask("another"))


def test_outside_a_login_the_token_is_empty(rc):
    app = app_of(rc)
    with app.test_request_context("/"):
        assert csrf_token() == ""
        assert not current_user
