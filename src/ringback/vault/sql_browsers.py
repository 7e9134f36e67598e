"""The PostgreSQL back end's part for browsers: sessions, login attempts, spent states."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from .sql_link import SqlLink
from .sql_schema import attempts, holders, logins, sessions, spent
from .store import LoginKey, SessionRow, session_holder


class SqlBrowsers:
    """The methods of a Store that concern browsers, in the database that SqlStore opens."""

    _link: SqlLink

    def spend(self, app: str, digest: str, *, now: float, expires_at: float) -> bool:
        statement = insert(spent).values(app=app, digest=digest, expires_at=expires_at)
        first = statement.on_conflict_do_nothing().returning(spent.c.digest)
        return self._link.single(lambda db: db.execute(first).first() is not None)

    def put_session(self, row: SessionRow) -> None:
        self._link.single(lambda db: db.execute(insert(sessions).values(**_values(row))))

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        asked = select(sessions).where(sessions.c.digest == digest, sessions.c.expires_at > now)
        return self._link.single(lambda db: _first(db.execute(asked)))

    def replace_session(self, old_digest: str, row: SessionRow, *, server: str, client_id: str) -> bool:
        old, new = session_holder(old_digest), session_holder(row.digest)
        of_app = (holders.c.server == server, holders.c.client_id == client_id)

        def step(db: Connection) -> bool:
            if row.user_id is not None:
                db.execute(
                    select(logins.c.login_id)
                    .where(
                        logins.c.server == server,
                        logins.c.client_id == client_id,
                        logins.c.owner_id == row.user_id,
                    )
                    .with_for_update(read=True, key_share=True)
                )
            replaced = update(sessions).where(sessions.c.digest == old_digest).values(**_values(row))
            if db.execute(replaced).rowcount != 1:
                return False
            # The attempts have followed by ON UPDATE CASCADE; now the old session's hold on its user's login.
            held = select(holders.c.owner_id).where(
                *of_app, holders.c.owner_id == row.user_id, holders.c.holder == old
            )
            for owner_id in db.scalars(held).all():
                moved = {"server": server, "client_id": client_id, "owner_id": owner_id, "holder": new}
                db.execute(insert(holders).values(**moved).on_conflict_do_nothing())
            db.execute(delete(holders).where(*of_app, holders.c.holder == old))
            return True

        return self._link.step(step)

    def note_session(self, digest: str, *, seen_at: float) -> None:
        later = or_(sessions.c.seen_at.is_(None), sessions.c.seen_at < seen_at)
        noted = update(sessions).where(sessions.c.digest == digest, later).values(seen_at=seen_at)
        self._link.single(lambda db: db.execute(noted))

    def delete_session(self, digest: str) -> SessionRow | None:
        statement = delete(sessions).where(sessions.c.digest == digest).returning(*sessions.c)
        return self._link.single(lambda db: _first(db.execute(statement)))

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        asked = select(sessions).where(
            sessions.c.app == app, sessions.c.user_id == user_id, sessions.c.expires_at > now
        )
        return self._link.single(lambda db: [SessionRow(*row) for row in db.execute(asked)])

    def end_other_sessions(
        self, key: LoginKey, by: str, only: str | None, *, app: str, now: float
    ) -> int | None:
        of_login = (logins.c.server == key.server, logins.c.client_id == key.client_id)
        held = (holders.c.server == key.server, holders.c.client_id == key.client_id)
        of_user = (sessions.c.app == app, sessions.c.user_id == key.owner_id)
        asked = select(sessions.c.digest, sessions.c.expires_at).where(*of_user).order_by(sessions.c.digest)

        def step(db: Connection) -> int | None:
            login = select(logins.c.login_id).where(*of_login, logins.c.owner_id == key.owner_id)
            if db.scalar(login.with_for_update(read=True, key_share=True)) is None:
                return None
            found = {row.digest: row.expires_at for row in db.execute(asked.with_for_update())}
            mine = select(holders.c.holder).where(
                *held, holders.c.owner_id == key.owner_id, holders.c.holder == session_holder(by)
            )
            if found.pop(by, now) <= now or db.scalar(mine.with_for_update()) is None:
                return None
            ending = [digest for digest in found if only in (None, digest)]
            if ending:
                db.execute(delete(sessions).where(sessions.c.digest.in_(ending)))
                names = [session_holder(digest) for digest in ending]
                of_owner = (*held, holders.c.owner_id == key.owner_id)
                db.execute(delete(holders).where(*of_owner, holders.c.holder.in_(names)))
            return len(ending)

        return self._link.step(step)

    def expired_sessions(
        self, app: str, *, server: str, client_id: str, now: float, limit: int
    ) -> list[SessionRow]:
        expired = (
            select(sessions)
            .where(sessions.c.app == app, sessions.c.expires_at <= now)
            .order_by(sessions.c.digest)
            .limit(limit)
            .with_for_update()
        )
        ours = select(sessions.c.digest).where(sessions.c.app == app)

        def step(db: Connection) -> list[SessionRow]:
            rows = [SessionRow(*row) for row in db.execute(expired)]
            if rows:
                names = [session_holder(row.digest) for row in rows]
                of_app = (holders.c.server == server, holders.c.client_id == client_id)
                db.execute(delete(holders).where(*of_app, holders.c.holder.in_(names)))
                db.execute(delete(sessions).where(sessions.c.digest.in_([row.digest for row in rows])))
            db.execute(delete(attempts).where(attempts.c.expires_at <= now, attempts.c.digest.in_(ours)))
            db.execute(delete(spent).where(spent.c.app == app, spent.c.expires_at <= now))
            return rows

        return self._link.step(step)

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        kept = {"sealed": sealed, "created_at": now, "expires_at": expires_at}
        newest = (
            select(attempts.c.state)
            .where(attempts.c.digest == digest)
            .order_by(attempts.c.created_at.desc())
            .limit(limit)
        )

        def step(db: Connection) -> bool:
            # Two logins begun in one browser at once must not both keep what is one too many.
            there = select(sessions.c.digest).where(sessions.c.digest == digest)
            if db.scalar(there.with_for_update(key_share=True)) is None:
                return False
            added = insert(attempts).values(digest=digest, state=state, **kept)
            db.execute(added.on_conflict_do_update(index_elements=["digest", "state"], set_=kept))
            db.execute(delete(attempts).where(attempts.c.digest == digest, attempts.c.state.not_in(newest)))
            return True

        return self._link.step(step)

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        taken = (
            delete(attempts)
            .where(attempts.c.digest == digest, attempts.c.state == state)
            .returning(attempts.c.sealed, attempts.c.expires_at)
        )

        def step(db: Connection) -> bytes | None:
            row = db.execute(taken).first()
            return bytes(row.sealed) if row is not None and row.expires_at > now else None

        return self._link.single(step)


def end_sessions_of(db: Connection, app: str, user_id: str) -> None:
    """End every session of a user, inside the caller's transaction."""
    of_user = (sessions.c.app == app, sessions.c.user_id == user_id)
    # Locked in one order, so that two who end several sessions at once do not wait for each other.
    db.execute(select(sessions.c.digest).where(*of_user).order_by(sessions.c.digest).with_for_update())
    db.execute(delete(sessions).where(*of_user))


def _values(row: SessionRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in sessions.c}


def _first(rows: Any) -> SessionRow | None:
    row = rows.first()
    return None if row is None else SessionRow(*row)
