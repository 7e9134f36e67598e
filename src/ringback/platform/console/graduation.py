"""Is an app ready? The rules of graduation (2019) and today's readiness report, as decisions over counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ringback.platform.usage import Count

PROFILES = {"2019": "Graduation (2019 rules)", "today": "Readiness report (today)"}
LEAST_CALLS = 20
LEAST_PER_ENDPOINT = 5
ERRORS_BELOW_PERCENT = 5
MOST_LOGINS = 5  # sessions of one user in one app: a sixth login ends the oldest (contract 6.1)
_OAUTH = ("/restapi/oauth/", "/.well-known/")


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: `id` for programs, `title` for people, what was found and what is wanted."""

    id: str
    title: str
    met: bool
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint's calls in the window; `statuses` are (HTTP status, calls), lowest first."""

    method: str
    path: str
    successful: int
    refused: int
    statuses: tuple[tuple[int, int], ...]

    @property
    def calls(self) -> int:
        return sum(calls for _, calls in self.statuses)


@dataclass(frozen=True, slots=True)
class Logins:
    """What the token endpoint saw of an app in the window.

    `without_pkce`: code exchanges without a code verifier; `most_of_one_user`: how often the user who did so
    most often logged in; `refreshes`: successful ones.
    """

    exchanges: int = 0
    without_pkce: int = 0
    most_of_one_user: int = 0
    refreshes: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules need to know of an app's settings."""

    permissions: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    code_flow: bool = True
    refresh_tokens: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All rules of a profile for one app; `since` and `until` are UTC days, both included."""

    profile: str
    since: date
    until: date
    checks: tuple[Check, ...]
    endpoints: tuple[Endpoint, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Are all rules met?"""
        return all(check.met for check in self.checks)


def window(today: date) -> tuple[date, date]:
    """Yesterday and today, in UTC (contract 13.4)."""
    return today - timedelta(days=1), today


def graduation(counts: Iterable[Count], asked: Asked, today: date, errors: str = "4xx") -> Report:
    """The page of 2019 to 2022 (contract 13.4). `errors` is the quirk graduation-errors: which ones count."""
    counted = _api_calls(counts)
    endpoints = _endpoints(counted)
    successful = sum(endpoint.successful for endpoint in endpoints)
    calls = Check(
        "calls",
        "Successful calls in all",
        successful >= LEAST_CALLS,
        f"{successful}",
        f"at least {LEAST_CALLS}",
    )
    since, until = window(today)
    checks = (
        calls,
        _per_endpoint(endpoints),
        _permissions(counted, asked),
        _errors(counted, errors),
        _throttled(counted),
    )
    return Report("2019", since, until, checks, endpoints)


def readiness_today(
    counts: Iterable[Count], logins: Logins, asked: Asked, today: date, errors: str = "4xx"
) -> Report:
    """The same figures, and what matters since there is one environment only; nothing is frozen by it."""
    then = graduation(counts, asked, today, errors)
    checks = [*then.checks]
    if asked.code_flow:
        checks += [_pkce(logins), _own_logins(logins), _redirect_uris(asked.redirect_uris)]
        if asked.refresh_tokens:
            checks.append(_refreshed(logins))
    return Report("today", then.since, then.until, tuple(checks), then.endpoints)


def _api_calls(counts: Iterable[Count]) -> list[Count]:
    """OAuth calls are not counted (contract 13.4)."""
    return [count for count in counts if not count.operation.startswith(_OAUTH)]


def _endpoints(counts: Sequence[Count]) -> tuple[Endpoint, ...]:
    by_endpoint: dict[tuple[str, str], dict[int, int]] = {}
    for count in counts:
        statuses = by_endpoint.setdefault((count.operation, count.method), {})
        statuses[count.status] = statuses.get(count.status, 0) + count.calls
    return tuple(
        Endpoint(
            method,
            path,
            sum(calls for status, calls in statuses.items() if _success(status)),
            sum(calls for status, calls in statuses.items() if 400 <= status < 500),
            tuple(sorted(statuses.items())),
        )
        for (path, method), statuses in sorted(by_endpoint.items())
    )


