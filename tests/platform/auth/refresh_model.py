"""What contract 6 says of sessions and their tokens, written down once more, for the tests.

It shares nothing with the platform's code: it keeps the whole history of every login and answers each
question by looking through it. Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GRACE_AFTER_USE = 10.0
GRACE_UNUSED = 3600.0
CORRUPTED = 10.0
AT_ONCE = 5


@dataclass
class Answer:
    """One token answer: its tokens, when it was given, when each ends, when it was first used."""

    access: str
    refresh: str | None
    given: float
    access_ends: float
    refresh_ends: float | None
    first_used: float | None = None

    def worthless(self, now: float) -> bool:
        return now >= self.access_ends and (self.refresh_ends is None or now >= self.refresh_ends)


@dataclass
class Login:
    """One login: all its answers, oldest first, and whether something has ended it."""

    id: str
    user: int
    client: str
    answers: list[Answer]
    ended: bool = False

    def runs(self, now: float) -> bool:
        return not self.ended and not self.answers[-1].worthless(now)


@dataclass
class Model:
    """All logins so far. `grace` and `after_expiry` are the two quirks of contract 16."""

    grace: bool = True
    after_expiry: bool = True
    now: float = 0.0
    logins: list[Login] = field(default_factory=list)

    def log_in(self, login: Login) -> None:
        """A sixth login of a user to an app ends the oldest that still runs (6.1)."""
        theirs = [
            other
            for other in self.logins
            if (other.user, other.client) == (login.user, login.client) and other.runs(self.now)
        ]
        if len(theirs) >= AT_ONCE:
            theirs[0].ended = True
        self.logins.append(login)

    def end_user(self, user: int) -> int:
        """A changed password ends all sessions of the user; how many were running (6.1)."""
        running = [login for login in self.logins if login.user == user and login.runs(self.now)]
        for login in running:
            login.ended = True
        return len(running)

    def access(self, token: str) -> str:
        """What an access token is: live, or the code of the refusal (6.2, points 1 and 5)."""
        login, place = self._find(token, "access")
        answer = login.answers[place]
        if place < len(login.answers) - 1:
            replaced = login.answers[place + 1].given
            return "OAU-129" if self.now < replaced + CORRUPTED else "OAU-213"
        if login.ended:
            return "OAU-213"
        return "live" if self.now < answer.access_ends else "OAU-128"

    def refresh(self, token: str) -> str:
        """What a refresh token gets: new tokens, the same answer again, or the code of the refusal (6.2)."""
        login, place = self._find(token, "refresh")
        if login.ended:
            return "OAU-213"
        presented, newest = login.answers[place], login.answers[-1]
        assert presented.refresh_ends is not None
        own_time_left = self.now < presented.refresh_ends
        if presented is newest:
            if not self.after_expiry and self.now >= presented.access_ends:
                return "OAU-210"
            return "new" if own_time_left else "OAU-210"
        if not self.grace or place != len(login.answers) - 2 or newest.worthless(self.now):
            return "OAU-213"
        if self.now >= newest.given + GRACE_UNUSED:
            return "OAU-213"
        if newest.first_used is not None and self.now >= newest.first_used + GRACE_AFTER_USE:
            return "OAU-213"
        return "same" if own_time_left else "OAU-210"

    def revoke(self, token: str) -> bool:
        """Does revoking this token end its login? Only a token that still stands for it does (6.3)."""
        kind = "access" if any(token == a.access for one in self.logins for a in one.answers) else "refresh"
        login, place = self._find(token, kind)
        if login.ended:
            return False
        if place == len(login.answers) - 1 or (kind == "refresh" and self._old_one_stands(login, place)):
            login.ended = True
        return login.ended

    def used(self, token: str) -> None:
        login, place = self._find(token, "access")
        if login.answers[place].first_used is None:
            login.answers[place].first_used = self.now

    def _old_one_stands(self, login: Login, place: int) -> bool:
        newest = login.answers[-1]
        return (
            place == len(login.answers) - 2
            and not newest.worthless(self.now)
            and self.now < newest.given + GRACE_UNUSED
            and (newest.first_used is None or self.now < newest.first_used + GRACE_AFTER_USE)
        )

    def _find(self, token: str, kind: str) -> tuple[Login, int]:
        for login in self.logins:
            for place, answer in enumerate(login.answers):
                if getattr(answer, kind) == token:
                    return login, place
        raise AssertionError("the model never saw this token")
