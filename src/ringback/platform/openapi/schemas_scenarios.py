"""Schemas of the control that plays scenarios."""

from __future__ import annotations

from .shapes import Schema, many, moment, or_null, record, ref, text

SCHEMAS: dict[str, Schema] = {
    "Scenarios": record(
        {"scenarios": many(record({"name": text(), "title": text("What happens in it")}))},
        description="The scenarios that come with the platform",
    ),
    "ScenarioChoice": {
        "description": "Which scenario to play",
        "oneOf": [
            record({"name": text("One that comes with the platform")}, no_others=True),
            record({"toml": text("A scenario of one's own, as a file would hold it")}, no_others=True),
        ],
    },
    "PlayedCall": record(
        {
            "name": or_null(text("As the scenario names it")),
            "type": text(enum=["Voice", "Fax"]),
            "sessionId": text(),
            "telephonySessionId": text(),
            "startTime": moment("When it begins"),
            "endTime": moment("When the last one hangs up"),
            "shownFrom": moment("From when on the call logs have it"),
            "companyRecordId": text("Its record's id in the company's call log"),
            "extensionRecords": many(
                record({"extensionId": text(), "id": text()}),
                "Its records in the logs of those who took part",
            ),
        },
        description="A call of a scenario",
    ),
    "Played": record(
        {
            "title": text(),
            "now": moment("The platform's time"),
            "happened": moment("When all of it will have happened"),
            "calls": many(ref("PlayedCall"), "In the scenario's order", minItems=1),
        },
        description="What a scenario puts into the logs",
    ),
}
