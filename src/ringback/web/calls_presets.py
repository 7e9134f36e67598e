"""Days that people often ask for, as links of the filter bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .texts import gettext


@dataclass(frozen=True, slots=True)
class Preset:
    """A name and its days, both included."""

    name: str
    first: date
    last: date


def presets(today: date) -> tuple[Preset, ...]:
    """The usual spans as of the user's `today`; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    first_of_month = today.replace(day=1)
    end_of_last_month = first_of_month - timedelta(days=1)
    yesterday = today - timedelta(days=1)
    return (
        Preset(gettext("Today"), today, today),
        Preset(gettext("Yesterday"), yesterday, yesterday),
        Preset(gettext("Last 7 days"), today - timedelta(days=6), today),
        Preset(gettext("This week"), monday, today),
        Preset(gettext("Last 30 days"), today - timedelta(days=29), today),
        Preset(gettext("This month"), first_of_month, today),
        Preset(gettext("Last month"), end_of_last_month.replace(day=1), end_of_last_month),
    )
