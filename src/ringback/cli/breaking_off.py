"""Ctrl-C in the middle of a long command: one line says what is kept and how to go on, and exit code 130."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from .failures import BROKEN_OFF
from .progress import tell

_SHOW_CURSOR = b"\x1b[?25h"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _BrokenOff(KeyboardInterrupt):
    """Not KeyboardInterrupt itself.

    Once one of these has passed through an `exec` of text (dataclasses do that, so any import may), CPython
    ends the process by SIGINT, whatever exit code it is given.
    """


@contextmanager
def breakable(kept: Callable[[], str]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in good order; `kept` says what there is then.

    A second one ends the process at once.
    `kept` is called once the block is over, so whatever it opened is closed.
    """
    asked = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            if os.isatty(2):
                os.write(2, _SHOW_CURSOR)
            os._exit(BROKEN_OFF)
        asked = True
        raise _BrokenOff

    before = [(one, signal.signal(one, end)) for one in _SIGNALS]
    try:
        yield
    except KeyboardInterrupt:
        _say(kept)
    except BaseException:
        # What the interrupt met on its way may have made another error of it.
        if not asked:
            raise
        _say(kept)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _say(kept: Callable[[], str]) -> None:
    tell(f"broken off: {kept()}")
    raise click.exceptions.Exit(BROKEN_OFF) from None
