"""Who works there: all extensions of a company of any size, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from .crowd import further_lines, further_people, others
from .dice import dice
from .layout import layout
from .model import Account, Extension
from .names import LONG_NAME, PEOPLE, plain
from .phones import home_number
from .staff import line, person

# Extension number, job title, department, admin.
_STAFF: tuple[tuple[str, str, str, bool], ...] = (
    ("101", "Office Manager", "Operations", True),
    ("102", "IT Manager", "IT", True),
    ("103", "Sales Director", "Sales", False),
    ("104", "Account Executive", "Sales", False),
    ("105", "Account Executive", "Sales", False),
    ("106", "Support Lead", "Support", False),
    ("107", "Support Specialist", "Support", False),
    ("108", "Support Specialist", "Support", False),
    ("109", "Support Specialist", "Support", False),
    ("110", "Accountant", "Finance", False),
    ("111", "Purchasing Manager", "Operations", False),
    ("112", "Managing Director", "Management", False),
    ("113", "Field Representative", "Sales", False),
)
_FORMER = ("114", "Account Executive", "Sales", False)
_LONG_NAMED = "111"  # the employee with the long name
_WITHOUT_DIRECT_NUMBER = "113"


@dataclass(frozen=True)
class Roster:
    """All seeded extensions, the first administrator first (whose id is the account's).

    `users` are those who can log in, by their places in layout.py; `queues` and `desks` the shared lines of
    its teams: each desk a menu, an announcement and a fax line.
    """

    extensions: tuple[Extension, ...]
    users: tuple[Extension, ...]
    queues: tuple[Extension, ...]
    desks: tuple[tuple[Extension, Extension, Extension], ...]

    @cached_property
    def by_id(self) -> dict[int, Extension]:
        """Every extension by its id."""
        return {e.id: e for e in self.extensions}

    @cached_property
    def by_email(self) -> dict[str, Extension]:
        """Every extension by its e-mail address in folded case."""
        return {e.email.casefold(): e for e in self.extensions}

    @cached_property
    def by_phone(self) -> dict[str, Extension]:
        """Every extension that has a direct number, by that."""
        return {e.direct_number: e for e in self.extensions if e.direct_number}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The extension numbers that are taken."""
        return frozenset(e.number for e in self.extensions)


def build_roster(seed: int, account: Account, employees: int) -> Roster:
    """The people and lines of a company; about 10 microseconds for each."""
    rng = dice(seed, "extensions")
    area = account.main_number[2:5]
    staff = _STAFF[:employees] if employees > 2 else (_STAFF[0], _STAFF[2])
    names = iter(_names(rng, len(staff) + 1))
    found: list[Extension] = []
    for number, title, department, admin in (*staff, _FORMER):
        drawn = next(names)
        name = LONG_NAME if number == _LONG_NAMED else drawn
        direct = None if number == _WITHOUT_DIRECT_NUMBER else home_number(area, int(number) - 100)
        found.append(
            person(
                account,
                rng,
                len(found),
                number,
                (title, department, admin),
                name,
                f"{plain(name[0])}.{plain(name[1])}@{account.domain}",
                direct,
                home_number(area, 70 + len(found)),
                "Disabled" if number == _FORMER[0] else "Enabled",
            )
        )
    users = found[:-1]
    plan = layout(employees)
    agents = tuple(users[n].id for n in plan.queues[0])
    at, three_numbers = len(found), [home_number(area, last) for last in (50, 51, 60)]
    first_queue = line(account, rng, at, "200", "Department", "Support", three_numbers[0], agents)
    menu = line(account, rng, at + 1, "300", "IvrMenu", "Main Menu")
    hours = line(account, rng, at + 2, "400", "Announcement", "Opening Hours", three_numbers[1])
    fax = line(account, rng, at + 3, "500", "FaxUser", "Front Desk Fax", three_numbers[2])
    found += [first_queue, menu, hours, fax]

    rng = dice(seed, "others")
    taken = {e.email for e in found}
    found += others(account, rng, len(found), taken, employees)
    more = further_people(account, rng, len(found), taken, range(len(users), employees))
    users += more
    found += more
    queues, desks = further_lines(account, rng, len(found), users, plan)
    found += [*queues, *(one for desk in desks for one in desk)]
    return Roster(tuple(found), tuple(users), (first_queue, *queues), ((menu, hours, fax), *desks))


def _names(rng: Random, count: int) -> list[tuple[str, str]]:
    """That many different people; no group of names comes twice before every group has come once."""
    order = rng.sample(range(len(PEOPLE)), len(PEOPLE))
    found: list[tuple[str, str]] = []
    while len(found) < count:
        firsts, lasts = PEOPLE[order[len(found) % len(order)]]
        person = (rng.choice(firsts), rng.choice(lasts))
        if person not in found:
            found.append(person)
    return found
