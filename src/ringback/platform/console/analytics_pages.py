"""GET /console/apps/{client_id}/analytics: the app's calls per endpoint and status, by day."""

from __future__ import annotations

from datetime import UTC, timedelta

from starlette.responses import Response

from ringback.platform.console import analytics, charts
from ringback.platform.console.doors import Visit, shown


@shown
def one_app(visit: Visit) -> Response:
    """The charts of seven, fourteen or forty days; ?which=production for the production credentials."""
    app = visit.own_app()
    asked = visit.query("days")
    days = int(asked) if asked in {str(span) for span in analytics.SPANS} else analytics.SPANS[1]
    production = app.production is not None and visit.query("which") == "production"
    client_id = app.production if production and app.production else app.client_id
    until = visit.now.astimezone(UTC).date()
    counts = list(visit.world.usage.of_app(client_id, until - timedelta(days=days - 1), until))
    by_day = analytics.by_day(counts, until, days)
    by_endpoint = analytics.by_endpoint(counts)
    return visit.page(
        "console_analytics.html",
        app=app,
        days=days,
        spans=analytics.SPANS,
        production=production,
        client_id=client_id,
        outcomes=analytics.OUTCOMES,
        by_day=by_day,
        day_chart=charts.columns(by_day),
        by_endpoint=by_endpoint,
        endpoint_chart=charts.rows(by_endpoint),
        lines=analytics.lines(counts),
        total=sum(one.total for one in by_day),
    )
