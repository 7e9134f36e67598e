"""The PostgreSQL back end's rate budgets: small values that processes agree on, and that may be forgotten."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from .sql_link import SqlLink
from .sql_schema import budgets

_CLOCK: ColumnElement[float] = literal_column("extract(epoch from clock_timestamp())::double precision")


class SqlBudgets:
    """The methods of a Store that concern rate budgets. Their table is unlogged: no disk is waited for."""

    _link: SqlLink

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        asked = select(budgets.c.version, budgets.c.value).where(
            budgets.c.key == key, budgets.c.keep_until > _CLOCK
        )

        def step(db: Connection) -> tuple[int, bytes] | None:
            row = db.execute(asked).first()
            return None if row is None else (row.version, bytes(row.value))

        return self._link.single(step)

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        new = {"version": expected + 1, "value": value, "keep_until": _CLOCK + keep_seconds}

        def step(db: Connection) -> bool:
            if expected:
                current = (budgets.c.key == key, budgets.c.version == expected, budgets.c.keep_until > _CLOCK)
                return db.execute(update(budgets).where(*current).values(**new)).rowcount == 1
            forgotten = delete(budgets).where(
                budgets.c.key.in_(
                    select(budgets.c.key)
                    .where(budgets.c.keep_until <= _CLOCK)
                    .with_for_update(skip_locked=True)
                )
            )
            db.execute(forgotten)
            added = insert(budgets).values(key=key, **new).on_conflict_do_nothing()
            return db.execute(added.returning(budgets.c.key)).first() is not None

        return self._link.step(step)
