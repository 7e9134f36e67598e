"""Apps at the console: creating in every form, secrets, settings, keys, deleting."""

from __future__ import annotations

import html
import re

import pytest
from console_visits import FORM, ME, URI, Developer, text_of
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from headless import Visits, exchange, follow_pages, refresh, token_request

QUICK_START = (
    "/new-app?name=Authorization+Flow+Quick+Start+App&public=false&type=ServerWeb&carriers=7710,7310,3420"
    "&permissions=ReadAccounts,ReadCallLog&redirectUri=http://localhost:5000/oauth2callback&utm_source=guide"
)


@pytest.mark.parametrize(("length", "status"), [(19, 400), (20, 303), (256, 303), (257, 400)])
def test_a_typed_description_has_20_to_256_characters(admin: Developer, length: int, status: int) -> None:
    assert admin.post("/new-app", **{**FORM, "desc": "d" * length}).status_code == status


def test_the_quick_starts_link_needs_only_create(admin: Developer) -> None:
    """It brings no description; the form has one, of 20 characters at least."""
    page = admin.get(QUICK_START)
    description = text_of(page, "desc")
    assert 20 <= len(description) <= 256
    fixed = dict(re.findall(r'type="hidden" name="(type|auth|public)" value="(.*?)"', page.text))
    assert fixed == {"type": "ServerWeb", "auth": "code", "public": "false"}
    assert "carrier.7710" not in page.text
    assert "guide" not in page.text


