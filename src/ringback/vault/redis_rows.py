"""How apps, logins and revocations are written in Redis, and read from what its scripts answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .store import LoginKey, LoginRow, Revocation


def app_name(server: str, client_id: str) -> str:
    """What an app is called in keys."""
    return f"{quote(server, safe='')}|{quote(client_id, safe='')}"


def login_row(key: LoginKey, record: Any) -> LoginRow:
    """A login of the fields that a script gives of it."""
    login_id, generation, sealed, session_tag = record
    return LoginRow(key, login_id.decode(), int(generation), bytes(sealed), session_tag.decode())


def login_rows(server: str, client_id: str, found: Iterable[Any]) -> list[LoginRow]:
    """Logins of an app, each given as its owner and its fields."""
    return [login_row(LoginKey(server, client_id, owner.decode()), record) for owner, *record in found]


def revocations(server: str, client_id: str, found: Iterable[Any]) -> list[Revocation]:
    """An app's revocations, each given as its id, owner, attempts, and the login's fields."""
    return [
        Revocation(
            revocation_id.decode(),
            login_row(LoginKey(server, client_id, owner.decode()), record),
            int(attempts),
        )
        for revocation_id, owner, attempts, *record in found
    ]
