"""`ringback vault list`: whose logins the vault holds, and until when; never a token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from .failures import FAILED
from .profile import cli_client, cli_profile

if TYPE_CHECKING:
    from ringback.vault import Vault


def run_vault_list(*, as_json: bool) -> int:
    """Print a line a login; the exit code. Raises VaultUnavailable."""
    unopened = 0
    with cli_client(cli_profile()) as client:
        for told in logins_in(client.vault):
            unopened += not told["opens"]
            click.echo(json.dumps(told) if as_json else _line(told))
    return FAILED if unopened else 0


def logins_in(vault: Vault) -> Iterator[dict[str, Any]]:
    """What may be told of each of an app's logins, by user id."""
    after: str | None = ""
    while after is not None:
        page = vault.page(after)
        told = [
            {
                "userId": login.key.owner_id,
                "opens": True,
                "accessTokenExpiresAt": _utc(login.tokens.expires_at),
                "refreshTokenExpiresAt": _utc(login.tokens.refresh_expires_at),
                "permissions": list(login.tokens.scope),
                "holders": vault.count_holders(login.key.owner_id),
            }
            for login in page.logins
        ]
        told += [{"userId": owner_id, "opens": False} for owner_id in page.unopened]
        yield from sorted(told, key=lambda one: str(one["userId"]))
        after = page.last


def _line(told: dict[str, Any]) -> str:
    if not told["opens"]:
        line = f"user {told['userId']}: the record does not open with the keys in RINGBACK_SECRET_KEYS"
    else:
        until = told["refreshTokenExpiresAt"] or told["accessTokenExpiresAt"]
        line = f"user {told['userId']}: until {until} unless used before, {told['holders']} holders"
    return "".join(character if character.isprintable() else "?" for character in line)


def _utc(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
