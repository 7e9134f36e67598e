"""Progress of long commands, on standard error: a bar on a terminal, else a line now and then, or nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

import click

from .progress_view import LEAST_WAIT, Span, View, log_line, picture

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from ringback.client.events import Event

_LOG_EVERY = 10.0
_SAME_PAUSE = 2.0
_FLUSH_EVERY = 0.25


class Progress(AbstractContextManager["Progress"]):
    """Nobody looks: this one shows nothing, and keeps what the others show. Use it in a `with` block."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.view = View("", clock())
        self._paused_until = float("-inf")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, what: str) -> None:
        """From now on this is done: `Reading the account's calls`."""
        self.view = View(what, self._clock(), waited=self.view.waited)
        self._changed()

    def goes_on(self) -> None:
        """What was told since `begin` was done by an earlier run."""
        self.view.first_share = self.view.share or 0.0

    def advanced(self, count: int, unit: str, *, share: float | None = None, at: str = "") -> None:
        """There are `count` now; `share` of all is done, and this is where it is."""
        view = self.view
        view.count, view.unit, view.share, view.at = count, unit, share, at or view.at
        self._changed()

    def read_back(self, count: int, unit: str, moment: datetime, span: Span) -> None:
        """A log's reading has come back to `moment`."""
        self.advanced(count, unit, share=span.share(moment), at=f"back to {moment:%Y-%m-%d %H:%M}")

    def note(self, line: str) -> None:
        """Something worth a line in a log. On a terminal it is where the command is."""
        seconds = getattr(line, "seconds", None)
        if isinstance(seconds, float):
            self.pause(seconds)
            self.view.waited += seconds
        else:
            self.view.at = str(line)
            self._noted(str(line))

    def pause(self, seconds: float) -> None:
        """The rate limit is waited for, so many seconds from now."""
        until = self._clock() + seconds
        before, self._paused_until = self._paused_until, until
        self.view.goes_on_at = until
        if seconds >= LEAST_WAIT and abs(until - before) > _SAME_PAUSE:
            self._paused(seconds)

    def hook(self, event: Event) -> None:
        """For `client.add_hook`: pauses, and what they cost."""
        from ringback.client.events import LimitWait, LimitWaitBegins, RequestDone

        if isinstance(event, LimitWaitBegins):
            self.pause(event.seconds)
        elif isinstance(event, LimitWait):
            self.view.waited += event.seconds
            self.view.goes_on_at = None
        elif isinstance(event, RequestDone):
            self.view.goes_on_at = None

    def out(self, line: str) -> None:
        """A line of the command's own output, on standard output."""
        click.echo(line)

    def close(self) -> None:
        """There is no more to show."""

    def _changed(self) -> None:
        """The view has changed."""

    def _noted(self, line: str) -> None:
        """There is a line for the log."""

    def _paused(self, seconds: float) -> None:
        """A new pause has begun."""


class LineProgress(Progress):
    """For logs and pipes: what is noted, each pause of a second or more, and now and then how far it is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._due = clock() + _LOG_EVERY

    def close(self) -> None:
        """Tell what the rate limit has cost."""
        if self.view.waited >= LEAST_WAIT:
            tell(f"waited {self.view.waited:.0f} s for the rate limit in all")
        self.view.waited = 0.0

    def _changed(self) -> None:
        if self._clock() >= self._due and self.view.count:
            self._noted(log_line(self.view))

    def _noted(self, line: str) -> None:
        self._due = self._clock() + _LOG_EVERY
        tell(line)

    def _paused(self, seconds: float) -> None:
        so_far = self.view.counted()
        tell(f"waiting {seconds:.0f} s for the rate limit" + (f"; {so_far} so far" if so_far else ""))


class TerminalProgress(Progress):
    """A bar, a count and a countdown at the bottom of a terminal; gone once it is closed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._live: Live | None = None
        self._lines: list[str] = []
        self._flushed = clock()

    def close(self) -> None:
        """Take it away, and print what waits to be printed."""
        self._stop()
        self._print()

    def out(self, line: str) -> None:
        """A line on standard output; where that is the same terminal, above the bar."""
        if not sys.stdout.isatty():
            click.echo(line)
            return
        self._lines.append(line)
        if self._clock() - self._flushed >= _FLUSH_EVERY:
            self._print()

    def __rich__(self) -> Text:
        from rich.text import Text

        live = self._live
        width = live.console.width if live is not None else 80
        plain = live is not None and not live.console.encoding.lower().startswith("utf")
        seen = picture(self.view, self._clock(), width)
        text = Text(no_wrap=True, overflow="crop")
        text.append(_printable(seen.what))
        text.append(" ")
        text.append(("#" if plain else "━") * seen.full, style="cyan")
        text.append(("." if plain else "─") * seen.empty, style="dim")
        text.append(seen.rest)
        text.append("\n")
        text.append(_printable(seen.details), style="yellow" if seen.paused else "dim")
        return text

    def _changed(self) -> None:
        if self._live is None:
            self._start()

    def _paused(self, seconds: float) -> None:
        self._print()
        self._changed()

    def _print(self) -> None:
        """Lines above the bar."""
        self._flushed = self._clock()
        if self._lines:
            running = self._live is not None
            self._stop()
            lines, self._lines = self._lines, []
            click.echo("\n".join(lines))
            if running:
                self._start()

    def _start(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(stderr=True),
            get_renderable=lambda: self,
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def _stop(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()


def progress_of(quiet: bool) -> Progress:
    """What fits where standard error leads: nothing if `quiet`, a bar on a terminal, else lines."""
    if quiet:
        return Progress()
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb"):
        return TerminalProgress()
    return LineProgress()


def tell(line: str) -> None:
    """A line on standard error."""
    click.echo(line, err=True)


def _printable(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