def test_a_links_short_description_is_taken_but_no_other(admin: Developer) -> None:
    sent = {**FORM, "desc": "Short", "linkDesc": "Short"}
    assert admin.post("/new-app", **sent).status_code == 303
    assert admin.post("/new-app", **{**sent, "desc": "Shorter"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["type=JWT", "grantType=PersonalJWT", "grant-type=jwt", "type=ServerWeb&grantType=PersonalJWT"],
)
def test_links_for_jwt_apps(admin: Developer, query: str) -> None:
    page = admin.get(f"/new-app?name=Nightly&{query}")
    assert 'name="auth" value="jwt"' in page.text
    assert 'name="type" value="JWT"' in page.text


def test_a_link_with_an_unknown_grant_says_so(admin: Developer) -> None:
    assert "grant type Telepathy" in text_of(admin.get("/new-app?grantType=Telepathy"), "type-error")


def test_brand_partners_count_for_public_apps_only(admin: Developer) -> None:
    page = admin.get("/new-app?public=true&carriers=7710,9999")
    assert 'id="carrier-7710" value="yes" checked' in page.text
    assert 'id="carrier-3420" value="yes">' in page.text
    assert "9999" in text_of(page, "carriers-error")
    carriers = {"carrier.7710": "yes", "carrier.9999": "yes"}
    app = admin.create(public="true", **carriers)
    assert ">BT<" in admin.app(app).text
    assert admin.registered(app).carriers == ("7710",)
    assert admin.registered(admin.create(**carriers)).carriers == ()


def test_a_jwt_app_has_no_redirect_uri_and_logs_nobody_in(admin: Developer) -> None:
    app = admin.create(auth="jwt", type="", redirectUris="")
    assert app["clientSecret"]
    page = admin.app(app)
    assert "Server app with a JWT login" in page.text
    assert f"/console/my-credentials/create?client_id={app['clientId']}" in page.text


def test_the_type_follows_the_way_to_log_in(admin: Developer) -> None:
    assert admin.post("/new-app", **{**FORM, "type": "JWT"}).status_code == 400
    assert admin.post("/new-app", **{**FORM, "auth": "magic"}).status_code == 400
    assert admin.post("/new-app", **{**FORM, "type": ""}).status_code == 400


@pytest.mark.parametrize(
    ("uris", "problem", "count"),
    [
        (URI, "", 1),
        (f"{URI}\n\n {URI}", "", 1),
        ("https://*.example/", "wildcard", 1),
        ("localhost:5000", "did you mean http://localhost:5000", 1),
        ("", "", 0),
        ("\n".join(f"https://a.example/{n}" for n in range(11)), "at most 10", 11),
    ],
)
def test_redirect_uris_are_checked_as_they_are_typed(
    admin: Developer, uris: str, problem: str, count: int
) -> None:
    answer = admin.post("/console/check-redirect-uris", redirectUris=uris)
    assert (answer.status_code, answer.json()["count"]) == (200, count)
    assert problem in answer.json()["problem"]
    assert bool(problem) is bool(answer.json()["problem"])


def test_a_secret_is_shown_once_and_then_only_rotated(admin: Developer) -> None:
    app = admin.create()
    path = f"/console/apps/{app['clientId']}"
    assert admin.post(f"{path}/secret", which="development").status_code == 409
    assert "Show once" not in admin.get(path).text
    page = admin.send(f"{path}/rotate", which="development")
    new = text_of(page, "client-secret")
    assert new != app["clientSecret"]
    assert f"RC_APP_CLIENT_SECRET={new}" in page.text
    assert new not in admin.get(path).text
    with admin.visits.browser() as http:
        assert exchange(http, app, "no-code").json()["errors"][0]["errorCode"] == "OAU-146"
        assert exchange(http, {**app, "clientSecret": new}, "no-code").json()["error"] == "invalid_grant"
    assert new not in str(admin.visits.journal())


def test_a_secret_that_was_never_seen_waits_behind_show_once(admin: Developer) -> None:
    """The browser that made the app closed before its page was there."""
    location = admin.post("/new-app", **FORM).headers["location"]
    again = Developer(admin.visits, admin.user)
    page = again.get(location)
    assert "client-secret" not in page.text
    assert "Show once" in page.text
    shown = again.send(f"{location}/secret", which="development")
    assert len(text_of(shown, "client-secret")) > 30
    for http in (again, admin):
        shown_again = "client-secret" in http.get(location).text
        assert not shown_again


def test_a_public_client_has_no_secret_to_rotate(admin: Developer) -> None:
    app = admin.create(type="BrowserBased")
    path = f"/console/apps/{app['clientId']}"
    assert app["clientSecret"] is None
    for action in ("secret", "rotate"):
        assert admin.post(f"{path}/{action}", which="development").status_code == 409
    assert admin.post(f"{path}/keys", jwks="").status_code == 409
    assert admin.post(f"{path}/rotate", which="production").status_code == 404


def test_settings_change_but_the_type_does_not(admin: Developer) -> None:
    app = admin.create()
    path = f"/console/apps/{app['clientId']}/settings"
    page = admin.get(path)
    assert 'name="type" value="ServerWeb"' in page.text
    changes = {
        **FORM,
        "name": "Another name",
        "desc": "Says something else about the app",
        "type": "BrowserBased",
        "redirectUris": "https://a.example/cb",
        "refreshTokens": "no",
        "permission.ReadCallLog": "yes",
        "public": "true",
    }
    assert admin.post(path, **changes).headers["location"].endswith(app["clientId"])
    changed = admin.registered(app)
    assert (changed.name, changed.platform_type) == ("Another name", "ServerWeb")
    assert (changed.redirect_uris, changed.refresh_tokens) == (("https://a.example/cb",), False)
    assert (changed.permissions, changed.public) == (frozenset({"ReadAccounts", "ReadCallLog"}), True)
    assert changed.has_secret(app["clientSecret"])
    refused = admin.post(path, **{**changes, "redirectUris": "https://*.x/"})
    assert (refused.status_code, "wildcard" in text_of(refused, "redirectUris-error")) == (400, True)
    assert "cannot be changed" in refused.text


def test_an_app_registers_public_keys_only(admin: Developer) -> None:
    app = admin.create()
    path = f"/console/apps/{app['clientId']}/keys"
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    assert "private key" in text_of(admin.post(path, jwks=private), "jwks-error")
    assert admin.post(path, jwks="nonsense").status_code == 400
    assert admin.post(path, jwks=public).status_code == 303
    assert admin.registered(app).jwks == public.strip()
    assert "Registered" in admin.app(app).text
    admin.post(path, jwks="")
    assert admin.registered(app).jwks is None


def test_deleting_asks_first_and_ends_everything(own_admin: Developer) -> None:
    admin = own_admin
    app, kept = admin.create(), admin.create(name="Kept")
    tokens, others = admin.log_in(app), admin.log_in(kept)
    assert admin.call(tokens["access_token"], ME) == [200]
    path = f"/console/apps/{app['clientId']}/delete"
    assert "My app" in admin.get(path).text
    refused = admin.post(path)
    assert (refused.status_code, "Tick the box" in refused.text) == (400, True)
    assert admin.call(tokens["access_token"], ME) == [200]
    page = admin.send(path, confirmed="yes")
    assert app["clientId"] not in page.text
    assert admin.app(app).status_code == 404
    assert admin.call(tokens["access_token"], ME) == [401]
    assert admin.call(others["access_token"], ME) == [200]
    with admin.visits.browser() as http:
        assert refresh(http, app, tokens["refresh_token"]).json()["error"] == "invalid_client"
        asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": URI}
        assert http.get("/restapi/oauth/authorize", params=asked).status_code == 400


def test_a_login_under_way_ends_with_its_app(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": URI, "prompt": "consent"}
    page = follow_pages(admin.http, admin.get("/restapi/oauth/authorize", params=asked))
    assert "would like to" in page.text
    admin.post(f"/console/apps/{app['clientId']}/delete", confirmed="yes")
    assert admin.http.get(str(page.url)).status_code in {400, 403}


def test_names_are_data_on_every_page_of_an_app(admin: Developer) -> None:
    name = "<script>alert(1)</script>{{7*7}}"
    app = admin.create(name=name, desc="<img src=x onerror=alert(2)>")
    for path in (
        "",
        "/settings",
        "/keys",
        "/delete",
        "/analytics",
        "/readiness?profile=2019",
        "/readiness?profile=today",
    ):
        page = admin.app(app, path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert name in html.unescape(page.text)
    assert "<h1>Readiness of 49" not in admin.app(app, "/readiness").text
    assert "&lt;script&gt;" in admin.app(app, "/readiness.xml").text


def test_an_app_lives_in_its_world_alone(own: Visits) -> None:
    """Every path is under /_w/ID: forms, links, redirects; and the home world knows nothing."""
    root = "/_w/console-test"
    with own.browser() as http:
        seed = http.get(f"{root}/_local/seed").json()
    user = next(user for user in seed["users"] if user["admin"])
    admin = Developer(own, user, root)
    app = admin.create()
    page = admin.app(app)
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', page.text))
    assert {link for link in links if not link.startswith((f"{root}/", "/_static/"))} == set()
    assert f"RC_SERVER_URL={own.server.base_url}{root}" in page.text
    for path in ("/settings", "/keys", "/delete", "/analytics", "/readiness"):
        page = admin.app(app, path)
        found = re.findall(r'(?:href|action|data-live|data-check)="(/[^"]*)"', page.text)
        assert {link for link in found if not link.startswith((f"{root}/", "/_static/"))} == set()
    assert admin.send(f"/console/apps/{app['clientId']}/rotate", which="development").status_code == 200
    home = Developer(own, own.seed.admin)
    assert home.app(app).status_code == 404
    with own.browser() as http:
        assert token_request(http, app, grant_type="refresh_token", refresh_token="x").status_code == 400
