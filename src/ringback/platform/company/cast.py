"""Everybody a call can be with: the company's own people and lines, and the outside world that rings them."""

from __future__ import annotations

from random import Random

from .call import Party
from .dice import dice
from .model import Account, Extension
from .names import FIRM_NAMES, FIRM_TRADES, PEOPLE
from .phones import AREAS, abroad_number

# Calls of one's own on a working day, by department.
_VOLUME = {"Sales": 15, "Support": 7, "Operations": 10, "IT": 6, "Finance": 7, "Management": 8}
_CONTACTS = 150
_REGULARS = 14


class Cast:
    """The parties of all calls of a company; fixed by the seed."""

    def __init__(self, seed: int, account: Account, extensions: tuple[Extension, ...]) -> None:
        self.account = account
        self.users = [e for e in extensions if e.can_log_in]
        by_type = {e.type: e for e in extensions if e.type != "User"}
        self.queue = by_type["Department"]
        self.menu = by_type["IvrMenu"]
        self.announcement = by_type["Announcement"]
        self.fax_line = by_type["FaxUser"]
        self.agents = [e for e in self.users if e.id in self.queue.members]
        self.volume = {e.id: _VOLUME[e.department] for e in self.users}
        self.outside = {e.id: self._seen_from_outside(e) for e in extensions}
        self.inside = {
            e.id: Party(extension_id=e.id, extension_number=e.number, name=e.name, device_id=_device(e))
            for e in extensions
        }
        rng = dice(seed, "contacts")
        ours = {e.direct_number for e in extensions} | {e.mobile_number for e in extensions}
        numbers, names = ours | {account.main_number}, {e.name for e in extensions}
        self.contacts = _contacts(rng, numbers, names)
        self.nuisance, self.known = self.contacts[:6], self.contacts[6:]
        self._regulars = {e.id: rng.sample(self.known, _REGULARS) for e in self.users}

    def _seen_from_outside(self, extension: Extension) -> Party:
        """An extension as one dials it: its direct number, or the main number and its extension number."""
        return Party(
            number=extension.direct_number or self.account.main_number,
            extension_id=extension.id,
            extension_number=None if extension.direct_number else extension.number,
            name=extension.name,
            device_id=_device(extension),
        )

    def contact(self, rng: Random, user: Extension | None = None) -> Party:
        """Somebody outside; a user mostly talks to the same few."""
        if user is not None and rng.random() < 0.7:
            regulars = self._regulars[user.id]
            return regulars[int(len(regulars) * rng.random() ** 2)]
        return self.known[int(len(self.known) * rng.random())]

    def reach(self, contact: Party) -> str:
        """How far away a contact is: the internal type of a call with it (contract 11.2)."""
        if contact.number is None:
            return "Unknown"
        if not contact.number.startswith("+1"):
            return "International"
        return "Local" if contact.number[2:5] == self.account.main_number[2:5] else "LongDistance"


def _device(extension: Extension) -> int | None:
    return extension.id + 400_000_000 if extension.type == "User" else None


def _contacts(rng: Random, numbers: set[str | None], names: set[str]) -> list[Party]:
    """The outside world: people and companies, some nameless, a few abroad; no number or name twice."""
    found: list[Party] = []
    while len(found) < _CONTACTS:
        if rng.random() < 0.05:
            number, place = abroad_number(rng)
        else:
            # The nearer area codes come first and more often.
            area, place = AREAS[int(len(AREAS) * rng.random() ** 1.7)]
            number = f"+1{area}55501{rng.randrange(100):02d}"
        name = _caller_name(rng)
        if number in numbers or name in names:
            continue
        numbers.add(number)
        if name is not None:
            names.add(name)
        found.append(Party(number=number, name=name, location=place))
    return found


def _caller_name(rng: Random) -> str | None:
    kind = rng.random()
    if kind < 0.3:
        return None
    if kind < 0.55:
        return f"{rng.choice(FIRM_NAMES.split())} {rng.choice(FIRM_TRADES.split())}"
    firsts, lasts = rng.choice(PEOPLE)
    return f"{rng.choice(firsts)} {rng.choice(lasts)}"
