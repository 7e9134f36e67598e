"""What a company consists of: its account and its extensions, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# What a role lets its user do (contract 9, column "user").
USER_PERMISSIONS = frozenset({"ReadCompanyInfo", "ReadExtensions", "ReadCallLog", "ReadCallRecording"})
ADMIN_PERMISSIONS = USER_PERMISSIONS | {
    "FullCompanyCallLog",
    "EditCallLog",
    "EditCompanyInfo",
    "EditExtensions",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    street: str
    city: str
    state: str
    zip: str
    country: str


@dataclass(frozen=True, slots=True)
class Account:
    """The company's account. `main_number` is E.164 with plus; `created` is UTC."""

    id: int
    name: str
    main_number: str
    operator_id: int
    domain: str
    address: Address
    created: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: a person, a call queue ("Department"), a menu, an announcement, a fax line, and others.

    `number` is the short number ("" where none is assigned), `direct_number` and `mobile_number` are E.164
    with plus, `members` are the extension ids of a queue's agents, `permissions` the user permissions of the
    role, `created` is UTC.
    """

    id: int
    account_id: int
    number: str
    type: str
    name: str
    first_name: str
    last_name: str
    email: str
    direct_number: str | None
    admin: bool
    can_log_in: bool
    permissions: frozenset[str]
    status: str
    job_title: str
    department: str
    mobile_number: str | None
    members: tuple[int, ...]
    created: datetime
