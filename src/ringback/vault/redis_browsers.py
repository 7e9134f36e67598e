"""The Redis back end's part for browsers: sessions, login attempts, spent states."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from .redis_link import RedisLink
from .store import LoginKey, SessionRow, session_holder


class RedisBrowsers:
    """The methods of a Store that concern browsers, on the server that RedisStore opens."""

    _link: RedisLink

    def spend(self, app: str, digest: str, *, now: float, expires_at: float) -> bool:
        return bool(self._link.run("spend", _name(app), digest, expires_at))

    def put_session(self, row: SessionRow) -> None:
        self._link.run("put_session", *_values(row))

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        return _session(digest, self._link.run("load_session", digest, now))

    def replace_session(self, old_digest: str, row: SessionRow, *, server: str, client_id: str) -> bool:
        old, new = session_holder(old_digest), session_holder(row.digest)
        app = f"{_name(server)}|{_name(client_id)}"
        return bool(self._link.run("replace_session", old_digest, app, old, new, *_values(row)))

    def note_session(self, digest: str, *, seen_at: float) -> None:
        self._link.run("note_session", digest, seen_at)

    def delete_session(self, digest: str) -> SessionRow | None:
        return _session(digest, self._link.run("delete_session", digest))

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        found = [_listed(row) for row in self._link.run("sessions_of", _name(app), f"={user_id}", now)]
        return sorted(found, key=lambda row: row.digest)

    def end_other_sessions(
        self, key: LoginKey, by: str, only: str | None, *, app: str, now: float
    ) -> int | None:
        of_app = f"{_name(key.server)}|{_name(key.client_id)}"
        arguments = (of_app, key.owner_id, _name(app), by, only or "", now)
        ended = self._link.run("end_other_sessions", *arguments)
        return None if ended is None else int(ended)

    def expired_sessions(
        self, app: str, *, server: str, client_id: str, now: float, limit: int
    ) -> list[SessionRow]:
        of_app = f"{_name(server)}|{_name(client_id)}"
        return [_listed(row) for row in self._link.run("expired_sessions", _name(app), of_app, now, limit)]

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        return bool(self._link.run("add_attempt", digest, state, sealed, now, expires_at, limit))

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        sealed = self._link.run("take_attempt", digest, state, now)
        return None if sealed is None else bytes(sealed)


def _name(name: str) -> str:
    return quote(name, safe="")


def _values(row: SessionRow) -> tuple[str | float, ...]:
    user = "" if row.user_id is None else f"={row.user_id}"
    seen = "" if row.seen_at is None else row.seen_at
    return row.digest, _name(row.app), user, row.created_at, row.expires_at, row.description, seen


def _session(digest: str, row: Any) -> SessionRow | None:
    if row is None:
        return None
    # Of a session that an older Ringback has made, the last two are missing.
    app, user, created_at, expires_at, description, seen_at = ((value or b"").decode() for value in row)
    return SessionRow(
        digest,
        unquote(app),
        user[1:] if user else None,
        float(created_at),
        float(expires_at),
        description,
        float(seen_at) if seen_at else None,
    )


def _listed(row: Any) -> SessionRow:
    digest, *values = row
    session = _session(digest.decode(), values)
    assert session is not None
    return session
