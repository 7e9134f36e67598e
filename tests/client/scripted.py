"""Runs the session core without a socket: a scripted server, a real vault in memory, a log of effects."""

import json
from collections import deque

from ringback.client.effects import Elapsed, Limits, Now, Pause, Send, Wait, WaitUntil
from ringback.client.limits.limit_memory import LimitMemory
from ringback.client.messages import Headers, HttpAnswer, NoAnswer
from ringback.client.vault_effects import carry_out
from ringback.oauth import ClientCredentials, Secret, TokenSet
from ringback.vault import KeyRing, Vault, new_key
from ringback.vault.memory import MemoryStore

CLIENT = ClientCredentials("client", Secret("client-secret"))
OWNER = "1"


def tokens(number, *, issued_at=0.0, life=3600.0, session="s", owner=OWNER, refresh=True):
    """Tokens A<number> and R<number>."""
    return TokenSet(
        Secret(f"A{number}"),
        Secret(f"R{number}") if refresh else None,
        issued_at,
        issued_at + life,
        issued_at + 604800.0,
        ("ReadAccounts",),
        owner,
        "e",
        session,
    )


def token_answer(number, *, owner=OWNER, session="s", expires_in=3600):
    body = {
        "access_token": f"A{number}",
        "refresh_token": f"R{number}",
        "expires_in": expires_in,
        "refresh_token_expires_in": 604800,
        "owner_id": owner,
        "session_id": session,
    }
    return HttpAnswer(200, Headers(), json.dumps(body).encode())


def api_error(status, code=None):
    body = {"errorCode": "TokenInvalid", "errors": [{"errorCode": code, "message": "m"}]} if code else {}
    return HttpAnswer(status, Headers(), json.dumps(body).encode())


def oauth_error(error, code=None, status=400):
    body = {"error": error, "error_description": "Token not found"}
    if code:
        body["errors"] = [{"errorCode": code}]
    return HttpAnswer(status, Headers(), json.dumps(body).encode())


OK = HttpAnswer(200, Headers(), b"{}")
BROKEN = NoAnswer("broken", "the connection ended")
TIMEOUT = NoAnswer("timeout", "time ran out")


class FixedClock:
    def __init__(self, now):
        self._now = now

    def now(self):
        return self._now


class World:
    """What the effects act on. `answers` are given to Send in turn; a callable is called instead."""

    def __init__(self, *answers, now=0.0):
        self.now = now
        self.elapsed = 0.0
        self.lease_clock = 0.0
        store = MemoryStore(monotonic=lambda: self.lease_clock)
        self.vault = Vault(store, KeyRing.from_setting(new_key()), server="https://s", client_id="client")
        self.limits = LimitMemory()
        self.answers = deque(answers)
        self.sent = []
        self.log = []
        self.before = {}

    def log_in(self, number=0, **changes):
        return self.vault.put_login(tokens(number, **changes), "h", now=self.now)

    def held(self):
        login = self.vault.load(OWNER)
        return login.tokens.access_token.reveal() if login else None

    def run(self, steps):
        try:
            effect = next(steps)
            while True:
                try:
                    result = self.perform(effect)
                except Exception as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)
        except StopIteration as stop:
            return stop.value

    def perform(self, effect):
        self.log.append(type(effect).__name__)
        hook = self.before.pop(type(effect), None)
        if hook:
            hook()
        match effect:
            case Send(request, deadline):
                assert deadline > self.elapsed, "sent after its deadline"
                what = request.authorization.reveal()
                self.sent.append(what if what.startswith("Bearer") else request.body.reveal())
                answer = self.answers.popleft()
                return answer() if callable(answer) else answer
            case Now():
                return self.now
            case Elapsed():
                return self.elapsed
            case Wait(seconds):
                self.elapsed += seconds
                return None
            case Pause(longest):
                self.elapsed += longest
                return None
            case WaitUntil(moment, deadline):
                seconds = max(0.0, min(moment - self.now, deadline - self.elapsed))
                self.now += seconds
                self.elapsed += seconds
                return None
            case Limits():
                return self.limits
            case _:
                return carry_out(effect, self.vault, FixedClock(self.now))

    def to_be_revoked(self):
        return [
            entry.tokens.refresh_token.reveal() for entry in self.vault.claim_revocations(now=1e12, hold=0)
        ]
