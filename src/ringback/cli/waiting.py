"""What the rate limit costs, told on standard error while a command waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ringback.client import RingCentral
    from ringback.client.events import Event


def tell_waits(client: RingCentral) -> None:
    """Say after each wait of a second or more how long it took, and how long all of them did."""
    waited = 0.0

    def hook(event: Event) -> None:
        from ringback.client.events import LimitWait

        nonlocal waited
        if isinstance(event, LimitWait):
            waited += event.seconds
            if event.seconds >= 1:
                tell(f"waited {event.seconds:.0f} s for the rate limit, {waited:.0f} s in all")

    client.add_hook(hook)


def tell(line: str) -> None:
    """A line of progress, on standard error."""
    click.echo(line, err=True)
