"""Any order of logins, refreshes, uses, waits and endings does what the model of contract 6 says.

The store is dumped and loaded on the way, as snapshots and restarts do: that must change nothing.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from refresh_model import Answer, Login, Model

from ringback.platform.authorization.session_store import SessionStore
from ringback.platform.authorization.session_values import Grant, Issued, Ttl
from ringback.platform.authorization.sessions import RefreshRules
from ringback.platform.errors import OAuthError
from ringback.platform.state import State

T0 = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SCOPE = frozenset({"ReadAccounts"})
VERDICTS = {"LIVE": "live", "EXPIRED": "OAU-128", "CORRUPTED": "OAU-129", "NOT_FOUND": "OAU-213"}
LIVES = st.sampled_from([(3600, 604_800)] * 3 + [(3600, 7200), (600, 700), (600, 60), (600, 0)])
MONTH = 30 * 86_400
BACK = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 5])
BEYOND = st.sampled_from([-0.5, 0.0, 0.5])
TIMES = st.sampled_from([1, 1, 1, 6])
EDGES = (*("grace after use",) * 4, *("grace unused",) * 4, *("corrupted",) * 3, "access", "refresh")


class RefreshMachine(RuleBasedStateMachine):
    """Drives the store and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.rules = RefreshRules()
        self.issued: list[Issued] = []
        self.state = State()
        self.store = SessionStore(threading.RLock(), state=self.state)

    @initialize(grace=st.booleans(), after_expiry=st.booleans())
    def choose_quirks(self, grace: bool, after_expiry: bool) -> None:
        self.model.grace, self.model.after_expiry = grace, after_expiry
        self.rules = RefreshRules(grace, after_expiry)

    @property
    def now(self) -> datetime:
        return T0 + timedelta(seconds=self.model.now)

    def as_answer(self, issued: Issued) -> Answer:
        refresh_ends = None
        if issued.refresh_token is not None:
            refresh_ends = self.model.now + issued.refresh_token_expires_in
        return Answer(
            issued.access_token,
            issued.refresh_token,
            self.model.now,
            self.model.now + issued.expires_in,
            refresh_ends,
        )

    def pick(self, back: int) -> Issued:
        """One of the newest answers; 0 is the last one."""
        return self.issued[-1 - min(back, len(self.issued) - 1)]

    def login_of(self, token: Issued) -> Login:
        return next(one for one in self.model.logins if one.id == token.session.id)

    @rule(lives=LIVES, user=st.sampled_from([7, 7, 7, 8]), client=st.sampled_from("aaab"), times=TIMES)
    def log_in(self, lives: tuple[int, int], user: int, client: str, times: int) -> None:
        for _ in range(times):
            issued = self.store.open(Grant(client, 1, user, SCOPE, "endpoint"), Ttl(*lives), self.now)
            assert issued.expires_in == lives[0]
            assert (issued.refresh_token is None) == (lives[1] == 0)
            self.model.log_in(Login(issued.session.id, user, client, [self.as_answer(issued)]))
            self.issued.append(issued)

    @rule(seconds=st.sampled_from([1, 9, 60]))
    @precondition(lambda self: self.model.now < MONTH)
    def wait(self, seconds: float) -> None:
        self.model.now += seconds

    @rule(back=BACK, edge=st.sampled_from(EDGES), beyond=BEYOND)
    @precondition(lambda self: self.issued)
    def wait_to_an_edge(self, back: int, edge: str, beyond: float) -> None:
        """Just before, at, or just after a moment when something changes for a login."""
        newest = self.login_of(self.pick(back)).answers[-1]
        moments = {
            "grace after use": (newest.first_used or newest.given) + 10,
            "grace unused": newest.given + 3600,
            "corrupted": newest.given + 10,
            "access": newest.access_ends,
            "refresh": newest.refresh_ends or newest.access_ends,
        }
        self.model.now = max(self.model.now, moments[edge] + beyond)

    def present(self, client: str, token: str, lives: tuple[int, int]) -> Issued:
        return self.store.refresh(client, token, Ttl(*lives), lambda held: held, self.now, self.rules)

    @rule(lives=LIVES, then=LIVES, used=st.booleans(), edge=st.sampled_from(EDGES), beyond=BEYOND)
    @precondition(lambda self: self.model.now < MONTH)
    def log_in_refresh_and_look_back(
        self, lives: tuple[int, int], then: tuple[int, int], used: bool, edge: str, beyond: float
    ) -> None:
        """The way to the edges of the grace, whole, as chance seldom finds it; the invariant looks back."""
        self.log_in(lives, 9, "c", 1)
        self.refresh(0, then)
        if used:
            self.use(0)
        self.wait_to_an_edge(0, edge, beyond)

    @rule(back=BACK, lives=LIVES)
    @precondition(lambda self: self.issued)
    def refresh(self, back: int, lives: tuple[int, int]) -> None:
        token = self.pick(back)
        if token.refresh_token is not None:
            self.check_refresh(self.login_of(token), token.refresh_token, lives)

    def check_refresh(self, login: Login, token: str, lives: tuple[int, int]) -> None:
        """Present a refresh token: refused, answered as before, or with new tokens, as the model says."""
        expected, newest = self.model.refresh(token), login.answers[-1]
        if expected.startswith("OAU"):
            with pytest.raises(OAuthError) as refused:
                self.present(login.client, token, lives)
            refusal = refused.value
            assert (refusal.status, refusal.error, refusal.code) == (400, "invalid_grant", expected)
            return
        issued = self.present(login.client, token, lives)
        assert issued.session.id == login.id
        if expected == "same":
            assert (issued.access_token, issued.refresh_token) == (newest.access, newest.refresh)
            assert abs(issued.expires_in - max(0.0, newest.access_ends - self.model.now)) <= 0.5
            return
        assert expected == "new"
        known = {text for one in login.answers for text in (one.access, one.refresh)}
        assert not known & {issued.access_token, issued.refresh_token} - {None}
        assert issued.expires_in == lives[0]
        login.answers.append(self.as_answer(issued))
        self.issued.append(issued)

    def check_access(self, token: str) -> None:
        """Present an access token: what it is, as the model says."""
        use = self.store.use(token, self.now)
        assert VERDICTS[use.verdict.name] == self.model.access(token)
        assert use.ours

    @rule(back=BACK)
    @precondition(lambda self: self.issued)
    def use(self, back: int) -> None:
        token = self.pick(back)
        self.check_access(token.access_token)
        if self.model.access(token.access_token) == "live":
            self.model.used(token.access_token)

    @invariant()
    def all_that_changes_nothing_is_as_the_model_says(self) -> None:
        """Old and dead tokens: presenting them changes nothing, so it is done after each step."""
        for login in self.model.logins[-4:]:
            for answer in login.answers[-3:]:
                if self.model.access(answer.access) != "live":
                    self.check_access(answer.access)
                if answer.refresh is not None and self.model.refresh(answer.refresh) != "new":
                    self.check_refresh(login, answer.refresh, (3600, 604_800))

    @rule(back=BACK, access=st.booleans())
    @precondition(lambda self: self.issued)
    def revoke(self, back: int, access: bool) -> None:
        token = self.pick(back)
        presented = token.access_token if access else token.refresh_token
        if presented is None:
            return
        login = self.login_of(token)
        if login.ended or login.runs(self.model.now):
            ended = self.store.revoke(login.client, presented, self.now)
            assert (ended is not None) == self.model.revoke(presented)

    @rule(back=BACK)
    @precondition(lambda self: self.issued)
    def neither_another_app_nor_the_wrong_use_gets_anything(self, back: int) -> None:
        token = self.pick(back)
        with pytest.raises(OAuthError) as refused:
            self.store.revoke("stranger", token.access_token, self.now)
        assert refused.value.code == "OAU-164"
        if token.refresh_token is None:
            return
        for client, text in (("stranger", token.refresh_token), (token.session.grant.client_id, "unknown")):
            with pytest.raises(OAuthError) as refused:
                self.present(client, text, (3600, 604_800))
            assert refused.value.code == "OAU-213"
        use = self.store.use(token.refresh_token, self.now)
        assert (use.verdict.name, use.ours) == ("NOT_FOUND", False)

    @rule(user=st.sampled_from([7, 8]))
    @precondition(lambda self: all(one.ended or one.runs(self.model.now) for one in self.model.logins))
    def change_the_password(self, user: int) -> None:
        """While nothing has just run out: whether such a session is still there to be ended is not said."""
        assert self.store.end_user(user, "the password was changed") == self.model.end_user(user)

    @rule()
    def restart(self) -> None:
        snapshot = json.loads(json.dumps(self.state.dump()))
        self.state = State()
        self.store = SessionStore(threading.RLock(), state=self.state)
        self.state.load(snapshot)


TestRefreshMachine = RefreshMachine.TestCase
TestRefreshMachine.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
