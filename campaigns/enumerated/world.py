"""One state of a world of cores, and what one effect does to it."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs

from ringback.client import effects as ef
from ringback.client.limits.limit_memory import LimitMemory
from ringback.client.messages import HttpRequest
from ringback.oauth.secret import Secret

from . import model_server, model_vault
from .model_server import Server
from .model_vault import Record, Vault
from .runs import Outcome, Runs
from .values import GIVEN_UP, OWNER, Given, tokens_from

START = 3600
"""When the worlds begin: the first access token has just expired."""
DEAD = -1
CANCELLED, CANCELLED_LATE = "cancelled", "cancelled when the server has it"


class Violation(Exception):
    """A promise that was broken."""


class _Unlimited(LimitMemory):
    """A server without rate limits, known as such; nothing is remembered."""

    def is_certain(self, endpoint: str) -> bool:
        return True

    def group_of(self, endpoint: str) -> str | None:
        return None

    def learnt(self, endpoint: str, group: str | None) -> None:
        pass


_UNLIMITED = _Unlimited()


class World(NamedTuple):
    """`cores`: each one's past, by number. `seen`: until when a core has the lease, or if it did not get it,
    what it saw then.


    `late`: refresh tokens of requests that are still on their way. `refreshes` counts the requests that came.
    `ended`: somebody logged out. The last four say what may still be done to the cores.
    """

    now: int
    vault: Vault
    server: Server
    cores: tuple[int, ...]
    seen: tuple[Any, ...]
    late: tuple[int, ...] = ()
    refreshes: int = 0
    ended: bool = False
    harmed: bool = False
    last: int | None = None
    switches: int | None = None
    crashes: int = 0
    faults: int = 0
    ticks: int = 0


def performed(world: World, runs: Runs, core: int, fault: str = "") -> World:
    """The world after the core's next effect. Raises Violation."""
    past = runs[world.cores[core]]
    effect = past.ahead
    if fault == CANCELLED:
        result: Any = GIVEN_UP
    elif isinstance(effect, ef.Send):
        world, result = _sent(world, core, effect, fault)
    else:
        world, result = _done(world, core, effect, f"{core}.{past.leases}")
    number = runs.go_on(world.cores[core], result)
    seen = (*world.seen[:core], _noted(world, core, effect, result), *world.seen[core + 1 :])
    cores = (*world.cores[:core], number, *world.cores[core + 1 :])
    world = world._replace(cores=cores, seen=seen)
    ahead = runs[number].ahead
    if isinstance(ahead, Outcome):
        _judge(world, runs[number].program, ahead)
    return world


def _noted(world: World, core: int, effect: Any, result: Any) -> Any:
    if isinstance(effect, ef.AcquireLease):
        if result is None:
            return what_waiters_see(world)
        return "leased", world.now + model_vault.LEASE_SECONDS
    return None if isinstance(effect, ef.ReleaseLease | ef.StoreRefreshed) else world.seen[core]


def what_waiters_see(world: World) -> Any:
    """A core that waits for the lease finds nothing new until this changes."""
    return world.now, world.vault.record, world.vault.held


def is_waiting(world: World, runs: Runs, core: int) -> bool:
    """Whether the core's next effect is to wait, and nothing has changed meanwhile: it would wait again."""
    ahead = runs[world.cores[core]].ahead
    return isinstance(ahead, ef.Wait) and world.seen[core] == what_waiters_see(world)


def _done(world: World, core: int, effect: Any, lease_id: str) -> tuple[World, Any]:
    now, vault = world.now, world.vault
    match effect:
        case ef.Now() | ef.Elapsed():
            return world, now
        case ef.Limits():
            return world, _UNLIMITED
        case ef.Wait() | ef.Pause():
            return world, None
        case ef.LoadLogin():
            record = vault.record
            return world, None if record is None else _login(record)
        case ef.AcquireLease(login):
            vault, resumed = model_vault.acquire(vault, login.login_id, lease_id, now)
            result = None if resumed is None else Given(("lease", lease_id, resumed))
            return world._replace(vault=vault), result
        case ef.ReleaseLease(lease, finished):
            forget = finished and not lease.resumed
            return world._replace(vault=model_vault.release(vault, lease.lease_id, now, forget=forget)), None
        case ef.StoreRefreshed(login, tokens):
            stored = model_vault.store(vault, login.login_id, login.generation, tokens_from(tokens))
            if stored is None or stored.record is None:
                return world, None
            return world._replace(vault=stored), _login(stored.record)
        case ef.DeleteLogin(login):
            deleted = model_vault.delete(vault, login.login_id, login.generation)
            return (world, False) if deleted is None else (world._replace(vault=deleted), True)
        case ef.DiscardTokens(tokens):
            session = tokens_from(tokens).session
            if vault.record is not None and vault.record.tokens.session == session:
                raise Violation("the session that is in use was put down for revocation")
            return world._replace(vault=model_vault.discard(vault, tokens_from(tokens))), None
        case ef.EndLogin() | ef.DetachHolder():
            was_there = vault.record is not None
            world = world._replace(vault=model_vault.end(vault), ended=world.ended or was_there)
            return world, was_there if isinstance(effect, ef.EndLogin) else 0
        case ef.FindInterrupted():
            return world, Given(("owners", OWNER) if vault.is_interrupted(now) else ("owners",))
        case ef.ClaimRevocation():
            return _claimed(world)
        case ef.FinishRevocation(number):
            outbox = tuple(entry for at, entry in enumerate(vault.outbox) if at != int(number))
            return world._replace(vault=vault._replace(outbox=outbox)), None
        case ef.PutOffRevocation():
            return world, None
        case ef.SpendState():
            return world, True
        case ef.PutLogin(tokens):
            vault = model_vault.put(vault, tokens_from(tokens), f"login {core}")
            return world._replace(vault=vault), None if vault.record is None else _login(vault.record)
        case _:
            raise NotImplementedError(f"the model knows no effect {type(effect).__name__}")


