"""The PostgreSQL back end: logins, holders, leases and revocations, for the processes of many hosts."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    literal_column,
    not_,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from .sql_browsers import SqlBrowsers, end_sessions_of
from .sql_budgets import SqlBudgets
from .sql_link import SqlLink
from .sql_report import describe
from .sql_schema import holders, logins, make_tables, revocations
from .sql_upkeep import SqlUpkeep
from .store import LEASE_SECONDS, Detached, Lease, LoginKey, LoginRow, Revocation, StoreReport

CLOCK: ColumnElement[float] = literal_column("extract(epoch from clock_timestamp())::double precision")
"""The store's own clock, which leases run on; it goes on within a transaction."""

_USER = ("server", "client_id", "owner_id")
_RECORD = ("login_id", "generation", "sealed", "session_tag")
_ROW = (*_USER, *_RECORD)
# A lease runs while its end lies ahead, but not further than a lease is long: a clock set back frees it.
_RUNNING = and_(logins.c.lease_id.is_not(None), (logins.c.lease_until - CLOCK).between(0.0, LEASE_SECONDS))
_FREE = not_(func.coalesce(_RUNNING, False))


class SqlStore(SqlBrowsers, SqlBudgets, SqlUpkeep):
    """A Store in a PostgreSQL database. Raises VaultUnavailable when the server cannot be used."""

    def __init__(self, url: str) -> None:
        """Connects, and makes the tables where there are none.

        Raises ConfigurationError when the server refuses the user, the database or the tables;
        VaultUnavailable when it cannot be reached.
        """
        self._link = SqlLink(url)
        try:
            self._link.check(make_tables)
        except BaseException:
            self._link.close()
            raise

    def close(self) -> None:
        self._link.close()

    def describe(self) -> StoreReport:
        return self._link.step(describe)

    # Logins

    def load_login(self, key: LoginKey) -> LoginRow | None:
        return self._link.single(lambda db: _load(db, key))

    def list_logins(self, server: str, client_id: str, *, after: str, limit: int) -> list[LoginRow]:
        asked = (
            select(*_columns(logins, _ROW))
            .where(logins.c.server == server, logins.c.client_id == client_id, logins.c.owner_id > after)
            .order_by(logins.c.owner_id)
            .limit(limit)
        )
        return self._link.single(lambda db: [_login_row(row) for row in db.execute(asked)])

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        def step(db: Connection) -> LoginRow | None:
            old = _load(db, row.key, lock=True)
            while old is None:
                # Another may insert the same login meanwhile, and a third may delete it.
                added = insert(logins).values(**_values(row)).on_conflict_do_nothing()
                if db.execute(added.returning(logins.c.login_id)).first() is not None:
                    _attach(db, row.key, holder)
                    return None
                old = _load(db, row.key, lock=True)
            changed = {**_record(row), "lease_id": None, "lease_until": None}
            db.execute(update(logins).where(_is(logins, row.key)).values(**changed))
            if old.session_tag != row.session_tag:
                _add_revocation(db, old, now)
            _attach(db, row.key, holder)
            return old

        return self._link.step(step)

    def store_login(self, row: LoginRow, *, expected_generation: int) -> bool:
        statement = (
            update(logins)
            .where(_is(logins, row.key), _at(row.login_id, expected_generation))
            .values(**_record(row), lease_id=null(), lease_until=null())
        )
        return self._link.single(lambda db: db.execute(statement).rowcount == 1)

    def delete_login(self, key: LoginKey, login_id: str, generation: int, *, app: str) -> bool:
        def step(db: Connection) -> bool:
            named = (_is(logins, key), _at(login_id, generation))
            if db.scalar(select(logins.c.login_id).where(*named).with_for_update()) is None:
                return False
            end_sessions_of(db, app, key.owner_id)
            db.execute(delete(logins).where(_is(logins, key)))
            return True

        return self._link.step(step)

    # Holders

    def attach(self, key: LoginKey, holder: str) -> bool:
        def step(db: Connection) -> bool:
            there = (
                select(logins.c.login_id).where(_is(logins, key)).with_for_update(read=True, key_share=True)
            )
            if db.scalar(there) is None:
                return False
            _attach(db, key, holder)
            return True

        return self._link.step(step)

    def detach(self, key: LoginKey, holder: str, *, now: float, app: str) -> Detached:
        def step(db: Connection) -> Detached:
            _load(db, key, lock=True)
            others = (_is(holders, key), holders.c.holder != holder)
            remaining = db.scalar(select(func.count()).select_from(holders).where(*others)) or 0
            if not remaining:
                return Detached(0, _end(db, key, now, app))
            db.execute(delete(holders).where(_is(holders, key), holders.c.holder == holder))
            return Detached(remaining, None)

        return self._link.step(step)

    def end_login(self, key: LoginKey, *, now: float, app: str) -> LoginRow | None:
        return self._link.step(lambda db: _end(db, key, now, app))

    def count_holders(self, key: LoginKey) -> int:
        asked = select(func.count()).select_from(holders).where(_is(holders, key))
        return self._link.single(lambda db: db.scalar(asked) or 0)

    # Leases

    def acquire_lease(self, key: LoginKey, login_id: str, lease_id: str) -> Lease | None:
        free = (
            select(*_columns(logins, _USER), logins.c.lease_id.is_not(None).label("resumed"))
            .where(_is(logins, key), logins.c.login_id == login_id, _FREE)
            .with_for_update()
            .cte("free")
        )
        statement = (
            update(logins)
            .where(tuple_(*_columns(logins, _USER)) == tuple_(*(free.c[name] for name in _USER)))
            .values(lease_id=lease_id, lease_until=CLOCK + LEASE_SECONDS)
            .returning(free.c.resumed)
        )

        def step(db: Connection) -> Lease | None:
            taken = db.execute(statement).first()
            return None if taken is None else Lease(key, lease_id, resumed=bool(taken.resumed))

        return self._link.single(step)

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        unmarked = finished and not lease.resumed
        changed: dict[str, Any] = {"lease_until": 0.0}
        if unmarked:
            changed = {"lease_id": None, "lease_until": None}
        statement = (
            update(logins)
            .where(_is(logins, lease.key), logins.c.lease_id == lease.lease_id)
            .values(**changed)
        )
        self._link.single(lambda db: db.execute(statement))

    def interrupted(self, server: str, client_id: str) -> list[LoginKey]:
        asked = select(logins.c.owner_id).where(
            logins.c.server == server, logins.c.client_id == client_id, logins.c.lease_id.is_not(None), _FREE
        )
        owners = self._link.single(lambda db: list(db.scalars(asked)))
        return [LoginKey(server, client_id, owner_id) for owner_id in owners]

    # Revocations

    def add_revocation(self, row: LoginRow, *, now: float) -> None:
        self._link.single(lambda db: _add_revocation(db, row, now))

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        due = (
            select(revocations)
            .where(
                revocations.c.server == server,
                revocations.c.client_id == client_id,
                revocations.c.not_before <= now,
            )
            .order_by(revocations.c.not_before.desc())
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def step(db: Connection) -> list[Revocation]:
            rows = list(db.execute(due))
            taken = [row.revocation_id for row in rows]
            if taken:
                held = update(revocations).where(revocations.c.revocation_id.in_(taken))
                db.execute(held.values(not_before=now + hold))
            return [Revocation(row.revocation_id, _login_row(row), row.attempts) for row in rows]

        return self._link.step(step)

    def finish_revocation(self, revocation_id: str) -> None:
        statement = delete(revocations).where(revocations.c.revocation_id == revocation_id)
        self._link.single(lambda db: db.execute(statement))

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        statement = (
            update(revocations)
            .where(revocations.c.revocation_id == revocation_id)
            .values(not_before=until, attempts=revocations.c.attempts + 1)
        )
        self._link.single(lambda db: db.execute(statement))


def _columns(table: Table, names: tuple[str, ...]) -> list[Any]:
    return [table.c[name] for name in names]


def _is(table: Table, key: LoginKey) -> ColumnElement[bool]:
    return and_(
        table.c.server == key.server, table.c.client_id == key.client_id, table.c.owner_id == key.owner_id
    )


def _at(login_id: str, generation: int) -> ColumnElement[bool]:
    return and_(logins.c.login_id == login_id, logins.c.generation == generation)


def _record(row: LoginRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _RECORD}


def _values(row: LoginRow) -> dict[str, Any]:
    return {**{name: getattr(row.key, name) for name in _USER}, **_record(row)}


def _login_row(row: Any) -> LoginRow:
    key = LoginKey(row.server, row.client_id, row.owner_id)
    return LoginRow(key, row.login_id, row.generation, bytes(row.sealed), row.session_tag)


def _load(db: Connection, key: LoginKey, *, lock: bool = False) -> LoginRow | None:
    asked = select(*_columns(logins, _ROW)).where(_is(logins, key))
    row = db.execute(asked.with_for_update() if lock else asked).first()
    return None if row is None else _login_row(row)


def _attach(db: Connection, key: LoginKey, holder: str) -> None:
    values = {name: getattr(key, name) for name in _USER}
    db.execute(insert(holders).values(**values, holder=holder).on_conflict_do_nothing())


def _end(db: Connection, key: LoginKey, now: float, app: str) -> LoginRow | None:
    row = _load(db, key, lock=True)
    end_sessions_of(db, app, key.owner_id)
    if row is not None:
        db.execute(delete(logins).where(_is(logins, key)))
        _add_revocation(db, row, now)
    return row


def _add_revocation(db: Connection, row: LoginRow, now: float) -> None:
    added = {"revocation_id": uuid.uuid4().hex, "attempts": 0, "not_before": now}
    db.execute(insert(revocations).values(**_values(row), **added))
