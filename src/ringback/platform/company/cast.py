"""Everybody a call can be with: the company's own people and lines, and the outside world that rings them."""

from __future__ import annotations

from random import Random

from .call import Party
from .dice import dice, digest, mixed
from .model import Account, Extension
from .names import FIRM_NAMES, FIRM_TRADES, PEOPLE
from .phones import AREAS, abroad_number

_CONTACTS, _MOST_CONTACTS = 130, 900
_REGULARS = 14


class Cast:
    """The parties of all calls of a company; fixed by the seed."""

    def __init__(self, seed: int, account: Account, extensions: tuple[Extension, ...]) -> None:
        self.account = account
        self._outside: dict[int, Party] = {}
        self._inside: dict[int, Party] = {}
        self._key = int.from_bytes(digest(seed, "regulars", account.id)[:8])
        rng = dice(seed, "contacts")
        ours = {e.direct_number for e in extensions} | {e.mobile_number for e in extensions}
        numbers, names = ours | {account.main_number}, {e.name for e in extensions}
        many = min(_MOST_CONTACTS, _CONTACTS + len(extensions) // 2)
        self.contacts = _contacts(rng, numbers, names, many)
        self.nuisance, self.known = self.contacts[:6], self.contacts[6:]

    def outside(self, extension: Extension) -> Party:
        """An extension as it is dialled from outside."""
        party = self._outside.get(extension.id)
        if party is None:
            party = self._outside[extension.id] = self._seen_from_outside(extension)
        return party

    def inside(self, extension: Extension) -> Party:
        """An extension as its colleagues dial it."""
        party = self._inside.get(extension.id)
        if party is None:
            party = self._inside[extension.id] = Party(
                extension_id=extension.id,
                extension_number=extension.number,
                name=extension.name,
                device_id=_device(extension),
            )
        return party

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
            regular = int(_REGULARS * rng.random() ** 2)
            return self.known[mixed(self._key, user.id, regular) % len(self.known)]
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


def _contacts(rng: Random, numbers: set[str | None], names: set[str], many: int) -> list[Party]:
    """The outside world: people and companies, some nameless, a few abroad; no number or name twice."""
    found: list[Party] = []
    while len(found) < many:
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
