"""Who is in a call: numbers and extensions of everybody, who of the company talked, and how sides sort."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .phones import normal_phone

if TYPE_CHECKING:
    from ringback.client.records import Party

    from .joined import JoinedCall


@dataclass(frozen=True, slots=True)
class Talk:
    """One person of the company in one call. `key` is the extension's id, or what else there is.

    `name` is never empty: without a name it is the extension's number, or the key.
    """

    key: str
    name: str
    seconds: int


def numbers_in(call: JoinedCall) -> Iterator[str]:
    """The telephone numbers of everybody in a call, digits alone; some more than once."""
    for party in _parties(call):
        if party.phone_number:
            yield digits_of(party.phone_number)


def extensions_in(call: JoinedCall) -> set[str]:
    """The ids and the numbers of all extensions that have to do with a call."""
    found: set[str] = set()
    for one in (*call.records, *call.legs):
        if one.extension is not None and one.extension.id is not None:
            found.add(str(one.extension.id))
    for party in _parties(call):
        found |= {str(party.extension_id or ""), party.extension_number or ""}
    return found - {""}


def digits_of(text: str) -> str:
    """The digits of a telephone number."""
    return re.sub(r"\D", "", text)


def talks_of(call: JoinedCall, ids: Mapping[str, str]) -> tuple[Talk, ...]:
    """Who of the company talked in a call, each person once. An internal call counts for both its ends.

    `ids`: the account's extensions, number to id, for whom a record tells the number alone.
    """
    found: dict[str, Talk] = {}

    def add(identity: str | None, number: str | None, name: str | None, seconds: int) -> None:
        key = identity or ids.get(number or "") or number or name or ""
        if key:
            held = found.get(key) or Talk(key, name or number or key, 0)
            found[key] = Talk(key, held.name, held.seconds + seconds)

    if call.direction != "Outbound":
        for answer in call.answered_by:
            add(answer.extension_id, answer.extension_number, answer.name, answer.talk_seconds)
    if call.direction != "Inbound" and call.talk_seconds:
        main, party = call.records[0], call.from_
        own = main.extension.id if main.extension and main.direction == "Outbound" else None
        identity = own or (party.extension_id if party else None)
        add(
            None if identity is None else str(identity),
            party.extension_number if party else None,
            party.name if party else None,
            call.talk_seconds,
        )
    return tuple(found.values())


def side_key(party: Party | None) -> str:
    """What a side of a call sorts by: its name, else its number as people read it, in one case."""
    if party is None:
        return "unknown"
    if party.name:
        return party.name.casefold()
    if party.phone_number and (number := phone_for_people(normal_phone(party.phone_number))):
        return number.casefold()
    return f"ext. {party.extension_number}".casefold() if party.extension_number else "unknown"


def phone_for_people(number: str | None) -> str:
    """+1 (650) 555-0100 for North American numbers; every other as it came."""
    if not number:
        return ""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10 and digits.isdecimal():
        return f"+1 ({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number


def _parties(call: JoinedCall) -> Iterator[Party]:
    for one in (*call.records, *call.legs):
        for party in (one.from_, one.to):
            if party is not None:
                yield party
