"""Schemas of the controls that change how a world answers: faults, quirks, rate limits."""

from __future__ import annotations

from ringback.platform.quirks import QUIRKS

from .shapes import Schema, amount, flag, many, named, number, or_null, record, ref, text

_ORDER: dict[str, Schema] = {
    "method": or_null(text("Any if null", pattern="^[A-Za-z]{1,20}$")),
    "path": or_null(
        text("* or {name} stands for a segment, ** at the end for the rest; any if null", pattern="^/")
    ),
    "clientId": or_null(text("Only requests of this app")),
    "times": or_null(number("How often it strikes; null: without end", minimum=1, maximum=1_000_000)),
    "when": or_null(
        {
            "type": "string",
            "enum": ["before", "after"],
            "description": "before: nothing happens on the server; after: it does all, its answer is lost",
        }
    ),
    "status": or_null(number("HTTP status of the answer", minimum=200, maximum=599)),
    "errorCode": or_null(text("Another code than the usual one for the status")),
    "body": {"description": "Text as it is, anything else as JSON; RingCentral's if null"},
    "delay": or_null(amount("Seconds until the answer", minimum=0, maximum=600)),
    "cut": or_null(
        {
            "type": "string",
            "enum": ["reset", "truncated", "slow"],
            "description": "No answer at all, half of it, or all of it in pieces over the delay",
        }
    ),
}

SCHEMAS: dict[str, Schema] = {
    "FaultOrder": record(
        _ORDER, optional=_ORDER, description="What is to go wrong, and how often", no_others=True
    ),
    "Fault": record(
        {
            "id": text(),
            **_ORDER,
            "body": or_null(text()),
            "hits": number("How often it has struck", minimum=0),
            "left": or_null(number("How often it will still strike; null: without end", minimum=0)),
        },
        description="A fault that was ordered",
    ),
    "Faults": record({"faults": many(ref("Fault"))}, description="All faults"),
    "Quirks": record(
        {
            quirk.name: text(f"Decides {quirk.decides}", enum=list(quirk.values), default=quirk.default)
            for quirk in QUIRKS.values()
        },
        description="Every switch with its value in force",
    ),
    "QuirkChange": record(
        {quirk.name: text(enum=list(quirk.values)) for quirk in QUIRKS.values()},
        optional=QUIRKS,
        description="Switches and their new values",
        no_others=True,
    ),
    "Limit": record(
        {
            "limit": number("Calls in any window", minimum=1),
            "window": amount("Seconds", minimum=1),
            "penalty": amount("Seconds without any call, after one too many", minimum=1),
        },
        description="The budget of a group",
    ),
    "LimitsOfApp": named(ref("Limit"), "By group: light, medium, heavy, auth"),
    "Limits": record(
        {
            "enabled": flag("Are there limits at all"),
            "defaults": ref("LimitsOfApp"),
            "apps": named(ref("LimitsOfApp"), "What apps have instead, by client ID"),
        },
        description="The rate limits",
    ),
    "LimitChange": named(
        named(
            record(
                {
                    "limit": number(minimum=1, maximum=10_000),
                    "window": amount(minimum=1, maximum=86_400),
                    "penalty": amount(minimum=1, maximum=86_400),
                },
                optional=("limit", "window", "penalty"),
                no_others=True,
            )
        ),
        "By client ID and group; groups left out have the defaults again",
    ),
}
