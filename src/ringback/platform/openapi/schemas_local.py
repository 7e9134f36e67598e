"""Schemas of the platform's own controls under /_local: what a world is, and what happened in it."""

from __future__ import annotations

from typing import Any

from .shapes import Schema, amount, flag, many, moment, named, number, or_null, record, ref, text

_USERS = {"apps": many(ref("SeedApp"), minItems=1), "users": many(ref("SeedUser"), minItems=1)}


def _mode(description: str, *words: str, **also: Schema) -> Schema:
    return record(
        {"mode": {"type": "string", "enum": list(words)}, **also}, description=description, no_others=True
    )


def _alone(name: str, schema: dict[str, Any]) -> Schema:
    return record({name: schema}, no_others=True)


SCHEMAS: dict[str, Schema] = {
    "SeedApp": record(
        {
            "name": text(),
            "clientId": text(),
            "clientSecret": or_null(text("null for apps without a secret")),
            "redirectUris": many(text()),
            "permissions": many(text()),
        },
        description="An app that is there from the start",
    ),
    "SeedUser": record(
        {
            "username": text("Goes into the login form"),
            "password": text(),
            "extensionNumber": text(),
            "extensionId": text(),
            "accountId": text(),
            "admin": flag(),
        },
        description="A user who can log in",
    ),
    "Seed": record(_USERS, description="Apps and users"),
    "ClockState": record(
        {
            "now": moment("The platform's time"),
            "mode": text(
                "It runs with real time, stands, or jumps when all who use it wait",
                enum=["running", "frozen", "auto"],
            ),
            "parties": number("auto: how many must wait", minimum=1),
            "waiting": named(moment(), "auto: who waits, and for when"),
        },
        optional=("parties", "waiting"),
        description="The clock",
    ),
    "ClockChange": {
        "description": "What to do with the clock",
        "oneOf": [
            _alone("advance", amount("Seconds to move ahead", minimum=0)),
            _alone("set", text("The time to move to; never back", format="date-time")),
            _mode("Run with real time, or stand", "running", "frozen"),
            _mode("Jump when all wait", "auto", parties=number("How many there are", minimum=1)),
        ],
    },
    "JournalEntry": record(
        {
            "number": number("With after or details: counts the entries, from 1", minimum=1),
            "time": moment(),
            "method": text(),
            "path": text("Without query; what looks like a secret is masked"),
            "status": number("HTTP status of the answer"),
            "errorCode": or_null(text()),
            "clientId": or_null(text()),
            "extensionId": or_null(text()),
            "grantType": or_null(text()),
            "why": or_null(text("Why it was refused, in words")),
            "operation": or_null(text("With details: the path's template")),
            "permission": or_null(text("With details: what the app needs")),
            "group": or_null(text("With details: the rate-limit group")),
            "details": named(text(), "With details: what else is known"),
        },
        optional=("number", "operation", "permission", "group", "details"),
        description="One request and what became of it",
    ),
    "Journal": record(
        {
            "entries": many(ref("JournalEntry"), "Oldest first"),
            "last": number("With after or details: the newest entry's number, to go on from", minimum=0),
        },
        optional=("last",),
        description="The journal",
    ),
    "WorldOptions": record(
        {
            "id": text("Made up if absent", pattern="^[A-Za-z0-9_-]{1,64}$"),
            "seed": or_null(number()),
            "start": or_null(text("When its clock starts, with a zone", format="date-time")),
            "rateLimits": or_null(flag()),
            "webRedirectUri": or_null(text("The first app's redirect URI", format="uri")),
            "employees": or_null(number(minimum=1, maximum=10_000)),
            "callsPerDay": or_null(number(minimum=1, maximum=1_000_000)),
            "days": or_null(number("Of history before the start", minimum=1, maximum=3_650)),
            "live": or_null(flag("Do calls begin and end around the clock")),
            "quirks": or_null(named(text())),
        },
        optional=(
            *("id", "seed", "start", "rateLimits", "webRedirectUri"),
            *("employees", "callsPerDay", "days", "live", "quirks"),
        ),
        description="How a new world differs from the home world",
        no_others=True,
    ),
    "World": record(
        {"id": text(), "baseUrl": text("Its address", format="uri"), "now": moment(), **_USERS},
        optional=tuple(_USERS),
        description="An isolated world; with its apps and users where these were asked for",
    ),
    "Worlds": record(
        {"worlds": many(record({"id": text()}), "Oldest first, without the home world")},
        description="All isolated worlds",
    ),
    "Snapshot": record(
        {
            "version": number(),
            "tables": named(many(many({}, minItems=2, maxItems=2)), "Rows, by table and key"),
        },
        description="All state of a world; it holds secrets",
    ),
    "Restored": record({"now": moment("The time in the snapshot")}, description="It was restored"),
    "Readiness": record(
        {
            "clientId": text(),
            "name": text(),
            "profile": text(),
            "time": moment("When it was made"),
            "window": record(
                {"since": text(format="date"), "until": text(format="date")},
                description="The days that count",
            ),
            "met": flag("Are all rules met"),
            "graduated": flag(),
            "checks": many(
                record({"id": text(), "title": text(), "met": flag(), "found": text(), "wanted": text()})
            ),
            "endpoints": many(
                record(
                    {
                        "method": text(),
                        "path": text("With variables in braces"),
                        "calls": number(minimum=0),
                        "successful": number(minimum=0),
                        "statuses": named(number(minimum=0), "Calls by HTTP status"),
                    }
                )
            ),
        },
        description="The rules for production, and what was found of each",
    ),
    "LoginOrder": record(
        {
            "url": text("An authorization URL, or its query", minLength=1),
            "username": text(minLength=1),
            "password": text("The one of the seed if absent"),
            "extension": text("Empty if absent"),
            "decision": text(
                "What is pressed on the consent page", enum=["authorize", "cancel"], default="authorize"
            ),
        },
        optional=("password", "extension", "decision"),
        description="Who logs in, and where",
        no_others=True,
    ),
    "LoginDone": record({"location": text("The callback address, as sent")}, description="Where it ended"),
}
