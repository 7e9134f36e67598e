"""Which calls a page shows: the filter read from an address, said as a sentence, written back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast, get_args
from urllib.parse import urlencode

from ringback.client.calls.in_call import digits_of, extensions_in, numbers_in
from ringback.client.calls.outcome import Outcome

from .call_words import in_a_sentence
from .formats import and_so_on, days_in_words
from .texts import gettext

if TYPE_CHECKING:
    from ringback import Extension
    from ringback.archive.questions import Question
    from ringback.client.calls.joined import JoinedCall

DEFAULT_DAYS = 7
MOST_DAYS = 3660
FIRST_YEAR, LAST_YEAR = 1990, 2200
PER_PAGE = 100
DIRECTIONS = ("inbound", "outbound", "internal")
TYPES = ("voice", "fax")
OUTCOMES: tuple[str, ...] = get_args(Outcome)
SORTS = ("when", "direction", "from", "to", "outcome", "ring", "talk", "duration")
SOURCES = ("archive", "ringcentral")
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
_LONGEST_TEXT = 80
_LEAST_DIGITS = 3

Scope = Literal["extension", "account"]


@dataclass(frozen=True, slots=True)
class CallsFilter:
    """Days (of the user's zone, both included) and what is asked of the calls in them; '' asks nothing.

    `sort` is a column, with '-' in front for the other way round; '' is newest first. `source`: 'ringcentral'
    asks no archive.
    """

    first: date
    last: date
    scope: Scope = "extension"
    direction: str = ""
    type: str = ""
    result: str = ""
    number: str = ""
    extension: str = ""
    queue: str = ""
    sort: str = ""
    page: int = 1
    source: str = ""

    def query(self, **changes: object) -> str:
        """The query string of this filter, `changes` applied (`format` may be one of them)."""
        extra = changes.pop("format", None)
        changed = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [
            ("scope", changed.scope),
            ("from", changed.first.isoformat()),
            ("to", changed.last.isoformat()),
        ]
        for field in fields(changed)[3:]:
            value = getattr(changed, field.name)
            if value and not (field.name == "page" and value == 1):
                pairs.append((field.name, str(value)))
        if extra:
            pairs.append(("format", str(extra)))
        return urlencode(pairs)

    def narrowed(self) -> bool:
        """Does it ask for more than scope and days?"""
        return any((self.direction, self.type, self.result, self.number, self.extension, self.queue))

    def days(self) -> str:
        """The days in words: `1\N{EN DASH}23 November 2026`."""
        return days_in_words(self.first, self.last)

    def sentence(self, zone: str, queue_name: str = "") -> str:
        """In words: `Account calls, 1\N{EN DASH}23 November 2026, inbound, missed. Days in UTC.`"""
        asked = [
            self.days(),
            *(in_a_sentence(one) for one in (self.direction, self.type, self.result) if one),
        ]
        if self.number:
            asked.append(gettext("with number %(number)s", number=self.number))
        if self.extension:
            asked.append(gettext("with extension %(extension)s", extension=self.extension))
        if self.queue:
            asked.append(gettext("through queue %(queue)s", queue=queue_name or self.queue))
        if self.scope == "account":
            text = gettext("Account calls, %(asked)s. Days in %(zone)s.")
        else:
            text = gettext("Calls of your extension, %(asked)s. Days in %(zone)s.")
        return text % {"asked": and_so_on(asked), "zone": zone}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A filter; `errors`: what is wrong with it, by the field's name; `given`: the text of each field."""

    filter: CallsFilter
    errors: Mapping[str, str]
    given: Mapping[str, str]


def parse(values: Mapping[str, str], today: date) -> Parsed:
    """The filter in an address's `values`; `today` is the user's. What is left out is the last seven days."""
    given = {name: text.strip() for name, text in values.items() if text.strip()}
    errors: dict[str, str] = {}
    last = _day(given, "to", errors)
    first = _day(given, "from", errors)
    last = last or max(today, first or today)
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if not errors and last < first:
        errors["to"] = gettext("This day is before the first one.")
    elif not errors and (last - first).days >= MOST_DAYS:
        errors["from"] = gettext("Choose ten years at most.")
    digits = re.sub(r"\D", "", given.get("number", ""))
    if "number" in given and (len(digits) < _LEAST_DIGITS or re.search(r"[^\d\s+().\-/]", given["number"])):
        errors["number"] = gettext("Give three digits at least, such as 650 555 0100.")
    for name in ("number", "extension", "queue"):
        if len(given.get(name, "")) > _LONGEST_TEXT:
            errors[name] = gettext("This is longer than %(most)s characters.", most=_LONGEST_TEXT)
    page = given.get("page", "1")
    if not (page.isascii() and page.isdecimal() and 1 <= len(page) <= 6 and int(page)):
        errors["page"], page = gettext("A page is a number from 1 on."), "1"
    found = CallsFilter(
        first=first,
        last=last,
        scope=cast("Scope", _one_of(given, "scope", ("extension", "account"), errors) or "extension"),
        direction=_one_of(given, "direction", DIRECTIONS, errors),
        type=_one_of(given, "type", TYPES, errors),
        result=_one_of(given, "result", OUTCOMES, errors),
        number=given.get("number", ""),
        extension=given.get("extension", ""),
        queue=given.get("queue", ""),
        sort=_one_of(given, "sort", [f"{sign}{one}" for one in SORTS for sign in ("", "-")], errors),
        page=int(page),
        source=_one_of(given, "source", SOURCES, errors).replace(SOURCES[0], ""),
    )
    return Parsed(found, errors, given)


class Matcher:
    """Says whether a call is wanted. `people`: the account's extensions, which tie numbers to ids."""

    def __init__(self, wanted: CallsFilter, people: Iterable[Extension] = ()) -> None:
        self._wanted = wanted
        self._digits = digits_of(wanted.number)
        self._extension = {wanted.extension}
        self._queue = {wanted.queue.casefold()}
        for one in people:
            if wanted.extension and wanted.extension in (one.extension_number, str(one.id)):
                self._extension |= {str(one.id), one.extension_number or ""}
            names = {str(one.id), one.extension_number or "", (one.name or "").casefold()} - {""}
            if wanted.queue and wanted.queue.casefold() in names:
                self._queue |= names

    def wants(self, call: JoinedCall) -> bool:
        """Does the filter hold for the call as a whole?"""
        wanted = self._wanted
        return (
            (not wanted.direction or call.direction.lower() == wanted.direction)
            and (not wanted.type or call.type.lower() == wanted.type)
            and (not wanted.result or call.outcome == wanted.result)
            and (not wanted.number or any(self._digits in one for one in numbers_in(call)))
            and (not wanted.extension or not self._extension.isdisjoint(extensions_in(call)))
            and (not wanted.queue or self._is_queue(call))
        )

    def question(self, begin: datetime, end: datetime) -> Question:
        """The same filter as an archive is asked it, for calls that began from `begin` to `end`."""
        from ringback.archive.questions import Question

        wanted = self._wanted
        return Question(
            begin,
            end,
            wanted.direction,
            wanted.type,
            wanted.result,
            self._digits,
            frozenset(self._extension - {""}),
            frozenset(self._queue - {""}),
        )

    def _is_queue(self, call: JoinedCall) -> bool:
        queue = call.queue
        return queue is not None and not self._queue.isdisjoint((queue.id, (queue.name or "").casefold()))


def _day(given: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        errors[name] = gettext(
            "Give a day as YYYY-MM-DD, from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR
        )
        return None
    return found


def _one_of(given: Mapping[str, str], name: str, known: Iterable[str], errors: dict[str, str]) -> str:
    text = given.get(name, "").lower().replace(" ", "_")
    if text and text not in (known := tuple(known)):
        errors[name] = gettext("Choose one of %(names)s.", names=", ".join(known[:20]))
        return ""
    return text
