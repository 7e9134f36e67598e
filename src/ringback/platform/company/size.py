"""How large a company is: its people, its calls a day, and how long it has kept a call log."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST_EMPLOYEES = 2
MOST_EMPLOYEES = 10_000
MOST_CALLS = 1_000_000
MOST_CALLS_EACH = 2_000
MOST_DAYS = 3_650
_EMPLOYEES, _CALLS, _DAYS = 13, 190, 90


@dataclass(frozen=True, slots=True)
class CompanySize:
    """`employees` can log in, `calls_per_day` is about what the company log gets on a working day, `days` is
    how far the log reaches back from the clock's start.

    However few calls are asked for, everybody has some every day (at most about five each): any 24 hours hold
    a finished call of everybody. ValueError, with the figure's name, for what is out of range.
    """

    employees: int = _EMPLOYEES
    calls_per_day: int = _CALLS
    days: int = _DAYS

    @classmethod
    def of(
        cls, employees: int | None = None, calls_per_day: int | None = None, days: int | None = None
    ) -> CompanySize:
        """The size with these figures, None for the demo's own; calls go with the employees then."""
        people = _EMPLOYEES if employees is None else employees
        usual = max(1, min(MOST_CALLS, round(_CALLS * people / _EMPLOYEES)))
        return cls(people, usual if calls_per_day is None else calls_per_day, _DAYS if days is None else days)

    def __post_init__(self) -> None:
        """Raises ValueError for a figure out of range."""
        for name, value, least, most in (
            ("employees", self.employees, FEWEST_EMPLOYEES, MOST_EMPLOYEES),
            ("calls_per_day", self.calls_per_day, 1, MOST_CALLS),
            ("days", self.days, 1, MOST_DAYS),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} must be {least} to {most}")
        most = self.employees * MOST_CALLS_EACH
        if self.calls_per_day > most:
            raise ValueError(
                f"calls_per_day must be at most {MOST_CALLS_EACH} for each employee: here {most}"
            )
