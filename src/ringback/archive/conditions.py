"""Which calls a question is about, as terms of SQL: one rule, written down in each back end's dialect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .marks import digits_marks, names_marks
from .questions import Question
from .rows import SEPARATOR

MOST_KEPT = 200_000
"""Of the calls that a question for digits or extensions finds; of more, each answer reads them again."""
SORT_COLUMNS = {
    "direction": "direction",
    "from": "from_key",
    "to": "to_key",
    "outcome": "outcome",
    "ring": "ring_seconds",
    "talk": "talk_seconds",
    "duration": "duration",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a back end says it.

    `value` stands for a parameter. `contains`: a term with the column {text} and a parameter. `among`: a term
    that a column is one of some values, and its parameters.
    """

    value: str
    contains: str
    among: Callable[[str, Sequence[str]], tuple[str, list[Any]]]

    def allowed(self, marks: str) -> str:
        """Do the marks allow it? Two parameters, both of them its own marks."""
        return f"({marks} & {self.value}) = {self.value}"

    def marked(self, marks: str, text: str) -> str:
        """Does the column `text` contain it? A CASE, so that the text is only read where `marks` allow it."""
        return f"CASE WHEN {self.allowed(marks)} THEN {self.contains.format(text=text)} ELSE false END"


def conditions(
    wanted: Question, dialect: Dialect, *, window_only: bool = False, by_marks: bool = False
) -> tuple[list[str], list[Any]]:
    """The question as terms of SQL and their values. Deleted calls are never wanted.

    `by_marks`: texts are not looked at, so that some calls fit that the question is not about.
    """
    terms = ["NOT deleted", f"start_time >= {dialect.value}", f"start_time <= {dialect.value}"]
    values: list[Any] = [wanted.begin, wanted.end]
    if window_only:
        return terms, values
    parameters = 2 if by_marks else 3

    def found(marks: str, text: str) -> str:
        return dialect.allowed(marks) if by_marks else dialect.marked(marks, text)

    for what, value in (
        ("lower(direction)", wanted.direction),
        ("lower(type)", wanted.type),
        ("outcome", wanted.outcome),
    ):
        if value:
            terms.append(f"{what} = {dialect.value}")
            values.append(value)
    if wanted.queues:
        either = [dialect.among(column, sorted(wanted.queues)) for column in ("queue_id", "queue_key")]
        terms.append(f"({' OR '.join(term for term, _ in either)})")
        values += [one for _, some in either for one in some]
    if wanted.extensions:
        named = sorted(wanted.extensions)
        looked_for = [(names_marks([name]), f"{SEPARATOR}{name}{SEPARATOR}") for name in named]
        terms.append(f"({' OR '.join([found('extension_marks', 'extensions')] * len(named))})")
        values += [one for marks, text in looked_for for one in (marks, marks, text)[:parameters]]
    if wanted.digits:
        marks = digits_marks([wanted.digits])
        terms.append(found("number_marks", "numbers"))
        values += (marks, marks, wanted.digits)[:parameters]
    return terms, values
