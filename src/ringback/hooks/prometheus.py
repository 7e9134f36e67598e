"""A hook that counts events for Prometheus. Needs prometheus-client."""

from __future__ import annotations

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from ringback.client.events import Event, LimitWait, LoggedIn, LoggedOut, RefreshDone, RequestDone, Retried


class PrometheusHook:
    """`PrometheusHook()`: one for a process; `registry` holds its metrics (default: the library's own).

    Metrics: ringback_request_seconds (method, route, status), ringback_refresh_seconds (outcome),
    ringback_retries_total (route, after), ringback_limit_wait_seconds_total, ringback_rate_limit_remaining
    (group), ringback_logins_total, ringback_logouts_total. Routes have ids cut out; no label names a user.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._requests = Histogram(
            "ringback_request_seconds",
            "Time of requests to RingCentral",
            ("method", "route", "status"),
            registry=registry,
        )
        self._refreshes = Histogram(
            "ringback_refresh_seconds", "Time of token refreshes", ("outcome",), registry=registry
        )
        self._retries = Counter(
            "ringback_retries", "Requests sent again", ("route", "after"), registry=registry
        )
        self._waits = Counter(
            "ringback_limit_wait_seconds", "Time spent waiting for the rate limit", registry=registry
        )
        self._remaining = Gauge(
            "ringback_rate_limit_remaining", "Requests left, as last told", ("group",), registry=registry
        )
        self._logins = Counter("ringback_logins", "Logins that were stored", registry=registry)
        self._logouts = Counter("ringback_logouts", "Logins that were let go of", registry=registry)

    def __call__(self, event: Event) -> None:
        """Count one event."""
        match event:
            case RequestDone():
                status = str(event.status) if event.status is not None else event.trouble or "none"
                self._requests.labels(event.method, event.route, status).observe(event.seconds)
                if event.group is not None and event.remaining is not None:
                    self._remaining.labels(event.group).set(event.remaining)
            case RefreshDone():
                self._refreshes.labels(event.outcome).observe(event.seconds)
            case Retried():
                self._retries.labels(event.route, event.after).inc()
            case LimitWait():
                self._waits.inc(event.seconds)
            case LoggedIn():
                self._logins.inc()
            case LoggedOut():
                self._logouts.inc()
