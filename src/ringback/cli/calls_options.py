"""Options of the `calls` commands: which log, which of its calls, and how their values are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
from click.shell_completion import CompletionItem

from . import completing
from .failures import WRONG_OPTION, Failure
from .progress import tell

Command = TypeVar("Command", bound=Callable[..., Any])


class _Place(click.ParamType[str]):
    """An archive's file, or its URL on PostgreSQL."""

    name = "place"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return completing.archives(incomplete)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(str(value))
        if parts.scheme.startswith("postgres") and (parts.password or "password=" in parts.query):
            tell(
                "--archive holds a password, which others on this machine may see in the list of processes;"
                " ~/.pgpass or PGPASSWORD keeps it out of there"
            )
        return str(value)


_PLACE = _Place()


def _local_zone(environment: Mapping[str, str] = os.environ) -> tzinfo:
    """This machine's time zone by its IANA name, so that it knows when clocks change; else UTC."""
    names = (environment.get("TZ", ""), os.path.realpath("/etc/localtime").partition("zoneinfo/")[2])
    for name in names:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):  # KeyError: no such zone
            continue
    return ZoneInfo("UTC")


def _zone(_: click.Context, __: click.Parameter, name: str | None) -> tzinfo:
    if name is None:
        return _local_zone()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise click.BadParameter("not a time zone, for example America/Los_Angeles") from None


zone = click.option(
    "--zone",
    callback=_zone,
    shell_complete=completing.zones,
    metavar="NAME",
    help="The time zone of dates, and of local times; default this machine's.",
)
from_archive = click.option(
    "--archive",
    type=_PLACE,
    metavar="PLACE",
    help="Read an archive instead of the API: a file, or postgresql://…?schema=NAME; needs no login.",
)
archive_file = click.option(
    "--archive",
    type=_PLACE,
    metavar="PLACE",
    help="A file, or postgresql://…?schema=NAME; default a file in the user's data folder.",
)
_OF_THE_LOG = (
    click.option(
        "--scope",
        type=click.Choice(["extension", "account"]),
        default="extension",
        show_default=True,
        help="The user's own log, or the company's.",
    ),
    click.option("--extension-id", metavar="ID", help="Another extension's log, by its id."),
)
_FILTERS = (
    click.option("--from", "begin", metavar="WHEN", help="A date, or an ISO 8601 time."),
    click.option("--to", "end", metavar="WHEN", help="The same; a date's whole day belongs to it."),
    zone,
    click.option("--direction", type=click.Choice(["Inbound", "Outbound"]), help="Default: both."),
    click.option("--type", "kind", type=click.Choice(["Voice", "Fax"]), help="Default: both."),
    click.option("--number", metavar="PHONE", help="Calls from or to this telephone number, in any writing."),
)


def of_the_log(command: Command) -> Command:
    """Give a command the options that say which log."""
    return _all(_OF_THE_LOG, command)


def filters(command: Command) -> Command:
    """Give a command the options that say which of a log's calls."""
    return _all(_FILTERS, command)


def _all(options: tuple[Callable[[Any], Any], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: a log, and which of its calls; as typed, except for the zone."""

    scope: Any = "extension"
    extension_id: str | None = None
    begin: str | None = None
    end: str | None = None
    zone: tzinfo | None = None
    direction: str | None = None
    kind: str | None = None
    number: str | None = None
    archive: str | None = None
    no_wait: bool = False
    quiet: bool = False

    @classmethod
    def of(cls, told: dict[str, Any]) -> Asked:
        """From what click has read. Raises Failure (exit code 2) for options that do not go together."""
        asked = cls(**{one.name: told[one.name] for one in fields(cls) if one.name in told})
        if asked.extension_id is not None and asked.scope == "account":
            raise Failure("--extension-id names one extension's log; leave out --scope account", WRONG_OPTION)
        return asked

    @property
    def the_log(self) -> str:
        """Which log, in words."""
        if self.scope == "account":
            return "the account's calls"
        return f"the calls of extension {self.extension_id}" if self.extension_id else "your calls"

    @property
    def in_zone(self) -> tzinfo:
        """The zone of dates and local times."""
        return self.zone or _local_zone()

    def window(self) -> tuple[datetime | None, datetime | None]:
        """Both ends as aware times; None where nothing was said. Raises Failure (exit code 2)."""
        begin, end = self.moment("--from", self.begin), self.moment("--to", self.end, last=True)
        if begin and end and begin > end:
            raise Failure("--from lies after --to", WRONG_OPTION)
        return begin, end

    def moment(self, option: str, text: str | None, *, last: bool = False) -> datetime | None:
        """A date (its begin in the zone, or with `last` its end), or a time; by default in the zone."""
        from ringback.client.calls.days import day

        if text is None:
            return None
        try:
            if len(text) == len("2026-11-02"):
                return day(date.fromisoformat(text), self.in_zone)[1 if last else 0]
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=self.in_zone)
        except (ValueError, OverflowError):
            raise Failure(
                f"{option} must be a date or an ISO 8601 time, for example 2026-11-02T09:00:00Z",
                WRONG_OPTION,
            ) from None

    def filters(self) -> dict[str, Any]:
        """The arguments for `user.calls`. Raises Failure (exit code 2) for what RingCentral would refuse."""
        from ringback.client.calls.call_log import CallLogQuery

        begin, end = self.window()
        told: dict[str, Any] = {
            "date_from": begin,
            "date_to": end,
            "direction": self.direction,
            "type": self.kind,
            "phone_number": self.number,
            "extension_id": self.extension_id,
        }
        try:
            CallLogQuery(scope=self.scope, **told)
        except ValueError as error:
            raise Failure(str(error), WRONG_OPTION) from None
        return told
