"""The console over HTTP: an app from a link, the secret shown once, and nobody else's apps."""

from __future__ import annotations

import html
import re

import httpx2
import pytest
from console_forms import FORM, LINK, sign_in

from headless import (
    REDIRECT_URI,
    Seed,
    Visits,
    first_post_form,
    follow_pages,
    redirect_query,
    sign_in_and_authorize,
    token_request,
)


def new_app_form(page: httpx2.Response) -> dict[str, str]:
    """The create-app form's fields: of the page's forms, the one posted to /new-app."""
    form = page.text[page.text.index('action="/new-app"') - 200 :]
    fields = first_post_form(form[form.index("<form") :]).fields
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
    return {**fields, **{name: html.unescape(text) for name, text in areas}}


def create(http: httpx2.Client, **changes: str) -> httpx2.Response:
    csrf = new_app_form(http.get("/new-app"))["csrf"]
    fields = {name: value for name, value in {**FORM, "csrf": csrf, **changes}.items() if value}
    return follow_pages(http, http.post("/new-app", data=fields))


def text_of(page: httpx2.Response, element: str) -> str:
    found = re.search(rf'id="{element}"[^>]*>(.*?)<', page.text, re.DOTALL)
    assert found is not None, page.text
    return html.unescape(found.group(1))


