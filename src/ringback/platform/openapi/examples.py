"""Examples of the document: what the platform itself answers, in a small world made for that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from ringback.platform.api.api_call import ApiCall
from ringback.platform.api.bulk import AS_JSON
from ringback.platform.api.operation import Operation
from ringback.platform.api.query import Query
from ringback.platform.caller import Caller
from ringback.platform.company import Extension
from ringback.platform.errors import ApiError
from ringback.platform.permissions import CATALOGUE
from ringback.platform.settings import PlatformSettings
from ringback.platform.world import World

from .api_paths import name_of

# Stands for the address of whoever serves the document.
BASE = "http://ringback.invalid"
_START = datetime(2026, 11, 17, 18, 30, tzinfo=UTC)
NOW = _START + timedelta(seconds=2)
_ACCEPT = [(b"accept", AS_JSON.encode())]
_QUERY = b"view=Detailed&perPage=1&recordCount=1"
_LONGEST_LIST = 3  # of what is no list of records; the rest is cut


@dataclass(frozen=True, slots=True)
class _Sample:
    """The world, and what paths name in it: an extension with a call that was recorded."""

    world: World
    extension: Extension
    ids: dict[str, str]


async def examples_of(operations: Iterable[Operation]) -> dict[str, Any]:
    """What each operation with JSON answers tells the first administrator, by the operation's name.

    Only GET is asked. An operation that refuses has no example. That of a bulk answer is under "NAME 207".
    """
    sample = _sample()
    found: dict[str, Any] = {}
    for operation in operations:
        if operation.method != "GET" or "application/json" not in operation.answers.get(200, ()):
            continue
        name = name_of(operation)
        asked = [(name, sample.ids)]
        if 207 in operation.answers:
            asked.append(
                (f"{name} 207", {**sample.ids, "callRecordId": f"{sample.ids['callRecordId']},none"})
            )
        for told_as, ids in asked:
            body = await _asked(operation, sample, ids)
            if body is not None:
                found[told_as] = shortened(json.loads(body))
    return found


def shortened(answer: Any) -> Any:
    """The same, with lists cut to a few entries."""
    if isinstance(answer, dict):
        return {name: shortened(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [shortened(value) for value in answer[:_LONGEST_LIST]]
    return answer


def sample_world() -> World:
    """A small world of its own, the same every time."""
    return World(PlatformSettings(seed=1, start=_START, base_url=BASE))


def _sample() -> _Sample:
    """The newest call of the company that was recorded, of whomever it is."""
    world = sample_world()
    for call, entry in world.calls.newest_first(None, _START - timedelta(days=30), NOW, NOW):
        extension = world.company.extension(entry.part.extension_id)
        if entry.part.recording is not None and extension is not None:
            ids = {
                "accountId": "~",
                "extensionId": str(extension.id),
                "callRecordId": entry.id,
                "recordingId": "7" + call.session_id[1:],
            }
            return _Sample(world, extension, ids)
    raise LookupError("the company of seed 1 has recorded no call in 30 days")


async def _asked(operation: Operation, sample: _Sample, ids: dict[str, str]) -> bytes | None:
    world = sample.world
    if operation.open_handler is not None:
        answer = operation.open_handler(world)
    elif operation.handler is not None:
        user = world.company.extensions[0]
        call = ApiCall(
            world=world,
            company=world.company,
            caller=Caller("an app", frozenset(CATALOGUE), user.account_id, user.id),
            user=user,
            extension=sample.extension if "{extensionId}" in operation.path else None,
            query=Query(_QUERY),
            now=NOW,
            request=Request({"type": "http", "method": "GET", "headers": _ACCEPT, "query_string": _QUERY}),
            ids=ids,
        )
        try:
            answer = await operation.handler(call)
        except ApiError:
            return None
    body: bytes = answer if isinstance(answer, bytes) else answer.body
    return body
