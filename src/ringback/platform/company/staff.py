"""Makes single extensions: a person, a shared line, an administrator who joins."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from .model import ADMIN_PERMISSIONS, USER_PERMISSIONS, Account, Extension
from .names import plain


def joining(
    account: Account, number: str, index: int, name: tuple[str, str, str], admin: bool, now: datetime
) -> Extension:
    """Somebody new, with `name` = (first name, last name, e-mail); `now` is UTC."""
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
        admin=admin,
        can_log_in=True,
        permissions=permissions_of(admin),
        status="Enabled",
        job_title="Developer" if admin else "",
        department="IT" if admin else "",
        mobile_number=None,
        members=(),
        created=now,
    )


def permissions_of(admin: bool) -> frozenset[str]:
    """What the role of an administrator, or of anybody else, allows."""
    return ADMIN_PERMISSIONS if admin else USER_PERMISSIONS


def person(
    account: Account,
    rng: Random,
    index: int,
    number: str,
    job: tuple[str, str, bool],
    name: tuple[str, str],
    email: str,
    direct: str | None,
    mobile: str | None,
    status: str = "Enabled",
) -> Extension:
    """A user, with `job` = (title, department, is an administrator) and `name` = (first name, last name).

    Only who is Enabled can log in. `index` is the place in the list of extensions, from which the id follows.
    """
    first, last = name
    title, department, admin = job
    return Extension(
        id=account.id + index * 4_000 + (rng.randrange(1, 4) * 1_000 if index else 0),
        account_id=account.id,
        number=number,
        type="User",
        name=f"{first} {last}",
        first_name=first,
        last_name=last,
        email=email,
        direct_number=direct,
        admin=admin,
        can_log_in=status == "Enabled",
        permissions=permissions_of(admin),
        status=status,
        job_title=title,
        department=department,
        mobile_number=mobile,
        members=(),
        created=account.created + _age(index, rng),
    )


def line(
    account: Account,
    rng: Random,
    index: int,
    number: str,
    kind: str,
    name: str,
    direct: str | None = None,
    members: tuple[int, ...] = (),
    status: str = "Enabled",
) -> Extension:
    """An extension that is nobody's: a queue ("Department") with its agents, a menu, a fax line, a room."""
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
        status=status,
        job_title="",
        department="",
        mobile_number=None,
        members=members,
        created=account.created + timedelta(days=index % 300, milliseconds=rng.randrange(1000)),
    )


def _age(index: int, rng: Random) -> timedelta:
    """How long after the account the extension was made; never after the clock's start."""
    return timedelta(days=3 * index % 450, hours=index % 24, milliseconds=rng.randrange(1000))
