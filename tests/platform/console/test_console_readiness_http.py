"""Readiness over HTTP: live figures, applying, production credentials, frozen settings, exports."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import httpx2
import pytest
from console_visits import FORM, ME, MY_CALLS, Developer, checks, text_of

from headless import Visits, new_server, refresh, token_request

DAY = 86_400


def graduate(admin: Developer, token: str) -> None:
    """Make the calls that the rules ask for, within the rate limits."""
    admin.call(token, ME, 15)
    admin.call(token, MY_CALLS, 5)


def test_from_the_first_call_to_production(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create(**{"permission.ReadCallLog": "yes"})
    apply = f"/console/apps/{app['clientId']}/apply"
    report = admin.report(app)
    assert (report["met"], report["graduated"]) == (False, False)
    assert checks(report) == {
        "calls": False,
        "endpoints": False,
        "permissions": False,
        "errors": True,
        "throttled": True,
    }
    tokens = admin.log_in(app)
    assert admin.call(tokens["access_token"], ME, 15) == [200] * 15
    assert admin.call(tokens["access_token"], MY_CALLS, 4) == [200] * 4
    assert checks(admin.report(app))["endpoints"] is False
    assert " disabled" in admin.app(app, "/readiness").text.partition("Apply for Production")[0][-200:]
    assert admin.post(apply).status_code == 409
    assert admin.registered(app).frozen is False
    assert admin.call(tokens["access_token"], MY_CALLS) == [200]
    report = admin.report(app)
    assert report["met"], report
    assert [(one["path"], one["successful"]) for one in report["endpoints"]] == [
        ("/restapi/v1.0/account/{accountId}/extension/{extensionId}", 15),
        ("/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log", 5),
    ]
    dashboard = admin.send(apply)
    assert text_of(dashboard, "client-id") == app["clientId"]
    production = {**app, "clientId": text_of(dashboard, "production-client-id")}
    assert "production-client-secret" not in dashboard.text
    shown = admin.send(f"/console/apps/{app['clientId']}/secret", which="production")
    production["clientSecret"] = text_of(shown, "production-client-secret")
    assert production["clientSecret"] not in admin.app(app).text
    assert admin.post(apply).status_code == 409

    # Both pairs work at the same base URL, and the journal shows which.
    admin.visits.advance(60)
    assert admin.call(tokens["access_token"], ME) == [200]
    assert admin.call(admin.log_in(production)["access_token"], ME) == [200]
    callers = [entry["clientId"] for entry in admin.visits.journal() if entry["path"] == ME]
    assert callers[-2:] == [app["clientId"], production["clientId"]]
    with admin.visits.browser() as http:
        crossed = refresh(http, production, tokens["refresh_token"])
        assert crossed.json()["error"] == "invalid_grant"
        mixed = {**production, "clientSecret": app["clientSecret"]}
        assert token_request(http, mixed, grant_type="refresh_token", refresh_token="x").json()["error"] == (
            "invalid_client"
        )


def test_a_graduated_apps_settings_are_frozen(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    admin.call(admin.log_in(app)["access_token"], ME, 20)
    admin.send(f"/console/apps/{app['clientId']}/apply")
    page = admin.app(app, "/settings")
    assert "frozen" in page.text
    assert "<fieldset" in page.text.partition('id="name"')[0]
    assert " disabled>" in page.text
    before = admin.visits.server.world.apps.find(app["clientId"])
    answer = admin.post(f"/console/apps/{app['clientId']}/settings", **{**FORM, "name": "Changed after all"})
    assert answer.status_code == 409
    assert admin.visits.server.world.apps.find(app["clientId"]) == before
    # Credentials are no settings: they can still be rotated, each pair on its own.
    rotated = admin.send(f"/console/apps/{app['clientId']}/rotate", which="production")
    assert "production-client-secret" in rotated.text
    assert 'id="client-secret"' not in rotated.text
    # The list shows the app once, under its development ID.
    production = text_of(rotated, "production-client-id")
    assert production not in admin.get("/console").text
    assert admin.get(f"/console/apps/{production}").status_code == 200
    # Deleting takes both.
    admin.send(f"/console/apps/{app['clientId']}/delete", confirmed="yes")
    assert admin.visits.server.world.apps.find(production) is None


def test_the_window_moves_with_the_clock(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    admin.call(admin.log_in(app)["access_token"], ME, 20)
    assert admin.report(app)["met"]
    admin.visits.advance(DAY)
    admin = Developer(admin.visits, admin.user)
    assert admin.report(app)["met"]
    admin.visits.advance(DAY)
    admin = Developer(admin.visits, admin.user)
    assert not admin.report(app)["met"]


def test_errors_and_throttled_calls_count() -> None:
    with new_server(rate_limits=True) as running:
        visits = Visits(running)
        _errors_and_throttled_calls(Developer(visits, visits.seed.admin))


def _errors_and_throttled_calls(admin: Developer) -> None:
    app = admin.create(**{"permission.ReadCallLog": "yes"})
    token = admin.log_in(app)["access_token"]
    graduate(admin, token)
    assert admin.report(app)["met"]
    assert admin.call(token, f"{MY_CALLS}?dateFrom=nonsense", 2) == [400, 400]
    assert checks(admin.report(app))["errors"] is False
    admin.visits.server.world.quirks.switch("graduation-errors", "authentication")
    assert checks(admin.report(app))["errors"] is True
    limited = 429 in admin.call(token, MY_CALLS, 12)
    assert limited
    assert checks(admin.report(app))["throttled"] is False


def test_login_requests_are_not_counted(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    tokens = admin.log_in(app)
    with admin.visits.browser() as http:
        http.get("/restapi/oauth/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        refresh(http, app, "nonsense")
    assert admin.report(app)["endpoints"] == []


def test_todays_report_looks_at_logins_too(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    unready = admin.report(app, "today")
    assert (unready["profile"], checks(unready)["pkce"], checks(unready)["refresh"]) == (
        "today",
        False,
        False,
    )
    tokens = admin.log_in(app)
    admin.call(tokens["access_token"], ME, 20)
    with admin.visits.browser() as http:
        assert refresh(http, app, tokens["refresh_token"]).status_code == 200
    report = admin.report(app, "today")
    assert report["met"], report
    admin.log_in(app, pkce=False)
    assert checks(admin.report(app, "today"))["pkce"] is False
    assert admin.report(app)["met"]
    page = admin.app(app, "/readiness?profile=today")
    assert "nothing is frozen" in page.text.replace("\n", " ")
    assert "Apply for Production" not in page.text


def test_a_sixth_login_of_one_user_is_told(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    for _ in range(5):
        admin.log_in(app)
        admin.visits.advance(61)
    assert checks(admin.report(app, "today"))["logins"] is True
    admin.log_in(app)
    assert checks(admin.report(app, "today"))["logins"] is False


def test_junit_and_json_for_programs(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    base = admin.visits.server.base_url
    asked = {"clientId": app["clientId"]}
    with admin.visits.browser() as http:
        report = http.get("/_local/readiness", params=asked)
        assert report.headers["content-type"] == "application/json"
        assert report.json()["checks"] == admin.report(app)["checks"]
        junit = http.get("/_local/readiness", params={**asked, "format": "junit", "profile": "today"})
        assert junit.headers["content-type"].startswith("application/xml")
        suites = ElementTree.fromstring(junit.content)
        assert suites.attrib["tests"] == str(len(admin.report(app, "today")["checks"]))
        assert len(suites.findall(".//failure")) == int(suites.attrib["failures"]) > 0
        for wrong, status in (({}, 400), ({"clientId": "nobody"}, 404)):
            assert http.get("/_local/readiness", params=wrong).status_code == status
        for name in ("profile", "format"):
            answer = http.get("/_local/readiness", params={**asked, name: "xml"})
            assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")
        foreign = http.get("/_local/readiness", params=asked, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        assert (
            httpx2.get(f"{base}/_local/readiness", params=asked, headers={"Host": "x.example"}).status_code
            == 403
        )
    own = admin.app(app, "/readiness.xml?profile=2019")
    assert ElementTree.fromstring(own.content).tag == "testsuites"
    assert admin.app(app, "/readiness.json?profile=1999").status_code == 404


def test_the_live_page_leaves_no_trace_in_the_journal(own_admin: Developer) -> None:
    admin = own_admin
    app = admin.create()
    page = admin.app(app, "/readiness")
    before = len(admin.visits.journal())
    live = admin.get(f"/console/live/apps/{app['clientId']}/readiness?profile=2019")
    assert live.text == page.text
    assert len(admin.visits.journal()) == before
    with admin.visits.browser() as stranger:
        assert "Readiness of" not in stranger.get(f"/console/live/apps/{app['clientId']}/readiness").text


def test_the_overview_lists_ones_own_apps(admin: Developer, colleague: Developer) -> None:
    app = admin.create(name="To be seen by its owner")
    assert app["clientId"] in admin.get("/console/readiness").text
    assert app["clientId"] not in colleague.get("/console/readiness").text


@pytest.mark.parametrize("path", ["/readiness", "/readiness.json", "/readiness.xml", "/analytics"])
def test_anybody_elses_figures_are_not_there(admin: Developer, colleague: Developer, path: str) -> None:
    app = admin.create()
    assert colleague.app(app, path).status_code == 404
    assert admin.app(app, path).status_code == 200


def test_graduation_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with new_server(state_file=file) as running:
        admin = Developer(Visits(running), Visits(running).seed.admin)
        app = admin.create()
        admin.call(admin.log_in(app)["access_token"], ME, 20)
        production = text_of(admin.send(f"/console/apps/{app['clientId']}/apply"), "production-client-id")
        assert production not in {app["clientId"], ""}
    with new_server(state_file=file) as running:
        admin = Developer(Visits(running), Visits(running).seed.admin)
        page = admin.app(app)
        assert text_of(page, "production-client-id") == production
        assert "Show once" in page.text
        assert admin.report(app)["met"]
        assert admin.post(f"/console/apps/{app['clientId']}/settings", **FORM).status_code == 409
