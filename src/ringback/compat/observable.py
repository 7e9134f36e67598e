"""Handlers of named events, as the official SDK has them: on, once, off, trigger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[..., Any]


class EventNotFound(LookupError):
    """Nobody listens to this event."""


class HandlerNotFound(LookupError):
    """This handler does not listen to this event."""


class Observable:
    """Calls the handlers of an event in the order in which they came."""

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = {}

    def on(self, event: str, *handlers: Handler) -> Handler:
        """Call these whenever the event is triggered; without any it is a decorator."""

        def register(*given: Handler) -> Handler:
            self._handlers.setdefault(event, []).extend(given)
            return given[0]

        return register(*handlers) if handlers else register

    def once(self, event: str, *handlers: Handler) -> Handler:
        """Call these the next time only; without any it is a decorator."""

        def register(*given: Handler) -> Handler:
            def run(*values: Any, **named: Any) -> None:
                self.off(event, run)
                for handler in given:
                    handler(*values, **named)

            return self.on(event, run)

        return register(*handlers) if handlers else register

    def off(self, event: str | None = None, *handlers: Handler) -> bool:
        """Forget these handlers, all of the event, or all. Raises EventNotFound, HandlerNotFound."""
        if event is None:
            self._handlers.clear()
            return True
        if event not in self._handlers:
            raise EventNotFound(event)
        if not handlers:
            del self._handlers[event]
            return True
        for handler in handlers:
            if handler not in self._handlers[event]:
                raise HandlerNotFound(event)
            self._handlers[event] = [one for one in self._handlers[event] if one != handler]
        return True

    def trigger(self, event: str, *values: Any, **named: Any) -> bool:
        """Call the event's handlers; False when there are none."""
        handlers = list(self._handlers.get(event, ()))
        for handler in handlers:
            handler(*values, **named)
        return bool(handlers)
