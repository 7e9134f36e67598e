"""A task that is cancelled, at any effect: leases are given back, tokens are stored or revoked."""

import asyncio
import itertools
from concurrent.futures import Executor, Future

import pytest
from scripted import CLIENT, OK, OWNER, FixedClock, World, token_answer

from ringback import LoginRequired, VaultUnavailable
from ringback.client.async_driver import AsyncDriver
from ringback.client.effects import Send, StoreRefreshed
from ringback.client.logins import finish_login
from ringback.client.messages import HttpRequest
from ringback.client.session import api_call
from ringback.oauth import Secret, Transaction

GET = HttpRequest("GET", "/restapi/v1.0/account/~/extension")
TRANSACTION = Transaction("https://s", "client", "http://localhost/cb", Secret("state"), Secret("v"), 0.0)


class Begun(Executor):
    """Threads that begin a call at once: it cannot be called off any more."""

    def submit(self, call):
        future = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(call())
        except Exception as error:
            future.set_exception(error)
        return future


class Queued(Executor):
    """Threads that are all busy for a moment: a call can still be called off."""

    def submit(self, call):
        future = Future()

        def begin():
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except Exception as error:
                    future.set_exception(error)

        loop = asyncio.get_running_loop()
        loop.call_soon(loop.call_soon, begin)
        return future


class Server:
    """Answers in turn, each after the loop went round."""

    def __init__(self, world):
        self.world = world

    async def send(self, request, *, seconds):
        what = request.authorization.reveal()
        self.world.sent.append(what if what.startswith("Bearer") else request.body.reveal())
        await asyncio.sleep(0)
        return self.world.answers.popleft()

    async def close(self):
        pass


class CancelledAt(AsyncDriver):
    """Cancels its own task when the effect of this number begins, once or again and again."""

    def __init__(self, world, threads, number, *, again=False):
        super().__init__(world.vault, Server(world), FixedClock(world.now))
        self._vault_blocks, self._threads = True, threads
        self.number, self.again, self.seen = number, again, []

    async def _perform(self, effect, **options):
        self.seen.append(effect)
        count = len(self.seen) - 1
        if count == self.number or (self.again and count > self.number):
            asyncio.current_task().cancel()
        return await super()._perform(effect, **options)


def every_cancellation(make_world, make_steps):
    """(world, driver, cancelled, value) for every effect at which the steps can be cancelled.

    With and without hooks, whose effects come between the others.
    """
    for threads, again, hooks in itertools.product((Begun(), Queued()), (False, True), ((), (str,))):
        number, cancelled = 0, True
        while cancelled:
            world = make_world()
            driver = CancelledAt(world, threads, number, again=again)
            driver.hooks = hooks
            cancelled, value = asyncio.run(outcome(driver, make_steps(world)))
            yield world, driver, cancelled, value
            number += 1
        assert number > 3


async def outcome(driver, steps):
    task = asyncio.ensure_future(driver.run(steps))
    await asyncio.wait([task])
    if task.cancelled():
        return True, None
    assert len(driver.seen) <= driver.number, "a cancellation was swallowed"
    return False, task.result()


def stale():
    world = World(token_answer(1), OK, now=3541.0)
    world.log_in()
    return world


def test_a_call_that_is_cancelled_anywhere_leaves_the_login_usable_and_nobody_waiting():
    marked = stored = 0
    for world, driver, cancelled, _ in every_cancellation(
        stale, lambda _: api_call(OWNER, GET, CLIENT, timeout=30.0)
    ):
        sends = [effect for effect in driver.seen if isinstance(effect, Send)]
        interrupted = world.held() == "A0" and len(sends) > 0
        if interrupted:
            assert world.vault.interrupted() == [OWNER], "it may have reached the server: no mark"
        assert world.vault.lease(world.vault.load(OWNER)) is not None, "the lease is still taken"
        marked, stored = marked + interrupted, stored + (cancelled and world.held() == "A1")
        if not cancelled:
            assert world.held() == "A1"
    assert marked > 3
    assert stored > 3


def test_a_login_that_is_cancelled_after_the_exchange_is_stored_or_revoked():
    kept = revoked = 0
    for world, _, cancelled, _ in every_cancellation(
        lambda: World(token_answer(1)),
        lambda _: finish_login("?code=c&state=state", TRANSACTION, CLIENT, "h", timeout=30.0),
    ):
        arrived = any("code=c" in sent for sent in world.sent) and not world.answers
        kept += cancelled and world.held() == "A1"
        revoking = world.to_be_revoked()
        revoked += revoking == ["R1"]
        if arrived and cancelled:
            assert (world.held() == "A1") != (revoking == ["R1"])
    assert kept
    assert revoked


def test_losing_to_a_logout_while_cancelled_revokes_what_was_received():
    seen = 0

    def lost():
        world = stale()
        stored = world.vault.store_refreshed

        def logged_out_first(login, tokens):
            world.vault.end(OWNER, now=0)
            return stored(login, tokens)

        world.vault.store_refreshed = logged_out_first
        return world

    def steps(_):
        return api_call(OWNER, GET, CLIENT, timeout=30.0)

    for world, driver, _, _ in ended_in_a_login(lost, steps):
        if any(isinstance(effect, StoreRefreshed) for effect in driver.seen) and world.held() is None:
            seen += 1
            assert sorted(world.to_be_revoked()) == ["R0", "R1"]
    assert seen > 3


def ended_in_a_login(make_world, make_steps):
    """As every_cancellation, where the steps that are not cancelled raise LoginRequired."""

    def caught(world):
        try:
            return (yield from make_steps(world))
        except LoginRequired:
            return None

    return every_cancellation(make_world, caught)


def test_a_timeout_around_a_call_is_a_timeout():
    async def main():
        world = stale()
        server = Forever(world)
        driver = AsyncDriver(world.vault, server, FixedClock(world.now))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(None) as server.limit:
                await driver.run(api_call(OWNER, GET, CLIENT, timeout=30.0))
        assert world.vault.interrupted() == [OWNER]
        assert asyncio.current_task().cancelling() == 0

    asyncio.run(main())


class Forever(Server):
    async def send(self, request, *, seconds):
        self.limit.reschedule(0)
        await asyncio.Event().wait()


def test_a_vault_that_fails_while_the_task_is_cancelled_ends_it():
    def broken():
        world = stale()
        world.vault.store_refreshed = fail
        return world

    def fail(*_):
        raise VaultUnavailable("disk full")

    def steps(_):
        try:
            return (yield from api_call(OWNER, GET, CLIENT, timeout=30.0))
        except VaultUnavailable:
            return "failed"

    for world, _, cancelled, value in every_cancellation(broken, steps):
        assert cancelled or value == "failed"
        assert world.held() == "A0"
