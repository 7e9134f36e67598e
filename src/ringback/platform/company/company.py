"""The company: its account, its people and their calls, all from one seed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from functools import cached_property, lru_cache

from ringback.platform.state import State, Table

from .account import build_account
from .dice import digest
from .log import CallLog
from .model import Account, Extension
from .names import WORDS
from .overlay import Overlay
from .phones import as_e164
from .roster import Roster, build_roster
from .schedule import Schedule
from .size import CompanySize
from .staff import joining, permissions_of

LOGIN_NAME_LIMIT = 254  # characters; the longest e-mail address there is
STATUSES = frozenset({"Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"})
_COMPANIES_KEPT = 8


class Founded:
    """What follows from a seed, a start and a size alone: shared by all worlds that have these in common."""

    def __init__(self, seed: int, start: datetime, size: CompanySize) -> None:
        self.seed = seed
        self.start = start
        self.size = size
        self.account = build_account(seed, start)

    @cached_property
    def roster(self) -> Roster:
        """Everybody; made when first asked for."""
        return build_roster(self.seed, self.account, self.size.employees)

    @cached_property
    def schedule(self) -> Schedule:
        """The calls."""
        return Schedule(self.seed, self.account, self.roster, self.size, self.start)


_founded = lru_cache(maxsize=_COMPANIES_KEPT)(Founded)


class Company:
    """One account and everything in it. Safe to use from several threads.

    The calls depend on the seed, the size and the people of the first day only: whoever joins later changes
    no log. Who joins, and roles and statuses that are changed, are kept in `state`.
    """

    def __init__(
        self, seed: int, start: datetime, size: CompanySize | None = None, state: State | None = None
    ) -> None:
        self._founded = _founded(seed, start, size or CompanySize())
        self._seed = seed
        self._start = start
        self._lock = threading.Lock()
        self.account: Account = self._founded.account
        # Extensions that differ from the seeded ones, and new ones, by id.
        self._people: Table[Extension] = (state or State()).table("people", Extension)

    def __repr__(self) -> str:
        return f"<Company {self.account.name!r}>"

    @property
    def size(self) -> CompanySize:
        """How large it is."""
        return self._founded.size

    @property
    def schedule(self) -> Schedule:
        """Its scheduled calls, for a `CallLog` with a world's overlay."""
        return self._founded.schedule

    @cached_property
    def calls(self) -> CallLog:
        """Its call log, as far as the schedule goes."""
        return CallLog(self.schedule, Overlay(State()))

    @property
    def extensions(self) -> list[Extension]:
        """Every extension, the first administrator first; a list of the caller's own."""
        seeded = self._founded.roster.extensions
        changed = dict(self._people)
        if not changed:
            return list(seeded)
        found = [changed.pop(str(e.id), e) for e in seeded]
        return found + sorted(changed.values(), key=lambda e: e.id)

    def extension(self, extension_id: int) -> Extension | None:
        """The extension with this id."""
        return self._people.get(str(extension_id)) or self._founded.roster.by_id.get(extension_id)

    def candidates(self, username: str, extension_number: str) -> list[Extension]:
        """Who may log in under this name: by e-mail address (in any case) or by telephone number.

        The main number goes with an extension number, or stands for the first administrator alone; a direct
        number needs none. An extension number that is given must be the right one.
        """
        name, number = username.strip(), extension_number.strip()
        if not name or max(len(name), len(number)) > LOGIN_NAME_LIMIT:
            return []
        if "@" in name:
            found = self._with_email(name)
        else:
            phone = as_e164(name)
            if phone is None:
                return []
            if phone == self.account.main_number:
                found = self.extensions if number else self._now(self.extension(self.account.operator_id))
            else:
                found = self._now(self._founded.roster.by_phone.get(phone))
        return [e for e in found if e.can_log_in and number in ("", e.number)]

    def _with_email(self, email: str) -> list[Extension]:
        wanted = email.strip().casefold()
        joined = [e for e in self._joined() if e.email.casefold() == wanted]
        return self._now(self._founded.roster.by_email.get(wanted)) + joined

    def _now(self, seeded: Extension | None) -> list[Extension]:
        """A seeded extension as it is now."""
        return [] if seeded is None else [self._people.get(str(seeded.id), seeded)]

    def _joined(self) -> list[Extension]:
        seeded = self._founded.roster.by_id
        return [e for e in dict(self._people).values() if e.id not in seeded]

    def seeded_password(self, extension_id: int) -> str | None:
        """The password a seeded user begins with; None where nobody can log in, or for later ones."""
        seeded = self._founded.roster.by_id.get(extension_id)
        if seeded is None or not seeded.can_log_in:
            return None
        drawn = int.from_bytes(digest(self._seed, "password", extension_id)[:12])
        drawn, first = divmod(drawn, len(WORDS))
        drawn, second = divmod(drawn, len(WORDS))
        return f"{WORDS[first]}-{WORDS[second]}-{1000 + drawn % 9000}"

    def add_admin(
        self, first_name: str, last_name: str, email: str, now: datetime | None = None
    ) -> Extension:
        """A new administrator, who joins at `now` (UTC). ValueError: somebody has that e-mail address."""
        return self.add_user(first_name, last_name, email, admin=True, now=now)

    def add_user(
        self, first_name: str, last_name: str, email: str, admin: bool = False, now: datetime | None = None
    ) -> Extension:
        """Somebody new, who can log in from `now` (UTC) on. ValueError: that e-mail address is taken."""
        with self._lock:
            if self._with_email(email):
                raise ValueError("this e-mail address is taken")
            roster, joined = self._founded.roster, self._joined()
            taken = roster.numbers | {e.number for e in joined}
            newcomer = joining(
                self.account,
                next(str(n) for n in range(601, 100_000_000) if str(n) not in taken),
                len(roster.extensions) + len(joined),
                (first_name.strip(), last_name.strip(), email.strip()),
                admin,
                now or self._start,
            )
            self._people[str(newcomer.id)] = newcomer
            return newcomer

    def set_admin(self, extension_id: int, admin: bool) -> Extension:
        """Give a user an administrator's role, or take it. ValueError: no such user, or the last
        one who has it and can log in."""
        with self._lock:
            user = self._user(extension_id)
            if not admin:
                self._keep_an_admin(user)
            return self._put(replace(user, admin=admin, permissions=permissions_of(admin)))

    def set_status(self, extension_id: int, status: str) -> Extension:
        """Change a user's status; only who is Enabled can log in. ValueError: no such user or status, or the
        last administrator."""
        if status not in STATUSES:
            raise ValueError("this is no status of an extension")
        with self._lock:
            user = self._user(extension_id)
            if status != "Enabled":
                self._keep_an_admin(user)
            return self._put(replace(user, status=status, can_log_in=status == "Enabled"))

    def _user(self, extension_id: int) -> Extension:
        user = self.extension(extension_id)
        if user is None or user.type != "User":
            raise ValueError("there is no such user")
        return user

    def _keep_an_admin(self, user: Extension) -> None:
        if not any(e.admin and e.can_log_in and e.id != user.id for e in self.extensions):
            raise ValueError("the last administrator cannot be taken away")

    def _put(self, user: Extension) -> Extension:
        self._people[str(user.id)] = user
        return user


def build_company(
    seed: int, start: datetime, size: CompanySize | None = None, state: State | None = None
) -> Company:
    """The company of a seed at `start` (UTC, aware). Quick: people and calls are made when asked for."""
    if start.tzinfo is None:
        raise ValueError("start must be an aware datetime")
    return Company(seed, start, size, state)
