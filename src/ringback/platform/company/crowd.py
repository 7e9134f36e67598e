"""The people and lines that a company has beyond the demo's own: as many as its size asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from .dice import Shuffle
from .layout import Layout
from .model import Account, Extension
from .names import PEOPLE, plain
from .phones import OWN_AREAS, home_number
from .staff import line, person

# What the sixteen people of a branch do; the four in Support are the agents of its queue (layout.py).
_JOBS = (
    ("Branch Manager", "Operations"),
    ("Systems Administrator", "IT"),
    ("Sales Manager", "Sales"),
    ("Account Executive", "Sales"),
    ("Account Executive", "Sales"),
    ("Support Lead", "Support"),
    ("Support Specialist", "Support"),
    ("Support Specialist", "Support"),
    ("Support Specialist", "Support"),
    ("Accountant", "Finance"),
    ("Buyer", "Operations"),
    ("Field Representative", "Sales"),
    ("Controller", "Finance"),
    ("Engineer", "IT"),
    ("Account Executive", "Sales"),
    ("Dispatcher", "Operations"),
)
_QUEUES = ("Support", "Billing", "Orders", "Service Desk", "Returns", "Claims")
_ADMIN_EVERY = 250
_LEAVERS_EVERY = 40
_ROOMS = ("Room", "ParkLocation", "PagingOnly", "Limited", "ApplicationExtension", "Voicemail")
_STATUSES = ("NotActivated", "Unassigned", "Disabled", "Frozen")
_FIRSTS = tuple(dict.fromkeys(first for firsts, _ in PEOPLE for first in firsts))
_LASTS = tuple(dict.fromkeys(last for _, lasts in PEOPLE for last in lasts))


def further_people(
    account: Account, rng: Random, index: int, taken: set[str], places: Iterable[int]
) -> list[Extension]:
    """Users for these places of the layout; `index` is the first one's in the list of extensions."""
    names = _Names(account, rng, taken)
    found: list[Extension] = []
    for place in places:
        title, department = _JOBS[place % len(_JOBS)]
        area = OWN_AREAS[place // 100]
        name, email = names.next()
        job = (title, department, place % _ADMIN_EVERY == 0)
        direct = home_number(area, place % 100)
        number = str(1000 + place)
        found.append(person(account, rng, index + len(found), number, job, name, email, direct, None))
    return found


def others(account: Account, rng: Random, index: int, taken: set[str], employees: int) -> list[Extension]:
    """Those who have no calls: not activated, left, without a number; in a large company rooms as well."""
    names = _Names(account, rng, taken)
    found: list[Extension] = []
    for n in range(max(2, employees // _LEAVERS_EVERY)):
        status = _STATUSES[n % len(_STATUSES)]
        name, email = names.next()
        number = "" if status == "Unassigned" else "115" if n == 0 else str(30_000 + n)
        job = ("Trainee", "Sales", False)
        found.append(person(account, rng, index + n, number, job, name, email, None, None, status))
    for n in range(employees // 100):
        kind, place = _ROOMS[n % len(_ROOMS)], index + len(found)
        found.append(line(account, rng, place, str(40_000 + n), kind, f"{_ROOM_NAMES[kind]} {n + 1}"))
    return found


_ROOM_NAMES = {
    "Room": "Meeting Room",
    "ParkLocation": "Park Location",
    "PagingOnly": "Paging Group",
    "Limited": "Lobby Phone",
    "ApplicationExtension": "Application",
    "Voicemail": "Message Box",
}


def further_lines(
    account: Account, rng: Random, index: int, users: Sequence[Extension], plan: Layout
) -> tuple[list[Extension], list[tuple[Extension, Extension, Extension]]]:
    """The queues and the lines of the reception desks after the first."""
    queues: list[Extension] = []
    for n, agents in enumerate(plan.queues[1:], 1):
        name = _QUEUES[n % len(_QUEUES)] + ("" if n < len(_QUEUES) else f" {n // len(_QUEUES) + 1}")
        members = tuple(users[agent].id for agent in agents)
        number = str(20_000 + n)
        queues.append(line(account, rng, index + len(queues), number, "Department", name, None, members))
    index += len(queues)
    desks: list[tuple[Extension, Extension, Extension]] = []
    for n in range(1, len(plan.desks)):
        place = index + 3 * len(desks)
        desks.append(
            (
                line(account, rng, place, str(21_000 + n), "IvrMenu", f"Menu {n + 1}"),
                line(account, rng, place + 1, str(22_000 + n), "Announcement", f"Opening Hours {n + 1}"),
                line(account, rng, place + 2, str(23_000 + n), "FaxUser", f"Front Desk Fax {n + 1}"),
            )
        )
    return queues, desks


class _Names:
    """Names that do not come twice, with e-mail addresses that nobody has."""

    def __init__(self, account: Account, rng: Random, taken: set[str]) -> None:
        self._domain = account.domain
        self._taken = taken
        self._order = Shuffle(len(_FIRSTS) * len(_LASTS), rng.getrandbits(64))
        self._given = 0

    def next(self) -> tuple[tuple[str, str], str]:
        """First and last name, and the e-mail address; a middle initial where the names are used up."""
        while True:
            round_, place = divmod(self._given, self._order.size)
            self._given += 1
            first, last = divmod(self._order.at(place), len(_LASTS))
            name = (_FIRSTS[first] + (f" {chr(64 + round_ % 26)}." if round_ else ""), _LASTS[last])
            email = f"{plain(name[0]).strip('.')}.{plain(name[1])}@{self._domain}"
            if email not in self._taken:
                self._taken.add(email)
                return name, email
