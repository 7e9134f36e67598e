"""What a core does after a given past: generators cannot be copied, so each past is played once and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ringback.client.effects import Abandoned, Effect, Steps

from .values import GIVEN_UP, result_from

Program = Callable[[], Steps[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a core's run ended: with "done", or with the name of the error it raised."""

    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A program and the results it has had, by way of the past before the last one."""

    program: str
    before: int | None
    result: Any
    leases: int
    ahead: Effect | Outcome


class Runs:
    """Pasts by number; the same past has one number."""

    def __init__(self, programs: dict[str, Program]) -> None:
        self._programs = programs
        self._pasts: list[Past] = []
        self._numbers: dict[tuple[Any, ...], int] = {}

    def __len__(self) -> int:
        return len(self._pasts)

    def __getitem__(self, number: int) -> Past:
        return self._pasts[number]

    def begin(self, program: str) -> int:
        """The past of a core that has done nothing yet."""
        return self._number(program, None, None)

    def go_on(self, number: int, result: Any) -> int:
        """The past that follows when the effect ahead gives `result`."""
        return self._number(self._pasts[number].program, number, result)

    def _number(self, program: str, before: int | None, result: Any) -> int:
        key = (program, before, result)
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self._pasts)
            leases = 0 if before is None else self._pasts[before].leases + _is_lease(result)
            ahead = self._play(program, before, result)
            self._pasts.append(Past(program, before, result, leases, ahead))
        return known

    def _play(self, program: str, before: int | None, result: Any) -> Effect | Outcome:
        results = []
        if before is not None:
            results.append(result_from(result))
        while before is not None and self._pasts[before].before is not None:
            past = self._pasts[before]
            results.append(result_from(past.result))
            before = past.before
        steps = self._programs[program]()
        try:
            ahead = next(steps)
            for one in reversed(results):
                ahead = steps.throw(Abandoned()) if one is GIVEN_UP else steps.send(one)
        except StopIteration:
            return Outcome("done")
        except Abandoned:
            return Outcome("Abandoned")
        except Exception as error:
            return Outcome(type(error).__name__, getattr(error, "code", None))
        return ahead


def _is_lease(result: Any) -> bool:
    return isinstance(result, tuple) and bool(result) and result[0] == "lease"
