"""What the readiness rules are asked about, taken from a world: usage counts, and logins from the journal."""

from __future__ import annotations

from datetime import UTC, date

from ringback.platform.app_values import App
from ringback.platform.console.graduation import (
    Asked,
    Logins,
    Report,
    graduation,
    readiness_today,
    window,
)
from ringback.platform.permissions import in_order
from ringback.platform.world import World

_TOKEN_PATH = "/restapi/oauth/token"  # noqa: S105


def readiness(world: World, app: App, profile: str) -> Report:
    """The report of a profile on an app, at the world's time. Call it under the world's lock."""
    today = world.clock.now().astimezone(UTC).date()
    since, until = window(today)
    counts = list(world.usage.of_app(app.client_id, since, until))
    asked = Asked(
        permissions=tuple(permission.id for permission in in_order(app.permissions)),
        redirect_uris=app.redirect_uris,
        code_flow=app.code_flow,
        refresh_tokens=app.refresh_tokens,
    )
    errors = world.quirks.value("graduation-errors")
    if profile == "2019":
        return graduation(counts, asked, today, errors)
    return readiness_today(counts, _logins(world, app.client_id, since, until), asked, today, errors)


def _logins(world: World, client_id: str, since: date, until: date) -> Logins:
    """Token requests that succeeded, as far back as the journal goes."""
    by_user: dict[str, int] = {}
    exchanges = without_pkce = refreshes = 0
    for _, entry in world.journal.numbered():
        if entry["path"] != _TOKEN_PATH or entry["clientId"] != client_id or entry["status"] != 200:
            continue
        if not since.isoformat() <= entry["time"][:10] <= until.isoformat():
            continue
        if entry["grantType"] == "refresh_token":
            refreshes += 1
        elif entry["grantType"] == "authorization_code":
            exchanges += 1
            without_pkce += entry["details"].get("pkce", "none") == "none"
            user = entry["extensionId"] or ""
            by_user[user] = by_user.get(user, 0) + 1
    return Logins(exchanges, without_pkce, max(by_user.values(), default=0), refreshes)
