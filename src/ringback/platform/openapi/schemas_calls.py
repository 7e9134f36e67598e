"""Schemas of call log records: lists, syncs, bulk answers, recordings (contract 11 and 12)."""

from __future__ import annotations

from .schemas_common import page_of
from .shapes import Schema, amount, flag, link, many, moment, number, one_of, record, ref, text

_SHARED: dict[str, Schema] = {
    "startTime": moment("When it began"),
    "duration": number("Seconds, cut off; absent while it goes on", minimum=0),
    "durationMs": number("Milliseconds; absent while it goes on", minimum=0),
    "type": one_of("Voice", "Fax"),
    "internalType": text("The kind of line: Local, LongDistance, International, Sip, TollFreeNumber, ..."),
    "direction": one_of("Inbound", "Outbound", description="Seen from the extension it is about"),
    "action": text("What was done: Phone Call, VoIP Call, FindMe, Transfer, Outgoing Fax, ..."),
    "result": text("How it ended: Accepted, Missed, Voicemail, Busy, In Progress, ... More words may come."),
    "reason": text("Why it failed"),
    "to": ref("Party"),
    "from": ref("Party"),
    "extension": record(
        {"uri": link(), "id": number()},
        description="Whose it is; in the company's log, and in legs",
    ),
    "delegate": record({"id": text(), "name": text()}, description="For whom it was taken"),
    "delegationType": one_of("QueueForwarding"),
    "message": record(
        {"uri": link(), "id": text(), "type": text("VoiceMail or Fax")},
        description="What was left or sent",
    ),
    "recording": record(
        {
            "uri": link(),
            "id": text(),
            "type": one_of("Automatic", "OnDemand"),
            "contentUri": link("Its sound"),
        },
        description="Only where it was recorded",
    ),
    "transport": one_of("PSTN", "VoIP"),
    "billing": record(
        {"costIncluded": amount("Covered by the plan"), "costPurchased": amount("Paid on top")},
        description="What it cost, in the account's currency",
    ),
}
_SHARED_OPTIONAL = (
    *("duration", "durationMs", "reason", "extension", "delegate", "delegationType"),
    *("message", "recording", "transport", "billing"),
)
_SYNC = {
    "syncType": one_of("FSync", "ISync"),
    "syncToken": text("To be given back in the next ISync"),
    "syncTime": moment("What the answer tells is as of then"),
}

SCHEMAS: dict[str, Schema] = {
    "Party": record(
        {
            "phoneNumber": text("E.164, with plus; absent where it was withheld"),
            "extensionNumber": text(),
            "extensionId": text(),
            "name": text("Absent for unknown numbers"),
            "location": text("City and state"),
            "device": record({"id": text(), "uri": link()}),
        },
        optional=("phoneNumber", "extensionNumber", "extensionId", "name", "location", "device"),
        description="One end of a call",
    ),
    "CallLeg": record(
        {
            **_SHARED,
            "legType": text("What led to it: Accept, FindMe, TransferCall, PstnToSip, ..."),
            "master": flag("Is it the leg that stands for the whole call"),
        },
        optional=_SHARED_OPTIONAL,
        description="One connection of a call",
    ),
    "CallRecord": record(
        {
            "uri": link(),
            "id": text(),
            "sessionId": text("The same in all records of one call"),
            "telephonySessionId": text("The same, as telephony events name it"),
            "partyId": text(),
            **_SHARED,
            "deleted": flag("true: it was deleted"),
            "lastModifiedTime": moment("When it was last amended; Detailed only"),
            "legs": many(ref("CallLeg"), "The master leg first; Detailed only", minItems=1),
        },
        optional=(*_SHARED_OPTIONAL, "deleted", "lastModifiedTime", "legs"),
        description="One call, in the log of one extension or of the company",
    ),
    "CallLogPage": page_of("CallRecord", "A page of a call log, newest first"),
    "CallLogSync": record(
        {
            "uri": link(),
            "records": many(ref("CallRecord"), "Newest first"),
            "syncInfo": record(_SYNC),
        },
        description="What a sync brings: all records (FSync), or those that changed (ISync)",
    ),
    "CallLogExtract": record(
        {
            "uri": link(),
            "records": many(ref("CallRecord"), "Newest first"),
            "syncInfo": record({**_SYNC, "newerRecordsExist": flag("Is there more to be fetched at once")}),
        },
        description="A batch of changes of the company's log",
    ),
    "BulkEntry": record(
        {
            "resourceId": text("The id of the path"),
            "status": number("The HTTP status that it would have got alone"),
            "body": {
                "description": "What it would have got alone; absent where that is empty",
                "anyOf": [ref("CallRecord"), ref("ApiError")],
            },
        },
        optional=("body",),
        description="The outcome for one of several ids",
    ),
    "BulkAnswer": many(ref("BulkEntry"), "One outcome for each id, in the order of the path"),
    "Recording": record(
        {
            "uri": link(),
            "id": text(),
            "contentUri": link("Its sound"),
            "contentType": text(),
            "duration": number("Seconds", minimum=0),
        },
        description="What a recording is",
    ),
}
