"""Hooks: what a client tells of its work, in order, typed, without a secret; and what is made of it."""

import asyncio
import logging
import subprocess
import sys
from dataclasses import fields

import pytest

from ringback import AsyncRingCentral, LoginRequired, NotFound, RingCentral
from ringback.client.effects import Abandoned, AcquireLease, Elapsed, LoadLogin, PutLogin
from ringback.client.events import route_of
from ringback.client.observed import observed
from ringback.hooks import (
    Event,
    LimitWait,
    LimitWaitBegins,
    LoggedIn,
    LoggedOut,
    RefreshDone,
    RequestDone,
    Retried,
)
from ringback.testing import LocalRingCentral

ME = "/restapi/v1.0/account/~/extension/~"
TOKEN = "/restapi/oauth/token"


@pytest.fixture
def told():
    return []


@pytest.fixture
def rc(local, told):
    with RingCentral(hooks=[told.append]) as client:
        yield client


def kinds(told):
    return [type(event).__name__ for event in told]


def test_a_login_a_call_and_a_logout_are_told_in_order(local, rc, told, log_in):
    user = log_in()
    user.get(ME, params={"secret": "SECRET"})
    user.logout()
    assert kinds(told) == ["RequestDone", "LoggedIn", "RequestDone", "LoggedOut", "RequestDone"]
    exchange, stored, call, out, _ = told
    assert (exchange.method, exchange.route, exchange.status, exchange.attempt) == ("POST", TOKEN, 200, 1)
    assert (stored.user_id, stored.holder) == (user.id, "default")
    assert (call.route, call.status) == (ME, 200)
    assert 0 < call.seconds < 10
    assert call.request_id
    assert out == LoggedOut(user.id, ended=True)
    assert "SECRET" not in str(told)


def test_a_refresh_is_told_and_so_is_a_request_that_is_sent_again(local, rc, told, log_in):
    user = log_in()
    told.clear()
    dead = {"errors": [{"errorCode": "OAU-129"}]}
    local.faults.add(ME.replace("~", "*"), status=401, body=dead, times=1)
    user.get(ME)
    assert kinds(told) == ["RequestDone", "RequestDone", "RefreshDone", "Retried", "RequestDone"]
    assert told[2].outcome == "refreshed"
    assert told[3] == Retried("GET", ME, 2, "401")
    assert told[4].attempt == 2


def test_a_login_that_ends_and_a_refresh_that_fails_are_told(local, rc, told, log_in):
    user = log_in()
    local.faults.add(TOKEN, status=503, times=1)
    with pytest.raises(Exception, match="503"):
        user.refresh()
    assert [event.outcome for event in told if isinstance(event, RefreshDone)] == ["failed"]
    told.clear()
    local.clock.advance(8 * 86_400)
    with pytest.raises(LoginRequired):
        user.get(ME)
    assert [event.outcome for event in told if isinstance(event, RefreshDone)] == ["ended"]


def test_several_revocations_of_one_round_are_not_one_that_is_repeated(local, rc, told, log_in):
    first, second = log_in(local.user), log_in(local.admin)
    local.faults.add("/restapi/oauth/revoke", status=503, times=2)
    first.logout()
    second.logout()
    told.clear()
    local.clock.advance(3600)
    rc.tidy()
    assert [event.attempt for event in told if isinstance(event, RequestDone)] == [1, 1]


def test_the_asynchronous_client_tells_the_same(local, told):
    async def story():
        async with AsyncRingCentral(hooks=[told.append]) as rc:
            begun = await rc.begin_login()
            callback = await asyncio.to_thread(local.authorize, begun.url, local.user)
            user = await rc.finish_login(callback, begun.transaction)
            await user.get(ME)
            await user.refresh()
            await user.logout()

    asyncio.run(story())
    expected = [
        "RequestDone",
        "LoggedIn",
        "RequestDone",
        "RequestDone",
        "RefreshDone",
        "LoggedOut",
        "RequestDone",
    ]
    assert kinds(told) == expected


def test_a_hook_that_raises_stops_nothing(local, log_in, rc, caplog):
    def broken(event):
        raise RuntimeError("SECRET")

    rc.add_hook(broken)
    with caplog.at_level(logging.WARNING, "ringback.client"):
        assert log_in().get(ME).status == 200
    assert "a hook failed at RequestDone: RuntimeError" in caplog.text
    assert "SECRET" not in caplog.text


def test_without_hooks_the_steps_are_run_as_they_are(local):
    with RingCentral() as rc:
        assert rc._driver.hooks == ()


def test_what_a_vault_gave_reaches_the_steps_before_they_learn_that_their_caller_gave_up():
    seen = []

    def steps():
        try:
            seen.append((yield AcquireLease(None)))
            seen.append((yield LoadLogin("1")))
        except Abandoned:
            seen.append("abandoned")
            yield PutLogin(None, "cleaning up")
            raise

    watched = observed(steps())
    assert isinstance(next(watched), Elapsed)
    assert isinstance(watched.send(0.0), AcquireLease)
    assert isinstance(watched.send("lease"), Elapsed)
    assert isinstance(watched.throw(Abandoned()), PutLogin)
    assert seen == ["lease", "abandoned"]


