"""The form of a fault: as typed, read as `/_local/faults` reads its JSON, errors by field; and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ringback.platform.controls.faults import MOST_DELAY, MOST_TIMES, parsed
from ringback.platform.errors import ApiError
from ringback.platform.faults import Cut, Fault, When
from ringback.platform.serving.parameters import Parameters

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
METHODS: Mapping[str, str] = {"": "Any", **{method: method for method in _METHODS}}
WHENS: Mapping[str, str] = {
    "": "As fits the fault",
    "before": "Before it is served",
    "after": "After it was served",
}
CUTS: Mapping[str, str] = {
    "": "No",
    "reset": "Reset: no answer",
    "truncated": "Truncated: half of it",
    "slow": "Slow: in pieces",
}
FIELDS = ("method", "path", "clientId", "times", "when", "status", "errorCode", "delay", "cut", "body")
_MOST_TYPED = 60_000
# Fields that hold numbers, each with a good one.
_NUMBERS: Mapping[str, int | float] = {"times": 1, "status": 503, "delay": 0.0}
_HINTS = {
    "method": "A method has 1 to 20 letters.",
    "clientId": "A client ID has at most 200 characters.",
    "errorCode": "A code has 1 to 40 letters, digits and hyphens, such as CMN-201.",
    "times": f"Give a whole number from 1 to {MOST_TIMES}, or nothing for without end.",
    "status": "Give a status from 200 to 599, or nothing for the server's own.",
    "delay": f"Give seconds from 0 to {MOST_DELAY:.0f}, or nothing.",
}


@dataclass(frozen=True, slots=True)
class FaultForm:
    """What was typed, by field, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=lambda: {"times": "1"})
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What the field holds."""
        return self.typed.get(name, "")


def read_fault(form: Parameters) -> tuple[FaultForm, Fault | None]:
    """The form as typed, and the fault it describes; None where it describes none, and the errors say why."""
    typed = {
        name: (form.get(name) or "").strip().replace("\r\n", "\n")[:_MOST_TYPED]
        for name in FIELDS
        if form.get(name)
    }
    asked = FaultForm(typed)
    body: dict[str, Any] = {**typed, "times": None}
    for name, instead in _NUMBERS.items():
        if name in typed:
            try:
                body[name] = _number(typed[name], type(instead))
            except ValueError:
                asked.errors[name], body[name] = _HINTS[name], instead
    while True:
        try:
            fault = parsed(body)
        except ApiError as refusal:
            name = refusal.extras["parameterName"]
            if name not in body or name in asked.errors:
                if not asked.errors:
                    # A fault that does nothing is told beside what it might do.
                    asked.errors["status"] = _sentence(refusal.why)
                return asked, None
            # The others are checked with a good one in its place, or with none.
            asked.errors[name] = _HINTS.get(name) or _sentence(refusal.why)
            body[name] = _NUMBERS.get(name)
        else:
            return asked, None if asked.errors else fault


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}."


def _number(text: str, kind: type[int] | type[float]) -> int | float:
    if len(text) > 20 or not text.isascii() or "_" in text:
        raise ValueError
    return kind(text)


def strikes_on(fault: Fault) -> str:
    """Which requests it hits, in words; its path and client are told beside it."""
    return f"{fault.method or 'Any'} request"


def what_happens(fault: Fault) -> str:
    """What a fault does, as a sentence without its full stop."""
    if fault.when is When.BEFORE:
        parts = ["The server does nothing"] if fault.replaces or fault.cut is Cut.RESET else []
    else:
        parts = ["The server does and keeps it"]
    if fault.delay and fault.cut is not Cut.SLOW:
        parts.append(f"{fault.delay:g} s pass")
    if fault.cut is Cut.RESET:
        parts.append("the connection is closed without an answer")
    else:
        parts.append(_answer(fault))
    text = ", ".join(parts[:-1]) + (", then " if parts[:-1] else "") + parts[-1]
    return text[:1].upper() + text[1:]


def _answer(fault: Fault) -> str:
    if fault.status is not None:
        answer = f"the answer is {fault.status}" + (f" {fault.error_code}" if fault.error_code else "")
        answer += " with a body of its own" if fault.body is not None else ""
    elif fault.body is not None:
        answer = "the answer has another body"
    else:
        answer = "the server's own answer is sent"
    if fault.cut is Cut.TRUNCATED:
        return f"{answer}, cut off in its middle"
    if fault.cut is Cut.SLOW:
        return f"{answer}, in small pieces over {fault.delay:g} s"
    return answer
