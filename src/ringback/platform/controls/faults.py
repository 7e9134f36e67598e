"""GET|POST|DELETE /_local/faults: tests order what goes wrong (design.md)."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.errors import ApiError
from ringback.platform.faults import Cut, Fault, When
from ringback.platform.world import World

from .answers import local_world, number, read_object, told, wrong
from .fault_answers import NO_BODY

FIELDS = frozenset(
    {"method", "path", "clientId", "times", "when", "status", "errorCode", "body", "delay", "cut"}
)
MOST_TIMES = 1_000_000
MOST_DELAY = 600.0
_PATH_LENGTH = 512
_METHOD = re.compile(r"[A-Za-z]{1,20}")
_CODE = re.compile(r"[A-Za-z0-9-]{1,40}")
_JSON = "application/json;charset=UTF-8"
_HTML = "text/html;charset=UTF-8"


async def faults(request: Request) -> Response:
    """GET all faults with their hits; POST one more, answered 201 with its id; DELETE takes all away."""
    world = local_world(request)
    if request.method == "POST":
        return told(fault_json(order(world, await read_object(request, FIELDS))), 201)
    if request.method == "DELETE":
        world.faults.clear()
        return Response(status_code=204)
    return told({"faults": [fault_json(fault) for fault in world.faults.all()]})


async def one_fault(request: Request) -> Response:
    """DELETE one fault; 404 where there is none."""
    world = local_world(request)
    if not world.faults.remove(request.path_params["fault_id"]):
        raise ApiError(404, "RBK-404", "There is no such fault")
    return Response(status_code=204)


def order(world: World, body: dict[str, Any]) -> Fault:
    """Order the fault that a JSON object describes. Raises ApiError 400."""
    try:
        return world.faults.add(parsed(body))
    except ValueError as full:
        raise wrong("faults", str(full)) from None


def parsed(body: dict[str, Any]) -> Fault:
    """The fault that a JSON object describes; null is the same as left out. Raises ApiError 400."""
    given = {name: value for name, value in body.items() if value is not None}
    cut = _choice(given, "cut", Cut)
    text, kind = _body(given)
    status = _status(given)
    bare = status is None and text is None
    partly = cut in (Cut.TRUNCATED, Cut.SLOW)
    when = _choice(given, "when", When) or (When.AFTER if bare and partly else When.BEFORE)
    delay = number("delay", given.get("delay", 0))
    if not 0 <= delay <= MOST_DELAY:
        raise wrong("delay", f"it is 0 to {MOST_DELAY:.0f} seconds")
    code = _text(given, "errorCode", _CODE)
    if bare and cut is None and not delay:
        raise wrong("body", "the fault does nothing; give a status, a body, a delay or a cut")
    if bare and partly and when is When.BEFORE:
        raise wrong("when", "before the server does anything there is no answer to cut; give a status too")
    if code is not None and (status is None or text is not None):
        raise wrong("errorCode", "it goes with a status, and without a body")
    if status in NO_BODY and (text is not None or partly):
        raise wrong("cut" if partly else "body", f"an answer with status {status} has no body")
    if cut is Cut.RESET and not bare:
        raise wrong("cut", "a reset connection has no answer, so no status and no body")
    return Fault(
        id="",
        method=(_text(given, "method", _METHOD) or "").upper() or None,
        path=_path(given),
        client_id=_text(given, "clientId", None),
        times=_times(body),
        when=when,
        status=status,
        error_code=code,
        body=text,
        body_type=kind,
        delay=delay,
        cut=cut,
    )


def fault_json(fault: Fault) -> dict[str, Any]:
    """A fault as it was ordered, with its id, how often it has struck and will strike (null: without end)."""
    return {
        "id": fault.id,
        "method": fault.method,
        "path": fault.path,
        "clientId": fault.client_id,
        "times": fault.times,
        "when": fault.when.value,
        "status": fault.status,
        "errorCode": fault.error_code,
        "body": fault.body,
        "delay": fault.delay,
        "cut": None if fault.cut is None else fault.cut.value,
        "hits": fault.hits,
        "left": fault.left,
    }


def _choice(given: dict[str, Any], name: str, kind: Any) -> Any:
    if name not in given:
        return None
    names = [one.value for one in kind]
    if given[name] not in names:
        raise wrong(name, f"it is one of {', '.join(names)}")
    return kind(given[name])


def _text(given: dict[str, Any], name: str, form: re.Pattern[str] | None) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value or len(value) > 200 or (form and not form.fullmatch(value)):
        raise wrong(name, "it must be text of that kind")
    return value


def _path(given: dict[str, Any]) -> str | None:
    value = given.get("path")
    if value is None:
        return None
    if not isinstance(value, str) or not value.startswith("/") or len(value) > _PATH_LENGTH:
        raise wrong("path", f"it begins with a slash and has at most {_PATH_LENGTH} characters")
    if "?" in value or "**" in value.removesuffix("/**"):
        raise wrong("path", "it has no query; * stands in a segment, {name} for one, ** for the rest")
    if value.startswith(("/_local", "/console", "/_w/")):
        raise wrong("path", "controls and console have no faults; in a world, paths are those after /_w/ID")
    return value


def _times(body: dict[str, Any]) -> int | None:
    times = body.get("times", 1)
    if times is None:
        return None
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise wrong("times", f"it is 1 to {MOST_TIMES}, or null for without end")
    return times


def _status(given: dict[str, Any]) -> int | None:
    status = given.get("status")
    if status is not None and (
        isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599
    ):
        raise wrong("status", "it is 200 to 599")
    return status


def _body(given: dict[str, Any]) -> tuple[str | None, str]:
    """Text goes out as it is, as HTML where it begins with <, else as JSON; anything else is JSON."""
    body = given.get("body")
    if body is None:
        return None, _JSON
    if not isinstance(body, str):
        return json.dumps(body), _JSON
    try:
        body.encode("utf-8")
    except UnicodeEncodeError:
        raise wrong("body", "it is not UTF-8 text") from None
    return body, _HTML if body.lstrip().startswith("<") else _JSON
