"""Scripted faults of a test's world: answers that are wrong, late, cut off or lost."""

from __future__ import annotations

from typing import Any

from .talk import control


class Fault:
    """One fault that was added."""

    def __init__(self, faults: Faults, fault_id: str) -> None:
        self._faults = faults
        self.id = fault_id

    @property
    def hits(self) -> int:
        """How many requests it has hit. LookupError when it was taken away."""
        for told in self._faults.all():
            if told["id"] == self.id:
                return int(told["hits"])
        raise LookupError("this fault was taken away")


class Faults:
    """Add faults, and take them away again. A request is hit by the first fault that fits it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def add(
        self,
        path: str,
        *,
        method: str | None = None,
        client_id: str | None = None,
        times: int | None = 1,
        when: str = "before",
        status: int | None = None,
        body: Any = None,
        delay: float | None = None,
        cut: str | None = None,
    ) -> Fault:
        """Let the next `times` requests for `path` go wrong (None: all of them).

        `path`: as in the journal; `*` stands for any characters of a segment, `{name}` for any segment, `**`
        at the end for the rest. `when`: "before" (nothing happens at the platform) or "after" (it happens,
        and then the answer goes wrong: a lost token answer). `status`: with RingCentral's body for it, unless
        `body` (text, or what JSON can hold) says otherwise. `delay`: seconds. `cut`: "reset" (closed without
        an answer), "truncated" (half of it) or "slow". ValueError for what there is not.
        """
        told = {
            "path": path,
            "method": method,
            "clientId": client_id,
            "when": when,
            "status": status,
            "body": body,
            "delay": delay,
            "cut": cut,
        }
        order = {name: value for name, value in told.items() if value is not None}
        answer = control("POST", self._base_url, "faults", {**order, "times": times})
        return Fault(self, answer["id"])

    def all(self) -> list[dict[str, Any]]:
        """Every fault, as `/_local/faults` lists it."""
        found: list[dict[str, Any]] = control("GET", self._base_url, "faults")["faults"]
        return found

    @property
    def hits(self) -> int:
        """How many requests all of them have hit."""
        return sum(int(told["hits"]) for told in self.all())

    def clear(self) -> None:
        """Take all away."""
        control("DELETE", self._base_url, "faults")
