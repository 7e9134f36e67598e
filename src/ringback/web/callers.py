"""What the call pages know of the user who asks: zone, role, extension; and the account's extensions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ringback import NotFound, PermissionMissing, User
from ringback.client.calls.call_log import ACCOUNT_PATH, EXTENSION_PATH, MAX_PER_PAGE

if TYPE_CHECKING:
    from ringback import Extension

KEEP_SECONDS = 600.0
_MOST = 500


@dataclass(frozen=True, slots=True)
class Caller:
    """A user: the zone of their days, whether the account's log is open to them, when this was learnt.

    `sees_account` is true also where RingCentral does not say; `is_admin` only where it does. `account_id` is
    '' where it is not known.
    """

    zone: tzinfo
    zone_name: str
    sees_account: bool
    role: str
    name: str
    extension_number: str
    learnt_at: float
    people: tuple[Extension, ...] | None = None
    account_id: str = ""
    is_admin: bool = False


def caller_of(extension: Extension, now: float) -> Caller:
    """What the user's own extension tells. A zone that is unknown here is taken for UTC.

    The account's log needs a permission that administrators have; where RingCentral does not say who is one,
    it is offered, and refused by RingCentral itself.
    """
    regional = extension.regional_settings
    name = (regional.timezone.name if regional and regional.timezone else None) or "UTC"
    zone = _zone(name)
    admin = extension.permissions.admin if extension.permissions else None
    roles = [role.display_name for role in extension.roles if role.display_name]
    return Caller(
        zone=zone,
        zone_name=name if zone is not UTC else "UTC",
        sees_account=admin is None or admin.enabled,
        role=", ".join(roles) or ("administrator" if admin and admin.enabled else "user"),
        name=extension.name or "",
        extension_number=extension.extension_number or "",
        learnt_at=now,
        account_id=str(extension.account.id or "") if extension.account else "",
        is_admin=bool(admin and admin.enabled),
    )


class Callers:
    """The newest callers of this process, ten minutes each; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Caller] = OrderedDict()

    def get(self, user: User, now: float) -> Caller:
        """What is known of `user`; asked once in ten minutes. Raises what `User.get` does."""
        with self._lock:
            found = self._known.get(user.id)
        if found is None or not 0 <= now - found.learnt_at < KEEP_SECONDS:
            try:
                found = caller_of(_own_extension(user), now)
            except (PermissionMissing, NotFound):
                found = Caller(UTC, "UTC", True, "unknown", "", "", now)
            self._keep(user.id, found)
        return found

    def people(self, user: User, now: float) -> Sequence[Extension]:
        """The account's extensions as `user` sees them; none for one who may not. Raises as `get`."""
        caller = self.get(user, now)
        if caller.people is None:
            try:
                people = _all_extensions(user)
            except (PermissionMissing, NotFound):
                people = ()
            caller = replace(caller, people=people)
            self._keep(user.id, caller)
        return caller.people or ()

    def forget(self, user_id: str) -> None:
        """Their login has ended."""
        with self._lock:
            self._known.pop(user_id, None)

    def _keep(self, user_id: str, caller: Caller) -> None:
        with self._lock:
            self._known[user_id] = caller
            self._known.move_to_end(user_id)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)


def _own_extension(user: User) -> Extension:
    from ringback.client.records.decoding import extension_from

    return extension_from(user.get(EXTENSION_PATH, on_limit="raise").content)


def _all_extensions(user: User) -> tuple[Extension, ...]:
    """As `User.extensions`, which would wait for the rate limit; a page does not."""
    from ringback.client.records.decoding import extension_page_from

    found: list[Extension] = []
    more, number = True, 0
    while more:
        number += 1
        params = {"perPage": MAX_PER_PAGE, "page": number}
        answer = user.get(f"{ACCOUNT_PATH}/extension", params=params, on_limit="raise")
        read = extension_page_from(answer.content)
        found += read.records
        more = read.has_next and bool(read.records)
    return tuple(found)


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