def _claimed(world: World) -> tuple[World, Any]:
    for at, (tokens, claimed) in enumerate(world.vault.outbox):
        if not claimed:
            outbox = (*world.vault.outbox[:at], (tokens, True), *world.vault.outbox[at + 1 :])
            vault = world.vault._replace(outbox=outbox)
            return world._replace(vault=vault), Given(("revocation", str(at), tokens))
    return world, None


def _login(record: Record) -> Given:
    return Given(("login", *record))


# Requests


def _sent(world: World, core: int, effect: ef.Send, fault: str) -> tuple[World, Any]:
    if world.now >= effect.deadline:
        return world, Given(("none", "timeout"))
    kind, number = _asked(effect.request)
    _check_request(world, core, kind, number)
    if fault == "refused":
        return world, Given(("none", "refused"))
    if fault == "lost before":
        return world, Given(("none", "broken"))
    if fault == "late":
        late = (*world.late, number) if kind == "refresh" else world.late
        return world._replace(late=late), Given(("none", "timeout"))
    world, answer = _answered(world, kind, number)
    match fault:
        case "lost after":
            return world, Given(("none", "broken"))
        case "timed out":
            return world, Given(("none", "timeout"))
        case "cancelled when the server has it":
            return world, GIVEN_UP
        case "failed after":
            return world, Given(("api", 503, "CMN-203"))
    return world, Given(answer)


def _answered(world: World, kind: str, number: int) -> tuple[World, model_server.Answer]:
    if kind == "call":
        server, answer = model_server.call(world.server, number, world.now)
    elif kind == "exchange":
        server, answer = model_server.exchange(world.server, world.now)
    elif kind == "revoke":
        server, answer = model_server.revoke(world.server, number)
    else:
        server, answer = model_server.refresh(world.server, number, world.now)
        world = world._replace(refreshes=world.refreshes + 1)
    return world._replace(server=server), answer


def arrived(world: World) -> World:
    """The first late request reaches the server; nobody waits for its answer."""
    world, _ = _answered(world._replace(late=world.late[1:]), "refresh", world.late[0])
    return world


def _asked(request: HttpRequest) -> tuple[str, int]:
    authorization = request.authorization.reveal() if request.authorization else ""
    if authorization.startswith("Bearer "):
        return "call", int(authorization.removeprefix("Bearer A"))
    body = request.body.reveal() if isinstance(request.body, Secret) else ""
    form = parse_qs(body)
    if "code" in form:
        return "exchange", -1
    if "refresh_token" in form:
        return "refresh", int(form["refresh_token"][0][1:])
    return "revoke", int(form["token"][0][1:])


def _check_request(world: World, core: int, kind: str, number: int) -> None:
    if kind in ("call", "refresh") and number not in world.vault.written:
        raise Violation("a token was used before it was stored")
    if kind == "refresh":
        match world.seen[core]:
            case ("leased", until) if until > world.now:
                pass
            case _:
                raise Violation("a refresh was sent without the lease, or after it had run out")


def _judge(world: World, program: str, outcome: Outcome) -> None:
    if outcome.name == "done":
        return
    if outcome.name == "LoginRequired":
        if not world.ended and not (world.server.strict and world.harmed):
            raise Violation(f"{program}: the user was asked to log in, and need not be")
    elif outcome.name in ("TransportError", "RefreshBusy", "ServerTrouble", "Abandoned"):
        if not world.harmed:
            raise Violation(f"{program} raised {outcome.name}, and nothing was wrong")
    else:
        raise Violation(f"{program} raised {outcome.name}")
