"""Events read off the effects of the core: the steps themselves know nothing of hooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from ringback.oauth.printable import code_in, request_id_in
from ringback.oauth.secret import Secret
from ringback.vault import Lease

from .effects import (
    Abandoned,
    AcquireLease,
    DeleteLogin,
    DetachHolder,
    Effect,
    Elapsed,
    Emit,
    EndLogin,
    Now,
    PutLogin,
    ReleaseLease,
    Send,
    Steps,
    StoreRefreshed,
    WaitUntil,
)
from .events import (
    Event,
    LimitWait,
    LimitWaitBegins,
    LoggedIn,
    LoggedOut,
    RefreshDone,
    RequestDone,
    Retried,
    route_of,
)
from .messages import HttpAnswer, HttpRequest, NoAnswer

T = TypeVar("T")
_TIMED = (Send, AcquireLease, StoreRefreshed, DeleteLogin, ReleaseLease, WaitUntil)


def observed(steps: Steps[T]) -> Steps[T]:
    """The same steps, with an `Emit` after each effect that is worth telling."""
    watch = _Watch()
    try:
        effect = next(steps)
        while True:
            try:
                before: float = (yield Elapsed()) if isinstance(effect, _TIMED) else 0.0
                for event in watch.before(effect):
                    yield Emit(event)
                if isinstance(effect, WaitUntil) and effect.for_limit and effect.goal is not None:
                    now: float = yield Now()
                    yield Emit(LimitWaitBegins(max(0.0, effect.goal - now)))
                result = yield effect
            except (Exception, Abandoned) as error:
                effect = steps.throw(error)
                continue
            given_up: BaseException | None = None
            try:
                after: float = (yield Elapsed()) if isinstance(effect, _TIMED) else 0.0
                for event in watch.after(effect, result, before, after):
                    yield Emit(event)
            except (Exception, Abandoned) as error:
                given_up = error
            # The effect has happened: the steps get its result before they learn that their caller gave up.
            effect = steps.send(result)
            if given_up is not None:
                effect = steps.throw(given_up)
    except StopIteration as stop:
        value: T = stop.value
        return value


class _Watch:
    """What one run of the steps has shown so far."""

    def __init__(self) -> None:
        self._attempts: dict[HttpRequest, int] = {}
        self._last: dict[HttpRequest, str] = {}
        self._lease_since: float | None = None
        self._user_id = ""
        self._asked = False

    def before(self, effect: Effect) -> Iterator[Event]:
        """What an effect tells before it is performed."""
        if isinstance(effect, Send):
            request = effect.request
            one = _same(request)
            self._attempts[one] = self._attempts.get(one, 0) + 1
            if self._attempts[one] > 1:
                route = route_of(request.target)
                yield Retried(request.method, route, self._attempts[one], self._last.get(one, "unknown"))

    def after(self, effect: Effect, result: Any, before: float, after: float) -> Iterator[Event]:
        """What an effect and its result tell."""
        match effect:
            case Send(request, _):
                self._asked = True
                yield self._request(request, result, after - before)
            case WaitUntil(for_limit=True):
                yield LimitWait(after - before)
            case AcquireLease(login) if isinstance(result, Lease):
                self._lease_since, self._user_id, self._asked = before, login.key.owner_id, False
            case StoreRefreshed(_, _):
                yield from self._refresh_over("refreshed" if result is not None else "overtaken", after)
            case DeleteLogin(_):
                yield from self._refresh_over("ended" if result else "overtaken", after)
            case ReleaseLease(_, _) if self._asked:
                yield from self._refresh_over("failed", after)
            case PutLogin(tokens, holder):
                yield LoggedIn(tokens.owner_id, holder)
            case DetachHolder(user_id, _):
                yield LoggedOut(user_id, ended=result == 0)
            case EndLogin(user_id):
                yield LoggedOut(user_id, ended=True)

    def _refresh_over(self, outcome: Any, now: float) -> Iterator[Event]:
        if self._lease_since is not None:
            yield RefreshDone(self._user_id, outcome, now - self._lease_since)
        self._lease_since = None

    def _request(self, request: HttpRequest, answer: HttpAnswer | NoAnswer, seconds: float) -> RequestDone:
        one = _same(request)
        route, attempt = route_of(request.target), self._attempts.get(one, 1)
        if isinstance(answer, NoAnswer):
            self._last[one] = answer.kind
            return RequestDone(request.method, route, None, seconds, attempt, trouble=answer.kind)
        self._last[one] = str(answer.status)
        remaining = answer.headers.get("X-Rate-Limit-Remaining", "")
        return RequestDone(
            request.method,
            route,
            answer.status,
            seconds,
            attempt,
            request_id=request_id_in(answer.headers.get("RCRequestId"), sent=_secrets(request)),
            group=code_in(answer.headers.get("X-Rate-Limit-Group")),
            remaining=int(remaining)
            if remaining.isascii() and remaining.isdigit() and len(remaining) < 8
            else None,
        )


def _same(request: HttpRequest) -> HttpRequest:
    """What makes two requests one that is sent again: everything but the token."""
    return replace(request, authorization=None)


def _secrets(request: HttpRequest) -> tuple[Secret, ...]:
    """The token a request carried, should a server echo it as a request id."""
    if request.authorization is None:
        return ()
    return (Secret(request.authorization.reveal().rpartition(" ")[2]),)
