"""What one client remembers of the server's rate limits: which endpoint is in which group."""

from __future__ import annotations

import itertools
import os
import secrets

from .endpoints import AUTH, GROUPS

_MOST_ENDPOINTS = 2000
_CERTAIN = frozenset(endpoint for endpoint, group in GROUPS.items() if group in (None, AUTH))


class LimitMemory:
    """Endpoint -> rate group, as answers told it; shared by the threads or tasks of a client."""

    def __init__(self) -> None:
        self._groups: dict[str, str | None] = dict(GROUPS)
        self._certain = set(_CERTAIN)
        self._learning: dict[str, float] = {}
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)

    def new_call(self) -> str:
        """A name for one call, unlike any other of any process."""
        return f"{self._prefix}.{os.getpid():x}.{next(self._numbers):x}"

    def is_certain(self, endpoint: str) -> bool:
        """Whether an answer has told this process the endpoint's group, or that it is not limited."""
        return endpoint in self._certain

    def group_of(self, endpoint: str) -> str | None:
        """The group by the last answer, or by the specification; None: not limited, or not known."""
        return self._groups.get(endpoint)

    def learnt(self, endpoint: str, group: str | None) -> None:
        """An answer of `endpoint` told its group, or (None) that it has none."""
        if not self.is_certain(endpoint) or self._groups.get(endpoint) != group:
            if len(self._certain) >= _MOST_ENDPOINTS:
                self._groups, self._certain = dict(GROUPS), set(_CERTAIN)
            self._groups[endpoint] = group
            self._certain.add(endpoint)

    def begin_learning(self, endpoint: str, now: float, until: float) -> bool:
        """True for the one call that finds out about an endpoint; the others wait, until then at most."""
        begun = self._learning.setdefault(endpoint, until)
        if begun is until or begun <= now:
            self._learning[endpoint] = until
            return True
        return False

    def end_learning(self, endpoint: str) -> None:
        """The one call is over, whatever it found."""
        self._learning.pop(endpoint, None)
