"""Clock & faults over HTTP: moving the clock, ordering faults, setting switches; bad input is kept."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from console_visits import ME, Developer, text_of

from headless import START, Visits, new_server
from ringback.platform.console.fault_form import read_fault, what_happens
from ringback.platform.quirks import QUIRKS
from ringback.platform.serving.parameters import Parameters

PAGE = "/console/clock"
FAULTS = f"{PAGE}/faults"
SWITCHES = f"{PAGE}/switches"


def test_the_clock_is_moved_and_stopped(own_admin: Developer) -> None:
    admin, clock = own_admin, own_admin.visits.server.world.clock
    assert "2026-11-23 15:0" in admin.get(PAGE).text
    page = admin.send(PAGE, advance="3600")
    assert "moved ahead" in page.text
    assert "2026-11-23 16:0" in page.text
    admin.send(PAGE, advance="0.5")
    page = admin.send(PAGE, mode="frozen")
    assert "stands still" in page.text
    assert "Let it run" in page.text
    now = clock.now()
    admin.send(PAGE, advance="60")
    assert clock.now() == now + timedelta(seconds=60)
    admin.send(PAGE, mode="running")
    assert clock.mode == "running"
    assert admin.post(PAGE, mode="auto").status_code == 400


@pytest.mark.parametrize("typed", ["", "soon", "-1", "nan", "inf", "1_000", "9" * 30, "٣", "<b>"])
def test_a_wrong_step_moves_nothing_and_is_kept(admin: Developer, typed: str) -> None:
    before = admin.visits.server.world.clock.now()
    answer = admin.post(PAGE, advance=typed)
    assert answer.status_code == 400
    assert text_of(answer, "advance-error")
    assert 'aria-invalid="true" aria-describedby="advance-error advance-help"' in answer.text
    assert f'value="{html.escape(typed)}"' in answer.text
    assert admin.visits.server.world.clock.now() - before < timedelta(minutes=1)


def test_who_moves_the_clock_by_days_stays_signed_in(own: Visits) -> None:
    admin, elsewhere = Developer(own, own.seed.admin), Developer(own, own.seed.admin)
    cookie = dict(admin.http.cookies)
    page = admin.send(PAGE, advance="86400")
    assert "moved ahead" in page.text
    assert "2026-11-24" in page.text
    assert dict(admin.http.cookies) != cookie
    assert "Sign in to" in elsewhere.get(PAGE).text
    assert admin.send(PAGE, advance="864000").status_code == 200
    assert own.server.world.clock.now() > START + timedelta(days=11)


def test_a_fault_is_ordered_strikes_and_is_taken_away(own_admin: Developer) -> None:
    admin, faults = own_admin, own_admin.visits.server.world.faults
    token = admin.log_in(admin.create())["access_token"]
    page = admin.send(FAULTS, method="GET", path=ME, times="2", status="503", when="before", errorCode="")
    assert "The fault is ordered" in page.text
    assert "The server does nothing, then the answer is 503." in page.text
    assert admin.call(token, ME, 3) == [503, 503, 200]
    page = admin.get(PAGE)
    assert "2 of 2" in page.text
    assert "spent" in page.text
    admin.send(FAULTS, status="500", body='{"a":\r\n1}', delay="0.01", cut="slow", times="")
    [_, fault] = faults.all()
    assert (fault.times, fault.body, fault.delay, fault.cut) == (None, '{"a":\n1}', 0.01, "slow")
    assert admin.call(token, ME) == [500]
    # A fault for every path does not keep anybody from taking it away.
    page = admin.send(f"{FAULTS}/delete", id=fault.id)
    assert "taken away" in page.text
    assert admin.post(f"{FAULTS}/delete", id=fault.id).status_code == 404
    assert [one.id for one in faults.all()] == ["1"]
    admin.send(f"{FAULTS}/delete", all="yes")
    assert faults.all() == []


def test_the_console_itself_is_never_struck(own_admin: Developer) -> None:
    admin = own_admin
    admin.send(FAULTS, status="503", path="/**", times="")
    for path in (PAGE, "/console/requests", "/console/live/requests", "/console"):
        assert admin.get(path).status_code == 200
    assert admin.get("/").status_code == 503
    with admin.visits.browser() as stranger:
        assert stranger.get("/console/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "status"),
        ({"status": "99"}, "status"),
        ({"status": "many"}, "status"),
        ({"status": "503", "times": "0"}, "times"),
        ({"status": "503", "times": "1e3"}, "times"),
        ({"status": "503", "path": "restapi"}, "path"),
        ({"status": "503", "path": "/_local/faults"}, "path"),
        ({"status": "503", "path": "/console/clock"}, "path"),
        ({"status": "503", "path": "/a?b"}, "path"),
        ({"status": "503", "method": "<b>"}, "method"),
        ({"status": "503", "clientId": "x" * 201}, "clientId"),
        ({"status": "503", "errorCode": "no such"}, "errorCode"),
        ({"errorCode": "CMN-201", "body": "x"}, "errorCode"),
        ({"delay": "601"}, "delay"),
        ({"delay": "-1"}, "delay"),
        ({"delay": "nan"}, "delay"),
        ({"status": "503", "cut": "reset"}, "cut"),
        ({"status": "503", "cut": "sideways"}, "cut"),
        ({"status": "503", "when": "later"}, "when"),
        ({"cut": "slow", "when": "before"}, "when"),
    ],
)
def test_a_faults_form_is_checked_and_kept(admin: Developer, fields: dict[str, str], wrong: str) -> None:
    before = admin.visits.server.world.faults.all()
    answer = admin.post(FAULTS, **{"times": "7", **fields})
    assert answer.status_code == 400
    assert text_of(answer, f"{wrong}-error")
    control = re.search(rf'<(input|select|textarea)[^>]* id="{wrong}".*?>', answer.text)
    assert control
    assert f'aria-describedby="{wrong}-error' in control.group(0)
    assert " autofocus" in control.group(0)
    for value in fields.values():
        assert html.escape(value) in answer.text
    assert "<b>" not in answer.text
    assert admin.visits.server.world.faults.all() == before
    assert admin.get(FAULTS).status_code == 200


def test_all_wrong_fields_are_told_at_once(admin: Developer) -> None:
    fields = {"status": "99", "times": "x", "path": "no slash", "method": "<b>", "delay": "999", "cut": "up"}
    answer = admin.post(FAULTS, **fields)
    for name in fields:
        assert text_of(answer, f"{name}-error")
    assert answer.text.count(" autofocus") == 1


def test_a_request_begins_a_fault(admin: Developer) -> None:
    page = admin.get(PAGE, params={"method": "POST", "path": '/restapi/oauth/token">'})
    assert '<option value="POST" selected>' in page.text
    assert 'value="/restapi/oauth/token&#34;&gt;"' in page.text


def test_a_thousand_faults_are_enough(own_admin: Developer) -> None:
    faults = own_admin.visits.server.world.faults
    _, fault = read_fault(Parameters([("status", "503"), ("path", "/nowhere")]))
    assert fault is not None
    for _ in range(1_000):
        faults.add(fault)
    answer = own_admin.post(FAULTS, status="503")
    assert (answer.status_code, "There are 1000 faults" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "503"}, "The server does nothing, then the answer is 503"),
        (
            {"status": "429", "errorCode": "CMN-301", "when": "after", "delay": "2"},
            "The server does and keeps it, 2 s pass, then the answer is 429 CMN-301",
        ),
        ({"cut": "reset"}, "The server does nothing, then the connection is closed without an answer"),
        (
            {"cut": "truncated"},
            "The server does and keeps it, then the server's own answer is sent, cut off in its middle",
        ),
        (
            {"body": "<p>", "cut": "slow", "delay": "3"},
            "The server does nothing, then the answer has another body, in small pieces over 3 s",
        ),
        ({"delay": "1.5"}, "1.5 s pass, then the server's own answer is sent"),
    ],
)
def test_faults_in_words(fields: dict[str, str], told: str) -> None:
    asked, fault = read_fault(Parameters(fields.items()))
    assert asked.errors == {}
    assert fault is not None
    assert what_happens(fault) == told


def test_switches_are_set_all_or_none(own_admin: Developer) -> None:
    admin, quirks = own_admin, own_admin.visits.server.world.quirks
    page = admin.get(PAGE)
    for quirk in QUIRKS.values():
        assert f'name="quirk.{quirk.name}" aria-labelledby="quirk.{quirk.name}-name"' in page.text
        assert html.escape(quirk.decides[1:]) in page.text
    assert "not the default" not in page.text
    answer = admin.post(SWITCHES, **{"quirk.refresh-grace": "strict", "quirk.rate-group-case": "purple"})
    assert answer.status_code == 400
    assert "lower or capital" in text_of(answer, "quirk.rate-group-case-error")
    assert '<option value="strict" selected>' in answer.text
    assert quirks.value("refresh-grace") == "grace"
    assert admin.post(SWITCHES, **{"quirk.none": "x"}).status_code == 400
    everything = {f"quirk.{name}": value for name, value in quirks.all().items()}
    page = admin.send(SWITCHES, **{**everything, "quirk.refresh-grace": "strict"})
    assert "The switches are set" in page.text
    assert page.text.count("not the default") == 1
    assert quirks.value("refresh-grace") == "strict"


def test_others_see_what_is_in_force_and_change_nothing(own: Visits) -> None:
    admin, colleague = Developer(own, own.seed.admin), Developer(own, own.seed.plain_user)
    theirs, others = colleague.create(name="Of the colleague"), admin.create(name="Of the admin")
    for client_id, status in ((theirs["clientId"], "501"), (others["clientId"], "502"), ("", "504")):
        admin.send(FAULTS, status=status, clientId=client_id)
    page = colleague.get(PAGE)
    assert "The answer is" not in page.text
    assert ("answer is 501" in page.text, "answer is 504" in page.text) == (True, True)
    assert "answer is 502" not in page.text
    assert others["clientId"] not in page.text
    assert "Of the admin" not in page.text
    assert page.text.count('method="post"') == 2  # signing out, and a form of switches without a button
    assert "administrators change it" in page.text
    with own.browser() as stranger:
        assert "Sign in to" in stranger.get(PAGE).text


def test_the_state_of_the_rate_limits_is_shown() -> None:
    for enabled, told in ((True, "Rate limits: on"), (False, "Rate limits: off")):
        with new_server(rate_limits=enabled) as running:
            visits = Visits(running)
            page = Developer(visits, visits.seed.admin).get(PAGE)
            assert told in page.text
            assert ('<td class="num" data-label="Calls">10</td>' in page.text) == enabled


def test_parties_that_wait_are_named(own_admin: Developer) -> None:
    admin = own_admin
    admin.visits.server.world.clock.switch(type(admin.visits.server.world.clock.mode)("auto"), 2)
    page = admin.get(PAGE)
    assert "2 are to wait, and 0 do." in " ".join(page.text.split())
    admin.send(PAGE, mode="running")
    assert "runs with real time" in admin.get(PAGE).text
    assert admin.get("/console/live/clock").text.count('data-part="now"') == 1