def test_the_quick_starts_link_makes_an_app_that_logs_users_in(
    http: httpx2.Client, visits: Visits, seed: Seed
) -> None:
    form = sign_in(http, seed.admin, LINK)
    assert str(form.url).endswith(LINK)
    fields = new_app_form(form)
    assert fields["name"] == "Authorization Flow Quick Start App"
    assert fields["redirectUris"] == REDIRECT_URI
    assert {"permission.ReadAccounts", "permission.ReadCallLog"} <= fields.keys()
    created = follow_pages(http, http.post("/new-app", data={**fields, "refreshTokens": "yes"}))
    app = {"clientId": text_of(created, "client-id"), "clientSecret": text_of(created, "client-secret")}
    assert f"RC_APP_CLIENT_SECRET={app['clientSecret']}" in created.text
    assert f"RC_REDIRECT_URL={REDIRECT_URI}" in created.text
    asked = {"response_type": "code", "client_id": app["clientId"], "redirect_uri": REDIRECT_URI}
    with visits.browser() as other:
        code = redirect_query(sign_in_and_authorize(other, seed.plain_user, asked))["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    answer = token_request(http, app, **fields)
    assert answer.json()["scope"] == "ReadAccounts ReadCallLog"
    assert app["clientSecret"] not in str(visits.journal())


def test_the_secret_is_shown_once(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    created = create(http)
    secret = text_of(created, "client-secret")
    again = http.get(str(created.url))
    assert again.status_code == 200
    assert secret not in again.text
    assert "RC_APP_CLIENT_SECRET" not in again.text
    assert text_of(created, "client-id") in http.get("/console").text


def test_a_head_request_does_not_use_up_the_secret(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    fields = {**FORM, "csrf": new_app_form(http.get("/new-app"))["csrf"]}
    location = http.post("/new-app", data=fields).headers["location"]
    http.head(location)
    assert http.get(location, headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert "client-secret" in http.get(location).text


def test_sign_up_and_return_to_the_filled_form(http: httpx2.Client) -> None:
    page = http.get(LINK)
    fields = first_post_form(page.text).fields
    newcomer = {
        "csrf": fields["csrf"],
        "next": fields["next"],
        "firstName": "Ada",
        "lastName": "<b>Long</b>",
        "email": "ada@new.example",
        "newPassword": "a good password",
    }
    form = follow_pages(http, http.post("/console/sign-up", data=newcomer))
    assert new_app_form(form)["name"] == "Authorization Flow Quick Start App"
    assert "&lt;b&gt;Long&lt;/b&gt;" in form.text
    assert "client-secret" in create(http).text
    http.post("/console/sign-out", data={"csrf": first_post_form(http.get("/console").text).fields["csrf"]})
    user = {"username": "ada@new.example", "password": "a good password"}
    assert "Your apps" in sign_in(http, user).text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "Give the app a name"),
        ({"name": "n" * 65}, "name", "at most 64"),
        ({"name": "a\u202eb"}, "name", "cannot be shown"),
        ({"desc": ""}, "desc", "Give the app a description"),
        ({"desc": "d" * 257}, "desc", "at most 256"),
        ({"redirectUris": ""}, "redirectUris", "at least one"),
        ({"redirectUris": "https://*.example.com/cb"}, "redirectUris", "wildcard"),
        ({"redirectUris": "https://a.example/#x"}, "redirectUris", "fragment"),
        (
            {"redirectUris": "localhost:5000/oauth2callback"},
            "redirectUris",
            "did you mean http://localhost:5000",
        ),
        ({"redirectUris": "http://a.example,b.example/cb"}, "redirectUris", "no valid host"),
        ({"redirectUris": "https://a.example/100%"}, "redirectUris", "percent escape"),
        ({"redirectUris": "myapp:cb"}, "redirectUris", "without a dot"),
        ({"redirectUris": "javascript:alert(1)"}, "redirectUris", "scheme"),
        (
            {"redirectUris": "\n".join(f"https://a.example/{n}" for n in range(11))},
            "redirectUris",
            "at most 10",
        ),
        ({"permission.Everything": "yes"}, "permissions", "does not exist"),
        ({"type": "Toaster"}, "type", "Choose the type"),
        ({"public": "maybe"}, "public", "Choose who"),
    ],
)
def test_errors_stand_next_to_their_fields_and_input_is_kept(
    http: httpx2.Client, seed: Seed, changes: dict[str, str], field: str, message: str
) -> None:
    sign_in(http, seed.admin)
    page = create(http, **changes)
    assert page.status_code == 400
    assert message in text_of(page, f"{field}-error")
    assert f"{field}-error" in "".join(re.findall(r'aria-describedby="([^"]*)"', page.text))
    kept = new_app_form(page)
    for name in {"name", "desc"} - changes.keys():
        assert kept[name] == FORM[name]


def test_duplicate_redirect_uris_are_dropped(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    page = create(http, redirectUris=f"{REDIRECT_URI}\r\n {REDIRECT_URI} \r\n\r\n")
    assert page.status_code == 200
    assert page.text.count(f'd-block">{REDIRECT_URI}<') == 1


def test_a_links_mistakes_are_told(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    page = http.get(
        "/new-app?permission=ReadAccounts,Fly&type=Toaster&public=perhaps&redirectUri=https://*.x/"
    )
    assert "Fly" in text_of(page, "permissions-error")
    assert "Toaster" in text_of(page, "type-error")
    assert "wildcard" in text_of(page, "redirectUris-error")
    assert 'id="p-ReadAccounts" value="yes" checked' in page.text


def test_consent_names_an_ipv6_origin(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    sign_in(http, seed.admin)
    uri = "http://[::1]:5000/cb"
    client_id = text_of(create(http, redirectUris=uri), "client-id")
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": uri}
    page = http.get("/restapi/oauth/authorize", params=asked)
    assert "You will be sent back to <code>http://[::1]:5000</code>" in page.text


def test_names_are_data(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    page = create(http, name='<script>"x"</script>{{7*7}}')
    assert "<script>&" not in page.text
    assert "&lt;script&gt;&#34;x&#34;&lt;/script&gt;{{7*7}}" in page.text


def test_developers_see_only_their_own_apps(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    sign_in(http, seed.admin)
    created = create(http, name="Mine alone")
    with visits.browser() as other:
        assert "Mine alone" not in sign_in(other, seed.plain_user).text
        answer = other.get(str(created.url))
        assert answer.status_code == 404
        assert "Mine alone" not in answer.text
        assert other.get(f"/console/apps/{seed.app['clientId']}").status_code == 404
    with visits.browser() as stranger:
        assert "Mine alone" not in stranger.get(str(created.url)).text


def test_forms_need_their_csrf_value(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    sign_in(http, seed.admin)
    with visits.browser() as stranger:
        foreign = first_post_form(stranger.get("/console").text).fields["csrf"]
    for csrf in ("", "wrong", foreign):
        for path in ("/new-app", "/console/sign-out", "/console/sign-in", "/console/sign-up"):
            assert http.post(path, data={**FORM, "csrf": csrf}).status_code == 403
    assert "Your apps" in http.get("/console").text


def test_public_clients_get_no_secret(http: httpx2.Client, seed: Seed) -> None:
    sign_in(http, seed.admin)
    page = create(http, type="BrowserBased")
    assert "client-secret" not in page.text
    assert "PKCE" in page.text
