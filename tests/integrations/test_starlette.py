"""Starlette and FastAPI: the story of all frameworks, with the asynchronous client and with the other."""

import pytest
from fastapi import Depends, FastAPI
from in_thread import AsgiInThread
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from visitors import Visitor
from web_story import WebStory

from ringback import AsyncRingCentral, AsyncUser, ConfigurationError, LoginRequired, User
from ringback.starlette import RingbackLogin


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """One vault for the app and for the story's own client."""
    from ringback.vault import new_key

    monkeypatch.setenv("RINGBACK_VAULT_URL", f"sqlite:///{tmp_path / 'vault.db'}")
    monkeypatch.setenv("RINGBACK_SECRET_KEYS", new_key())


@pytest.fixture
def client(local, vault):
    return AsyncRingCentral()


@pytest.fixture
def rc(local, vault):
    from ringback import RingCentral

    with RingCentral() as other:
        yield other


def fastapi_app(ringback):
    app = FastAPI()
    ringback.install(app)
    needed = Depends(ringback.required)

    @app.get("/")
    async def home(user: AsyncUser | None = Depends(ringback.user)):  # noqa: B008
        return PlainTextResponse(f"hello {user.id if user else 'nobody'}")

    @app.get("/me")
    async def me(user: AsyncUser = needed):
        return PlainTextResponse((await user.extension()).extension_number)

    @app.get("/raises")
    async def raises():
        raise LoginRequired("1", "ended")

    @app.get("/token")
    async def token(csrf: str = Depends(ringback.csrf_token)):
        return PlainTextResponse(csrf)

    return app


@pytest.fixture
def transport(client):
    served = AsgiInThread(fastapi_app(RingbackLogin(client)))
    yield served
    served.run(client.close())
    served.end()


class TestFastAPI(WebStory):
    def test_a_public_page_knows_who_is_there(self, local, transport):
        browser = Visitor(transport)
        assert browser.get("/").text == "hello nobody"
        browser.log_in(local, local.user)
        assert browser.get("/").text == f"hello {local.user.extension_id}"

    def test_the_token_of_a_dependency_is_the_one_that_logout_takes(self, local, transport):
        browser = Visitor(transport)
        browser.log_in(local, local.user)
        assert browser.post("/logout", csrf_token=browser.get("/token").text).status_code == 303
        assert browser.get("/token").text == ""

    def test_a_form_that_is_too_long_or_of_another_kind_has_no_fields(self, local, transport):
        browser = Visitor(transport)
        browser.log_in(local, local.user)
        token = browser.get("/token").text
        assert browser.post("/logout", padding="x" * 20_000, csrf_token=token).status_code == 400
        assert browser.http.post("/logout", json={"csrf_token": token}).status_code == 400
        assert browser.get("/me").status_code == 200


class TestStarletteWithTheSynchronousClient(WebStory):
    @pytest.fixture
    def transport(self, rc):
        ringback = RingbackLogin(rc)

        def me(request):
            user = request.state.ringcentral_user
            assert isinstance(user, User)
            return PlainTextResponse(user.extension().extension_number)

        async def raises(_):
            raise LoginRequired("1", "ended")

        app = Starlette(routes=[Route("/me", ringback.login_required(me)), Route("/raises", raises)])
        ringback.install(app)
        served = AsgiInThread(app)
        yield served
        served.end()


def test_it_says_what_is_missing(local, monkeypatch):
    for name in ("RC_REDIRECT_URL", "RINGCENTRAL_REDIRECT_URL"):
        monkeypatch.setenv(name, "")
    with pytest.raises(ConfigurationError, match="RC_REDIRECT_URL is not set"):
        RingbackLogin(AsyncRingCentral())


def test_its_routes_are_not_in_the_openapi_document(client):
    assert set(fastapi_app(RingbackLogin(client)).openapi()["paths"]) == {"/", "/me", "/raises", "/token"}
