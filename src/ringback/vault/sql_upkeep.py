"""The PostgreSQL back end's part for its operator: everything sealed, sealing anew, restoring."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert

from .sql_link import SqlLink
from .sql_schema import attempts, holders, logins, revocations, sessions
from .store import LoginKey, LoginRow, Revocation
from .upkeep import AttemptRow, Restored, Sealed

_USER = ("server", "client_id", "owner_id")
_RECORD = ("login_id", "generation", "sealed", "session_tag")


class SqlUpkeep:
    """The methods of Upkeep, in the database that SqlStore opens."""

    _link: SqlLink

    def list_apps(self) -> list[tuple[str, str]]:
        asked = union(*(select(table.c.server, table.c.client_id) for table in (logins, revocations)))
        return self._link.single(lambda db: [(row.server, row.client_id) for row in db.execute(asked)])

    def list_holders(
        self, server: str, client_id: str, owner_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        if not owner_ids:
            return {}
        asked = (
            select(holders.c.owner_id, holders.c.holder)
            .where(_among(holders, server, client_id, owner_ids))
            .order_by(holders.c.owner_id, holders.c.holder)
        )
        found: dict[str, tuple[str, ...]] = {}
        for owner_id, holder in self._link.single(lambda db: db.execute(asked).all()):
            found[owner_id] = (*found.get(owner_id, ()), holder)
        return found

    def load_logins(self, server: str, client_id: str, owner_ids: Sequence[str]) -> dict[str, LoginRow]:
        if not owner_ids:
            return {}
        asked = select(logins).where(_among(logins, server, client_id, owner_ids))
        rows = self._link.single(lambda db: db.execute(asked).all())
        return {row.owner_id: _login_row(row) for row in rows}

    def list_revocations(self, server: str, client_id: str, *, after: str, limit: int) -> list[Revocation]:
        asked = (
            select(revocations)
            .where(
                revocations.c.server == server,
                revocations.c.client_id == client_id,
                revocations.c.revocation_id > after,
            )
            .order_by(revocations.c.revocation_id)
            .limit(limit)
        )
        rows = self._link.single(lambda db: db.execute(asked).all())
        return [Revocation(row.revocation_id, _login_row(row), row.attempts) for row in rows]

    def list_attempts(self, *, after: AttemptRow | None, limit: int) -> list[AttemptRow]:
        name = tuple_(attempts.c.digest, attempts.c.state)
        asked = (
            select(sessions.c.app, attempts.c.digest, attempts.c.state, attempts.c.sealed)
            .join(sessions, sessions.c.digest == attempts.c.digest)
            .order_by(attempts.c.digest, attempts.c.state)
            .limit(limit)
        )
        if after is not None:
            asked = asked.where(name > tuple_(after.digest, after.state))
        rows = self._link.single(lambda db: db.execute(asked).all())
        return [AttemptRow(row.app, row.digest, row.state, bytes(row.sealed)) for row in rows]

    def reseal(self, changes: Sequence[tuple[Sealed, bytes]]) -> int:
        if not changes:
            return 0
        table, columns = _place(changes[0][0])
        statement = (
            update(table)
            .where(
                *(table.c[column] == bindparam(f"is_{column}") for column in columns),
                table.c.sealed == bindparam("old"),
            )
            .values(sealed=bindparam("new"))
        )
        # In the order of their names, so that two who seal anew at once do not wait for each other.
        named = sorted(
            ((_name(row), _sealed(row), sealed) for row, sealed in changes), key=lambda one: one[0]
        )
        values = [
            {f"is_{column}": word for column, word in zip(columns, name, strict=True)}
            | {"old": old, "new": new}
            for name, old, new in named
        ]
        return self._link.step(lambda db: db.execute(statement, values).rowcount)

    def restore_logins(self, restored: Sequence[Restored], *, now: float) -> list[bool]:
        ordered = sorted(enumerate(restored), key=lambda one: _name(one[1].row))

        def step(db: Connection) -> list[bool]:
            added = _add(db, [one for _, one in ordered if one.over is None])
            done = {
                number: _name(one.row) in added if one.over is None else _restore_over(db, one, now)
                for number, one in ordered
            }
            return [done[number] for number in range(len(restored))]

        return self._link.step(step)


def _among(table: Table, server: str, client_id: str, owner_ids: Sequence[str]) -> ColumnElement[bool]:
    """Rows of these owners, with the bounds of their ids, which most often are neighbours.

    PostgreSQL would else go through all of the app's rows while it does not know yet how many there are.
    """
    return and_(
        table.c.server == server,
        table.c.client_id == client_id,
        table.c.owner_id >= min(owner_ids, key=str.encode),
        table.c.owner_id <= max(owner_ids, key=str.encode),
        table.c.owner_id.in_(list(owner_ids)),
    )


def _place(row: Sealed) -> tuple[Table, tuple[str, ...]]:
    """The table that a row is in, and the columns that name it there."""
    match row:
        case LoginRow():
            return logins, _USER
        case Revocation():
            return revocations, ("revocation_id",)
        case AttemptRow():
            return attempts, ("digest", "state")
        case _:
            assert_never(row)


def _name(row: Sealed) -> tuple[str, ...]:
    match row:
        case LoginRow():
            return row.key.server, row.key.client_id, row.key.owner_id
        case Revocation():
            return (row.revocation_id,)
        case AttemptRow():
            return row.digest, row.state
        case _:
            assert_never(row)


def _sealed(row: Sealed) -> bytes:
    return row.row.sealed if isinstance(row, Revocation) else row.sealed


def _add(db: Connection, new: list[Restored]) -> set[tuple[str, ...]]:
    """Insert those for whose owners there is no login; the names of those that were."""
    if not new:
        return set()
    inserted = insert(logins).on_conflict_do_nothing().returning(*(logins.c[name] for name in _USER))
    values = [_key(one) | _record(one.row) for one in new]
    added = {tuple(row) for row in db.execute(inserted, values)}
    held = [
        {**_key(one), "holder": holder} for one in new if _name(one.row) in added for holder in one.holders
    ]
    if held:
        db.execute(insert(holders).on_conflict_do_nothing(), held)
    return added


def _restore_over(db: Connection, one: Restored, now: float) -> bool:
    key = _key(one)
    is_it = and_(*(logins.c[name] == word for name, word in key.items()))
    found = db.execute(select(logins).where(is_it).with_for_update()).first()
    if found is None or (found.login_id, found.generation) != one.over:
        return False
    db.execute(update(logins).where(is_it).values(**_record(one.row), lease_id=None, lease_until=None))
    if found.session_tag != one.row.session_tag:
        pending = {"revocation_id": uuid.uuid4().hex, "attempts": 0, "not_before": now}
        db.execute(insert(revocations).values(**key, **_record(found), **pending))
    return True


def _key(one: Restored) -> dict[str, str]:
    return dict(zip(_USER, _name(one.row), strict=True))


def _record(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _RECORD}


def _login_row(row: Any) -> LoginRow:
    key = LoginKey(row.server, row.client_id, row.owner_id)
    return LoginRow(key, row.login_id, row.generation, bytes(row.sealed), row.session_tag)
