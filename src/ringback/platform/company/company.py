"""The company: its account, its people and their calls, all from one seed."""

from __future__ import annotations

import threading
from datetime import datetime

from . import roster
from .dice import dice
from .log import CallLog
from .model import Account, Extension
from .names import WORDS
from .phones import as_e164

LOGIN_NAME_LIMIT = 254  # characters; the longest e-mail address there is


class Company:
    """One account and everything in it. Safe to use from several threads.

    The calls depend on the seed and on the people of the first day only: whoever joins later changes no log.
    """

    def __init__(self, seed: int, start: datetime) -> None:
        self._seed = seed
        self._start = start
        self._lock = threading.Lock()
        self.account: Account = roster.build_account(seed, start)
        seeded = roster.build_extensions(seed, self.account)
        self._extensions: dict[int, Extension] = {e.id: e for e in seeded}
        self._passwords = _passwords(seed, seeded)
        self.calls = CallLog(seed, self.account, seeded, start)

    def __repr__(self) -> str:
        return f"<Company {self.account.name!r}>"

    @property
    def extensions(self) -> list[Extension]:
        """Every extension, the first administrator first; a list of the caller's own."""
        with self._lock:
            return list(self._extensions.values())

    def extension(self, extension_id: int) -> Extension | None:
        """The extension with this id."""
        return self._extensions.get(extension_id)

    def candidates(self, username: str, extension_number: str) -> list[Extension]:
        """Who may log in under this name: by e-mail address (in any case) or by telephone number.

        The main number goes with an extension number, or stands for the first administrator alone; a direct
        number needs none. An extension number that is given must be the right one.
        """
        name, number = username.strip(), extension_number.strip()
        if not name or max(len(name), len(number)) > LOGIN_NAME_LIMIT:
            return []
        people = [e for e in self.extensions if e.can_log_in]
        if "@" in name:
            found = [e for e in people if e.email.casefold() == name.casefold()]
        else:
            phone = as_e164(name)
            if phone is None:
                return []
            if phone == self.account.main_number:
                found = [e for e in people if number or e.id == self.account.operator_id]
            else:
                found = [e for e in people if e.direct_number == phone]
        return [e for e in found if number in ("", e.number)]

    def seeded_password(self, extension_id: int) -> str | None:
        """The password a seeded user begins with; None where nobody logs in to or for later ones."""
        return self._passwords.get(extension_id)

    def add_admin(
        self, first_name: str, last_name: str, email: str, now: datetime | None = None
    ) -> Extension:
        """A new administrator, who joins at `now` (UTC). ValueError: somebody has that e-mail address."""
        with self._lock:
            if any(e.email.casefold() == email.strip().casefold() for e in self._extensions.values()):
                raise ValueError("this e-mail address is taken")
            taken = {e.number for e in self._extensions.values()}
            number = next(str(n) for n in range(601, 100_000_000) if str(n) not in taken)
            newcomer = roster.joining_admin(
                self.account,
                number,
                len(self._extensions),
                (first_name.strip(), last_name.strip(), email.strip()),
                now or self._start,
            )
            self._extensions = {**self._extensions, newcomer.id: newcomer}
            return newcomer


def build_company(seed: int, start: datetime) -> Company:
    """The company of a seed at `start` (UTC, aware). Quick: calls are made when they are asked for."""
    if start.tzinfo is None:
        raise ValueError("start must be an aware datetime")
    return Company(seed, start)


def _passwords(seed: int, extensions: tuple[Extension, ...]) -> dict[int, str]:
    """A password of two words and four digits for each user who can log in, no two alike."""
    rng = dice(seed, "passwords")
    chosen: dict[int, str] = {}
    for extension in extensions:
        if not extension.can_log_in:
            continue
        while (
            word := _password_text(rng.choice(WORDS), rng.choice(WORDS), rng.randrange(1000, 10_000))
        ) in set(chosen.values()):
            continue
        chosen[extension.id] = word
    return chosen


def _password_text(first: str, second: str, digits: int) -> str:
    return f"{first}-{second}-{digits}"
