"""`ringback vault keep-alive`: one round, or one every hour, and what came of it."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

import click

from .failures import FAILED, LIMITED, LOGIN_REQUIRED
from .logs import log_to_stderr
from .profile import cli_client, cli_profile

if TYPE_CHECKING:
    from ringback.client.keep_alive import KeptAlive


def run_keep_alive(*, once: bool, pace: float, every: int, as_json: bool) -> int:
    """Rounds until Ctrl-C, `every` minutes from one's end to the next; with `once` one round's exit code."""
    from ringback.oauth.errors import InvalidClient
    from ringback.vault import VaultUnavailable

    log_to_stderr(logging.WARNING)
    with cli_client(cli_profile()) as client:
        while True:
            try:
                told = client.keep_alive(pace=pace)
            except VaultUnavailable as error:
                if once:
                    raise
                click.echo(f"ringback: {error}", err=True)
            except InvalidClient:
                raise
            else:
                click.echo(json.dumps(told.to_dict()) if as_json else "\n".join(lines(told)))
                if once:
                    return code_of(told)
            time.sleep(every * 60)


def code_of(told: KeptAlive) -> int:
    """1: something failed; else 4: the server asks for a pause; else 3: a user must log in again; else 0."""
    if told.failed or told.unopened:
        return FAILED
    if told.limited:
        return LIMITED
    return LOGIN_REQUIRED if told.ended else 0


def lines(told: KeptAlive) -> list[str]:
    """For people: one line, and one for each login that needs somebody."""
    found = [
        f"{told.logins} logins, {told.due} due, {told.refreshed} refreshed, {told.waiting} left for later"
    ]
    found += [f"user {one} must log in again" for one in told.ended]
    found += [f"user {one} could not be refreshed now: {why}" for one, why in told.failed.items()]
    found += [
        f"user {one}: the record does not open with the keys in RINGBACK_SECRET_KEYS" for one in told.unopened
    ]
    if told.limited:
        found.append("RingCentral asks for a pause (rate limit); the rest waits for the next round")
    return ["".join(c if c.isprintable() else "?" for c in line) for line in found]
