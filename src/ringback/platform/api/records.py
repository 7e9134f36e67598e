"""A call log record as JSON: from a call, the log it stands in and the view (contract 11.2, 11.3)."""

from __future__ import annotations

from typing import Any

from ringback.platform.company import Call, Entry, Part, Party

from .dates import written_ms


def record(
    call: Call,
    entry: Entry,
    account_uri: str,
    log_uri: str,
    view: str,
    company: bool,
    modified: int,
    *,
    transport: bool = False,
    deleted: bool = False,
) -> dict[str, Any]:
    """One record of a list.

    `log_uri` is the address of the log it stands in; `company`: that is the company's log, whose records name
    the extension. View is Simple or Detailed; legs, transport and billing are in Detailed only, unless
    `transport` asks for the latter two (contract 16). `modified` is in milliseconds since 1970.
    """
    detailed = view == "Detailed"
    answer: dict[str, Any] = {
        **_identity(call, entry, log_uri, view),
        **_base(call, entry.part, account_uri, detailed or transport, company),
    }
    if deleted:
        answer["deleted"] = True
    if detailed:
        answer["lastModifiedTime"] = written_ms(modified)
        answer["legs"] = [
            {
                **_base(call, leg, account_uri, True, True),
                "legType": leg.leg_type,
                "master": index == 0,
            }
            for index, leg in enumerate(entry.legs)
        ]
    return answer


def record_in_progress(
    call: Call, entry: Entry, account_uri: str, log_uri: str, view: str, company: bool, now: int
) -> dict[str, Any]:
    """The record of a call that is going on at `now` (milliseconds since 1970).

    Its result is In Progress, and there is no duration, reason, message or recording yet; of its legs those
    that have begun are there, and one that is over has its outcome (contract 11.7).
    """
    answer: dict[str, Any] = {
        **_identity(call, entry, log_uri, view),
        **_going_on(_base(call, entry.part, account_uri, False, company)),
    }
    if view == "Detailed":
        answer["transport"] = entry.part.transport
        answer["legs"] = [
            {
                **(
                    _base(call, leg, account_uri, False, True)
                    if index and leg.end <= now
                    else _going_on(_base(call, leg, account_uri, False, True))
                ),
                "transport": leg.transport,
                "legType": leg.leg_type,
                "master": index == 0,
            }
            for index, leg in enumerate(entry.legs)
            if index == 0 or leg.start <= now
        ]
    return answer


def _identity(call: Call, entry: Entry, log_uri: str, view: str) -> dict[str, Any]:
    return {
        "uri": f"{log_uri}/{entry.id}?view={view}",
        "id": entry.id,
        "sessionId": call.session_id,
        "telephonySessionId": call.telephony_id,
        "partyId": f"p-{call.telephony_id[2:]}-{entry.index + 1}",
    }


def _going_on(base: dict[str, Any]) -> dict[str, Any]:
    for name in ("duration", "durationMs", "reason", "message", "recording"):
        base.pop(name, None)
    base["result"] = "In Progress"
    return base


def _base(call: Call, part: Part, account_uri: str, charged: bool, owned: bool) -> dict[str, Any]:
    """What records and legs share. `charged`: with transport and billing; `owned`: with its extension."""
    answer: dict[str, Any] = {
        "startTime": written_ms(part.start),
        "duration": part.duration // 1000,
        "durationMs": part.duration,
        "type": call.type,
        "internalType": part.internal_type,
        "direction": part.direction,
        "action": part.action,
        "result": part.result,
    }
    if part.reason is not None:
        answer["reason"] = part.reason
    answer["to"] = _party(part.callee, account_uri)
    answer["from"] = _party(part.caller, account_uri)
    if owned:
        answer["extension"] = {
            "uri": f"{account_uri}/extension/{part.extension_id}",
            "id": part.extension_id,
        }
    if part.queue is not None:
        answer["delegate"] = {"id": str(part.queue.extension_id), "name": part.queue.name}
        answer["delegationType"] = "QueueForwarding"
    if part.message is not None:
        number = "6" + call.session_id[1:]
        answer["message"] = {
            "uri": f"{account_uri}/extension/{part.extension_id}/message-store/{number}",
            "id": number,
            "type": part.message,
        }
    if part.recording is not None:
        number = "7" + call.session_id[1:]
        uri = f"{account_uri}/recording/{number}"
        answer["recording"] = {
            "uri": uri,
            "id": number,
            "type": part.recording,
            "contentUri": f"{uri}/content",
        }
    if charged:
        answer["transport"] = part.transport
        answer["billing"] = {"costIncluded": part.cost, "costPurchased": 0.0}
    return answer


def _party(party: Party, account_uri: str) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if party.number is not None:
        answer["phoneNumber"] = party.number
    if party.extension_number is not None:
        answer["extensionNumber"] = party.extension_number
    if party.extension_id is not None:
        answer["extensionId"] = str(party.extension_id)
    if party.name is not None:
        answer["name"] = party.name
    if party.location is not None:
        answer["location"] = party.location
    if party.device_id is not None:
        device = str(party.device_id)
        answer["device"] = {"id": device, "uri": f"{account_uri}/device/{device}"}
    return answer
