"""Telling hooks: what both drivers do with an event."""

from __future__ import annotations

import logging

from .events import Event, Hook

log = logging.getLogger("ringback.client")


class Hooked:
    """Has hooks, and tells them; one that raises is logged and stops nothing."""

    hooks: tuple[Hook, ...] = ()

    def tell(self, event: Event) -> None:
        """Call each hook with `event`."""
        for hook in self.hooks:
            try:
                hook(event)
            except Exception as error:
                log.warning("a hook failed at %s: %s", type(event).__name__, type(error).__name__)
