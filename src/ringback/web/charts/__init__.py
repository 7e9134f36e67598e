"""Charts as values: shapes in the units of an SVG's viewBox, and the numbers behind them as a table."""

from __future__ import annotations

from .days import calls_per_day
from .hours import hours_by_weekday, hours_chart
from .shapes import Bar, Chart, Mark
from .talk import talk_by_person

__all__ = ["Bar", "Chart", "Mark", "calls_per_day", "hours_by_weekday", "hours_chart", "talk_by_person"]
