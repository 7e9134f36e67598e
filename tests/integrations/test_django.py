"""Django: the story of all frameworks, beside Django's own CSRF middleware."""

import django
import httpx2
import pytest
from django.conf import settings
from visitors import Visitor
from web_story import WebStory

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        SECRET_KEY="of the tests",
        ROOT_URLCONF="django_project",
        USE_TZ=True,
        LOGGING_CONFIG=None,
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "ringback.django.RingbackMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"context_processors": ["ringback.django.context"]},
            }
        ],
    )
    django.setup()


@pytest.fixture
def transport(rc):
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(RINGBACK={"client": rc}):
        yield httpx2.WSGITransport(app=WSGIHandler())


class TestDjango(WebStory):
    def test_a_public_page_knows_who_is_there(self, local, transport):
        browser = Visitor(transport)
        assert browser.get("/").text == "hello nobody"
        browser.log_in(local, local.user)
        assert browser.get("/").text == f"hello {local.user.extension_id}"

    def test_the_context_processor_gives_templates_the_user_and_the_token(self, local, transport):
        browser = Visitor(transport)
        browser.log_in(local, local.user)
        token, user_id = browser.get("/form").text.split()
        assert user_id == local.user.extension_id
        assert browser.post("/logout", csrf_token=token).status_code == 303

    def test_other_methods_are_refused(self, transport):
        assert Visitor(transport).http.put("/logout").status_code == 405


def test_without_settings_the_environment_counts(local):
    from django.test import override_settings

    from ringback.django.installed import installed

    with override_settings(RINGBACK=None):
        here = installed()
        assert here.client.server == local.server_url
        assert here.pages.settings.callback_path == "/oauth2callback"
        here.client.close()
