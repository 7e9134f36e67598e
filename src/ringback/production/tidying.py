"""What a dead process left behind is finished beside the pages: at start, and every 5 minutes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from ringback.oauth.errors import RingbackError

if TYPE_CHECKING:
    from ringback.client import RingCentral

TIDY_SECONDS = 300.0
_LOGGER = logging.getLogger("ringback.web")


def tidy_in_background(client: RingCentral, wait_for: Callable[[float], bool]) -> None:
    """Tidy in a thread of its own until `wait_for` (seconds) says True: it is time to stop."""

    def rounds() -> None:
        while True:
            try:
                client.tidy()
            except RingbackError as error:
                if wait_for(0):
                    return  # the client was closed under it: that is the end, and no news
                _LOGGER.warning("tidying waits: %s", type(error).__name__)
            if wait_for(TIDY_SECONDS):
                return

    threading.Thread(target=rounds, name="ringback-tidy", daemon=True).start()
