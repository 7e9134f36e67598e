"""A hook that makes OpenTelemetry spans and metrics of events. Needs opentelemetry-api."""

from __future__ import annotations

import time

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import SpanKind, Status, StatusCode, TracerProvider

from ringback.client.events import Event, LimitWait, RefreshDone, RequestDone, Retried

_NAME = "ringback"
_NANO = 1_000_000_000


class OpenTelemetryHook:
    """`OpenTelemetryHook()` uses the process's providers. Each request, refresh and wait is a span.

    A span lies under the span that is current where the call was made. Attributes follow the semantic
    conventions for HTTP clients: http.request.method, url.template, http.response.status_code.
    """

    def __init__(
        self, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        self._tracer = trace.get_tracer(_NAME, tracer_provider=tracer_provider)
        meter = metrics.get_meter(_NAME, meter_provider=meter_provider)
        self._duration = meter.create_histogram("http.client.request.duration", unit="s")
        self._refreshes = meter.create_counter("ringback.refreshes")
        self._retries = meter.create_counter("ringback.retries")
        self._waits = meter.create_counter("ringback.limit_wait", unit="s")

    def __call__(self, event: Event) -> None:
        """Make a span that ends now, and count."""
        match event:
            case RequestDone():
                self._request(event)
            case RefreshDone():
                attributes: dict[str, str | int] = {"ringback.outcome": event.outcome}
                failed = event.outcome in ("ended", "failed")
                self._span("ringback refresh", SpanKind.INTERNAL, event.seconds, attributes, failed=failed)
                self._refreshes.add(1, attributes)
            case LimitWait():
                self._span("ringback limit wait", SpanKind.INTERNAL, event.seconds, {}, failed=False)
                self._waits.add(event.seconds)
            case Retried():
                self._retries.add(1, {"url.template": event.route, "ringback.after": event.after})

    def _request(self, event: RequestDone) -> None:
        attributes: dict[str, str | int] = {"http.request.method": event.method, "url.template": event.route}
        if event.status is not None:
            attributes["http.response.status_code"] = event.status
        failed = event.status is None or event.status >= 400
        if failed:
            attributes["error.type"] = event.trouble or str(event.status)
        self._duration.record(event.seconds, attributes)
        if event.attempt > 1:
            attributes["http.request.resend_count"] = event.attempt - 1
        if event.request_id is not None:
            attributes["ringback.request_id"] = event.request_id
        name = f"{event.method} {event.route}"
        self._span(name, SpanKind.CLIENT, event.seconds, attributes, failed=failed)

    def _span(
        self, name: str, kind: SpanKind, seconds: float, attributes: dict[str, str | int], *, failed: bool
    ) -> None:
        now = time.time_ns()
        began = now - int(seconds * _NANO)
        span = self._tracer.start_span(name, kind=kind, start_time=began, attributes=attributes)
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end_time=now)
