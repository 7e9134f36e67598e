"""One day of the call log: a pure function of the seed, the company and the date."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date
from random import Random

from . import fax, inside, lines, outside
from .call import Call, Draft, Entry
from .cast import Cast
from .desk import Desk
from .dice import dice, digest
from .hours import certain_moments, moment, weekend
from .model import Extension

_TRIES = 4
_EPOCH = date(2000, 1, 1).toordinal()
_CALLS_A_DAY = 2000  # room for session ids; a busy day has about 250 calls


def calls_of(seed: int, cast: Cast, day: date) -> tuple[Call, ...]:
    """The calls that began on this account-local day, oldest first.

    Every user who can log in has a call in each of two spans of every day (`certain_moments`). From the
    beginning of one span to the end of the next it is never more than 22 hours, an hour's change of the clock
    included, and those calls last ten minutes at most: so in any 24 hours everybody finds a finished call.
    """
    rng = dice(seed, "day", cast.account.id, day.isoformat())
    desk = Desk(cast, day, rng)
    for user in cast.users:
        for begin, end in certain_moments(day):
            _certain_call(desk, user, begin, end)
    _chance_calls(desk)
    return _numbered(seed, cast, day, desk.drafts, rng)


def _certain_call(desk: Desk, user: Extension, begin: int, end: int) -> None:
    """A short call of this user between two times of day, whatever else happens."""
    rng = desk.rng
    for _ in range(_TRIES):
        start = desk.midnight + begin + int((end - begin) * rng.random())
        if rng.random() < 0.5:
            if outside.outgoing(desk, user, start, longest=9 * 60):
                return
        else:
            outside.incoming(desk, user, start, longest=9 * 60, nuisance=False)
            return
    outside.incoming(desk, user, start, longest=9 * 60, nuisance=False)


def _chance_calls(desk: Desk) -> None:
    rng, cast = desk.rng, desk.cast
    quiet = weekend(desk.day)
    share = 0.06 if quiet else 1.0
    for user in cast.users:
        for _ in range(_about(rng, cast.volume[user.id] * share)):
            _one_call(desk, user)
    for _ in range(_about(rng, 4 if quiet else 26)):
        at = moment(rng, desk.day)
        staffed = 8 <= at / 3_600_000 < 18 if not quiet else 10 <= at / 3_600_000 < 16
        lines.to_queue(desk, desk.midnight + at, staffed)
    for _ in range(_about(rng, 3 if quiet else 9)):
        lines.to_menu(desk, cast.users, _when(desk))
    for _ in range(_about(rng, 3 if quiet else 2)):
        lines.to_announcement(desk, _when(desk))
    for _ in range(_about(rng, 1 if quiet else 5)):
        fax.receive(desk, cast.fax_line, _when(desk))


def _one_call(desk: Desk, user: Extension) -> None:
    """One more call of a user, of any kind, at a likely time; given up after a few tries on a busy day."""
    rng = desk.rng
    kind = rng.random()
    for _ in range(_TRIES):
        start = _when(desk)
        if kind < 0.40:
            done = outside.outgoing(desk, user, start)
        elif kind < 0.71:
            outside.incoming(desk, user, start)
            done = True
        elif kind < 0.89:
            done = inside.internal(desk, user, _colleague(desk, user), start)
        elif kind < 0.95:
            done = inside.transferred(desk, user, _colleague(desk, user), start)
        else:
            (fax.send if rng.random() < 0.6 else fax.receive)(desk, user, start)
            done = True
        if done:
            return


def _colleague(desk: Desk, user: Extension) -> Extension:
    """Somebody else, more often of the same department."""
    others = [e for e in desk.cast.users if e.id != user.id]
    near = [e for e in others if e.department == user.department]
    return desk.rng.choice(near if near and desk.rng.random() < 0.5 else others)


def _when(desk: Desk) -> int:
    return desk.midnight + moment(desk.rng, desk.day)


def _about(rng: Random, mean: float) -> int:
    """A whole number around a mean; never below nought."""
    return max(0, round(rng.gauss(mean, 0.3 * mean + 0.4)))


def _numbered(seed: int, cast: Cast, day: date, drafts: list[Draft], rng: Random) -> tuple[Call, ...]:
    """The day's calls in order, with their ids. Session ids rise with time, over all days."""
    account = cast.account.id
    owner = urlsafe_b64encode(digest(seed, "suffix", account)[:3]).decode()[:3]
    first = (day.toordinal() - _EPOCH) * _CALLS_A_DAY
    found: list[Call] = []
    for index, draft in enumerate(sorted(drafts, key=lambda d: d.start)):
        session = str((first + index) * 1_000 + 400_000_000_000 + account % 1000)
        entries = []
        for number, side in enumerate(draft.sides):
            name = urlsafe_b64encode(digest(seed, "record", account, session, number)[:9]).decode()
            entries.append(Entry(id=f"I{name}{owner}", index=number, part=side.part, legs=side.legs))
        found.append(
            Call(
                session_id=session,
                telephony_id="s-" + digest(seed, "telephony", account, session)[:16].hex(),
                type=draft.type,
                visible=draft.end + 15_000 + int(15_000 * rng.random()),
                entries=tuple(entries),
            )
        )
    return tuple(found)
