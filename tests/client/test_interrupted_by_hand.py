"""Ctrl-C in the middle of a call of the synchronous client: its lease is given back first."""

import pytest
from scripted import CLIENT, OWNER, FixedClock, World

from ringback.client.allowance import Allowance
from ringback.client.driver import Driver
from ringback.client.refresh import refreshed


class CtrlC:
    def send(self, request, *, seconds):
        raise KeyboardInterrupt

    def close(self):
        pass


def test_ctrl_c_during_a_refresh_gives_the_lease_back_and_marks_it():
    world = World()
    login = world.log_in()
    driver = Driver(world.vault, CtrlC(), FixedClock(0.0))
    with pytest.raises(KeyboardInterrupt):
        driver.run(refreshed(login, CLIENT, Allowance(1e12, 1e12)))
    assert world.vault.interrupted() == [OWNER]
    assert world.vault.lease(login) is not None


def test_ctrl_c_stays_what_it_is_when_the_lease_cannot_be_given_back():
    world = World()
    login = world.log_in()
    world.vault.release = lambda *_, **__: 1 / 0
    with pytest.raises(KeyboardInterrupt):
        Driver(world.vault, CtrlC(), FixedClock(0.0)).run(refreshed(login, CLIENT, Allowance(1e12, 1e12)))