def test_an_effect_that_fails_raises_into_the_steps():
    def steps():
        with pytest.raises(OSError):
            yield LoadLogin("1")
        return "went on"

    watched = observed(steps())
    next(watched)
    with pytest.raises(StopIteration) as stop:
        watched.throw(OSError())
    assert stop.value.value == "went on"


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("/restapi/v1.0/account/~/call-log?dateFrom=x", "/restapi/v1.0/account/~/call-log"),
        (
            "/restapi/v1.0/account/12/recording/34/content",
            "/restapi/v1.0/account/{id}/recording/{id}/content",
        ),
        ("/a/12,13,14", "/a/{id}"),
        ("/a/AbCdEfGhIjKlMnOpQrStUvWx", "/a/{id}"),
        ("/" + "/".join("a" * 30), "/" + "/".join("a" * 15) + "/…"),
    ],
)
def test_few_routes_stand_for_many_paths(target, route):
    assert route_of(target) == route


def test_no_event_has_a_field_for_a_secret():
    for kind in Event.__subclasses__():
        assert not {one.name for one in fields(kind)} & {"token", "code", "secret", "query", "url", "headers"}


def test_the_log_has_a_line_for_each_event(local, rc, log_in, caplog):
    from ringback.hooks.logging import LoggingHook

    rc.add_hook(LoggingHook())
    with caplog.at_level(logging.INFO, "ringback.events"):
        user = log_in()
        with pytest.raises(NotFound):
            user.get("/restapi/v1.0/account/~/nothing")
    lines = [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name == "ringback.events"
    ]
    assert [level for level, _ in lines] == ["INFO", "INFO", "WARNING"]
    assert "RequestDone method=GET route=/restapi/v1.0/account/~/nothing status=404" in lines[2][1]
    assert caplog.records[-1].ringback["status"] == 404


def test_prometheus_counts(local, rc, log_in):
    from prometheus_client import CollectorRegistry

    from ringback.hooks.prometheus import PrometheusHook

    registry = CollectorRegistry()
    rc.add_hook(PrometheusHook(registry))
    user = log_in()
    user.get(ME)
    user.refresh()
    user.logout()

    def value(name, **labels):
        return registry.get_sample_value(name, labels)

    assert value("ringback_request_seconds_count", method="GET", route=ME, status="200") == 1
    assert value("ringback_refresh_seconds_count", outcome="refreshed") == 1
    assert value("ringback_logins_total") == value("ringback_logouts_total") == 1


def test_the_rate_limit_is_told_as_the_server_tells_it(told):
    from prometheus_client import CollectorRegistry

    from ringback.hooks.prometheus import PrometheusHook

    registry = CollectorRegistry()
    hooks = [told.append, PrometheusHook(registry)]
    with LocalRingCentral() as local, local.use_env(), RingCentral(hooks=hooks) as rc:
        begun = rc.begin_login()
        rc.finish_login(local.authorize(begun.url), begun.transaction).get(ME)
    assert (told[-1].group, told[-1].remaining) == ("light", 49)
    assert registry.get_sample_value("ringback_rate_limit_remaining", {"group": "light"}) == 49


def test_a_wait_for_the_rate_limit_is_told(told):
    with LocalRingCentral() as local, local.use_env(), RingCentral(timeout=120, hooks=[told.append]) as rc:
        local.clock.auto(1)
        begun = rc.begin_login()
        user = rc.finish_login(local.authorize(begun.url), begun.transaction)
        for _ in range(11):  # ten a minute
            user.get(f"{ME}/call-log")
    assert [one for one in told if isinstance(one, LimitWait)]
    begins = [place for place, one in enumerate(told) if isinstance(one, LimitWaitBegins)]
    assert 0 < told[begins[0]].seconds <= 61
    assert all(isinstance(told[place + 1], LimitWait) for place in begins)
    assert not [one for one in told if isinstance(one, RequestDone) and one.status == 429]


def test_a_connection_that_breaks_and_the_request_that_is_sent_again_are_told(local, rc, told, log_in):
    user = log_in()
    told.clear()
    local.faults.add(ME.replace("~", "*"), cut="reset", times=1)
    user.get(ME)
    assert kinds(told) == ["RequestDone", "Retried", "RequestDone"]
    assert (told[0].status, told[0].trouble) == (None, "broken")
    assert told[1].after == "broken"


def test_opentelemetry_has_spans_under_the_callers_own(local, rc, log_in):
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from ringback.hooks.opentelemetry import OpenTelemetryHook

    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    rc.add_hook(OpenTelemetryHook(tracers, MeterProvider([reader])))
    user = log_in()
    spans.clear()
    with tracers.get_tracer("test").start_as_current_span("mine") as mine:
        user.get(ME)
        with pytest.raises(NotFound):
            user.get("/restapi/v1.0/account/~/nothing")
    call, missing, _ = spans.get_finished_spans()
    assert call.name == f"GET {ME}"
    assert call.parent.span_id == mine.get_span_context().span_id
    assert call.attributes["http.response.status_code"] == 200
    assert call.end_time > call.start_time
    assert missing.status.status_code.name == "ERROR"
    assert missing.attributes["error.type"] == "404"
    names = {
        metric.name
        for resource in reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert "http.client.request.duration" in names


def test_no_library_is_imported_for_hooks_that_are_not_used():
    code = (
        "import ringback.hooks, sys; ringback.RingCentral;"
        " print({'prometheus_client', 'opentelemetry'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "set()\n"


def test_events_can_be_compared_and_told_apart():
    assert LoggedIn("1", "h") == LoggedIn("1", "h")
    assert RefreshDone("1", "failed", 1.0) != RefreshDone("1", "ended", 1.0)
