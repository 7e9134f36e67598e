"""Who works there: the account and its extensions, drawn from a seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from .dice import dice
from .model import ADMIN_PERMISSIONS, USER_PERMISSIONS, Account, Address, Extension
from .names import COMPANIES, LONG_NAME, PEOPLE, STREETS, plain
from .phones import HOME_AREAS, home_number

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
_ZIPS = {"415": "941", "650": "943", "408": "951", "510": "946", "925": "945"}
_FORMER = ("114", "Account Executive", "Sales", False)
_LONG_NAMED = "111"  # the employee with the long name
_WITHOUT_DIRECT_NUMBER = "113"


def build_account(seed: int, start: datetime) -> Account:
    """The company's account. Its age counts back from `start` (UTC)."""
    rng = dice(seed, "account")
    area, town = rng.choice(HOME_AREAS)
    name = rng.choice(COMPANIES)
    city, state = town.split(", ")
    account_id = 400_000_000_000 + rng.randrange(10_000, 900_000) * 100_000 + 8
    return Account(
        id=account_id,
        name=name,
        main_number=home_number(area, 0),
        operator_id=account_id,
        domain=plain(name.replace(" & ", " and ")).replace(".", "-") + ".example",
        address=Address(
            street=f"{rng.randrange(10, 980)} {rng.choice(STREETS)}",
            city=city,
            state=state,
            zip=f"{_ZIPS[area]}{rng.randrange(10, 40)}",
            country="United States",
        ),
        created=start - timedelta(days=rng.randrange(500, 1500), seconds=rng.randrange(86_400)),
    )


def build_extensions(seed: int, account: Account) -> tuple[Extension, ...]:
    """All extensions of the account, its first administrator first (whose id is the account's)."""
    rng = dice(seed, "extensions")
    area = account.main_number[2:5]
    people = iter(_people(rng, len(_STAFF) + 1))
    extensions: list[Extension] = []
    for number, title, department, admin in (*_STAFF, _FORMER):
        drawn = next(people)
        first, last = LONG_NAME if number == _LONG_NAMED else drawn
        extensions.append(
            _user(account, rng, len(extensions), number, title, department, admin, first, last, area)
        )
    members = tuple(e.id for e in extensions if e.department == "Support")
    lines: tuple[tuple[str, str, str, int | None, tuple[int, ...]], ...] = (
        ("200", "Department", "Support", 50, members),
        ("300", "IvrMenu", "Main Menu", None, ()),
        ("400", "Announcement", "Opening Hours", 51, ()),
        ("500", "FaxUser", "Front Desk Fax", 60, ()),
    )
    for number, kind, name, last_digits, queue_members in lines:
        direct = None if last_digits is None else home_number(area, last_digits)
        index = len(extensions)
        extensions.append(_line(account, rng, index, number, kind, name, direct, queue_members))
    return tuple(extensions)


def joining_admin(
    account: Account, number: str, index: int, name: tuple[str, str, str], now: datetime
) -> Extension:
    """A new administrator, with `name` = (first name, last name, e-mail); `now` is UTC."""
    first, last, email = name
    return Extension(
        id=account.id + index * 7_000 + 500_000,
        account_id=account.id,
        number=number,
        type="User",
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        email=email,
        direct_number=None,
        admin=True,
        can_log_in=True,
        permissions=ADMIN_PERMISSIONS,
        status="Enabled",
        job_title="Developer",
        department="IT",
        mobile_number=None,
        members=(),
        created=now,
    )


def _people(rng: Random, count: int) -> list[tuple[str, str]]:
    """That many different people; no group of names comes twice before every group has come once."""
    order = rng.sample(range(len(PEOPLE)), len(PEOPLE))
    found: list[tuple[str, str]] = []
    while len(found) < count:
        firsts, lasts = PEOPLE[order[len(found) % len(order)]]
        person = (rng.choice(firsts), rng.choice(lasts))
        if person not in found:
            found.append(person)
    return found


def _user(
    account: Account,
    rng: Random,
    index: int,
    number: str,
    title: str,
    department: str,
    admin: bool,
    first: str,
    last: str,
    area: str,
) -> Extension:
    former = number == _FORMER[0]
    return Extension(
        id=account.id + index * 4_000 + (rng.randrange(1, 4) * 1_000 if index else 0),
        account_id=account.id,
        number=number,
        type="User",
        name=f"{first} {last}",
        first_name=first,
        last_name=last,
        email=f"{plain(first)}.{plain(last)}@{account.domain}",
        direct_number=None if number == _WITHOUT_DIRECT_NUMBER else home_number(area, int(number) - 100),
        admin=admin,
        can_log_in=not former,
        permissions=ADMIN_PERMISSIONS if admin else USER_PERMISSIONS,
        status="Disabled" if former else "Enabled",
        job_title=title,
        department=department,
        mobile_number=home_number(area, 70 + index),
        members=(),
        created=account.created + timedelta(days=3 * index, hours=index, milliseconds=rng.randrange(1000)),
    )


def _line(
    account: Account,
    rng: Random,
    index: int,
    number: str,
    kind: str,
    name: str,
    direct: str | None,
    members: tuple[int, ...],
) -> Extension:
    return Extension(
        id=account.id + index * 4_000 + rng.randrange(1, 4) * 1_000,
        account_id=account.id,
        number=number,
        type=kind,
        name=name,
        first_name=name,
        last_name="",
        email=f"{plain(name)}@{account.domain}",
        direct_number=direct,
        admin=False,
        can_log_in=False,
        permissions=frozenset(),
        status="Enabled",
        job_title="",
        department="",
        mobile_number=None,
        members=members,
        created=account.created + timedelta(days=index, milliseconds=rng.randrange(1000)),
    )