def _success(status: int) -> bool:
    return 200 <= status < 300


def _per_endpoint(endpoints: Sequence[Endpoint]) -> Check:
    short = [one for one in endpoints if one.successful < LEAST_PER_ENDPOINT]
    if not endpoints:
        found = "no endpoint was called"
    elif short:
        found = "; ".join(f"{one.method} {one.path}: {one.successful}" for one in short)
    else:
        found = f"at least {min(one.successful for one in endpoints)} on each of {len(endpoints)}"
    return Check(
        "endpoints",
        "Successful calls to each endpoint used",
        bool(endpoints) and not short,
        found,
        f"at least {LEAST_PER_ENDPOINT} each",
    )


def _permissions(counts: Sequence[Count], asked: Asked) -> Check:
    used = {count.permission for count in counts if _success(count.status)}
    unused = [permission for permission in asked.permissions if permission not in used]
    return Check(
        "permissions",
        "Requested permissions used",
        not unused,
        f"not used: {', '.join(unused)}" if unused else f"all {len(asked.permissions)}",
        "each at least once",
    )


def _errors(counts: Sequence[Count], rule: str) -> Check:
    """The share of errors in all calls: 4xx by the older page, authentication errors by the newer one."""
    total = sum(count.calls for count in counts)
    if rule == "authentication":
        title, counting = "Authentication errors", [c for c in counts if c.status == 401]
    else:
        title, counting = "Errors (4xx)", [c for c in counts if 400 <= c.status < 500]
    errors = sum(count.calls for count in counting)
    share = f"{100 * errors / total:.1f}%" if total else "no calls yet"
    return Check(
        "errors",
        title,
        100 * errors < ERRORS_BELOW_PERCENT * total or total == 0,
        f"{errors} of {total} calls ({share})" if total else share,
        f"under {ERRORS_BELOW_PERCENT}% of all calls",
    )


def _throttled(counts: Sequence[Count]) -> Check:
    throttled = sum(count.calls for count in counts if count.status == 429)
    return Check("throttled", "Calls over the rate limit (429)", throttled == 0, f"{throttled}", "none")


def _pkce(logins: Logins) -> Check:
    if not logins.exchanges:
        found = "nobody has logged in"
    elif logins.without_pkce:
        found = f"{logins.without_pkce} of {logins.exchanges} logins without"
    else:
        found = f"all {logins.exchanges} logins"
    met = logins.exchanges > 0 and logins.without_pkce == 0
    return Check("pkce", "Logins protected by PKCE", met, found, "every login (RFC 9700 2.1.1)")


def _own_logins(logins: Logins) -> Check:
    return Check(
        "logins",
        "Logins of one user",
        logins.most_of_one_user <= MOST_LOGINS,
        f"at most {logins.most_of_one_user}",
        f"at most {MOST_LOGINS}: a further one ends the oldest session",
    )


def _refreshed(logins: Logins) -> Check:
    return Check(
        "refresh", "Tokens refreshed", logins.refreshes > 0, f"{logins.refreshes} times", "at least once"
    )


def _redirect_uris(uris: Sequence[str]) -> Check:
    """https, this machine, or an app's own scheme (RFC 8252 7)."""
    open_ones = [uri for uri in uris if uri.startswith("http://") and not _on_this_machine(uri)]
    return Check(
        "redirect-uris",
        "Redirect URIs that nobody can listen in on",
        not open_ones,
        f"plain http: {', '.join(open_ones)}" if open_ones else f"all {len(uris)}",
        "https, localhost, or an app's own scheme",
    )


def _on_this_machine(uri: str) -> bool:
    host = uri.removeprefix("http://").partition("/")[0]
    return host.startswith("[::1]") or host.partition(":")[0] in {"localhost", "127.0.0.1"}
