"""The synchronous and the asynchronous client have the same names, with the same arguments."""

import inspect
import subprocess
import sys

import pytest

from ringback import AsyncRingCentral, AsyncUser, RingCentral, User

PAIRS = [(RingCentral, AsyncRingCentral), (User, AsyncUser)]


def public(kind):
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


@pytest.mark.parametrize(("sync", "other"), PAIRS)
def test_both_have_the_same_names_and_arguments(sync, other):
    assert public(sync).keys() == public(other).keys()
    for name, method in public(sync).items():
        theirs = inspect.signature(getattr(other, name)).parameters
        assert dict(inspect.signature(method).parameters) == dict(theirs), name


def test_what_talks_to_anything_is_awaited():
    plain = {
        name
        for _, kind in PAIRS
        for name, value in public(kind).items()
        if not inspect.iscoroutinefunction(value)
    }
    assert plain == {"user", "calls", "extensions", "sync", "call_records"}


def test_asyncio_is_not_imported_for_the_synchronous_client():

    told = (
        "from ringback import RingCentral; import sys; print('asyncio' in sys.modules, 'h11' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True)
    assert ran.stdout == "False False\n"
