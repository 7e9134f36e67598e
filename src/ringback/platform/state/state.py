"""All tables of one world: dumped and restored as a whole, committed row by row to a state file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from .state_file import StateFile
from .table import Table

V = TypeVar("V")
VERSION = 1
HOME = ""


class State:
    """The tables of one world. Callers hold the world's lock for everything but `table` and `on_load`.

    With a `file`, rows it has for `world` are there from the start, and `commit` writes what has changed
    since. `on_load` callbacks run after every `load` and, through `opened`, after a restart.
    """

    def __init__(self, file: StateFile | None = None, world: str = HOME) -> None:
        self._file = file
        self._world = world
        self._tables: dict[str, Table[Any]] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._before_dump: list[Callable[[], None]] = []
        self._stored = {} if file is None else file.rows(world)
        self.restored = bool(self._stored)

    def __repr__(self) -> str:
        return f"<State of {self._world or 'the home world'}: {', '.join(self._tables)}>"

    def table(self, name: str, of: type[V] | Any, *, snapshot: bool = True) -> Table[V]:
        """The table of this name, whose rows are of this type; with `snapshot` False, dumps leave it out.

        Rows that the state file has are in it already. ValueError for a name given twice; StateFileError for
        rows of another type.
        """
        if name in self._tables:
            raise ValueError(f"there is a table {name} already")
        table: Table[V] = Table(name, of, snapshot=snapshot, kept_in_file=self._file is not None)
        stored = self._stored.pop(name, None)
        if stored and self._file is not None:
            try:
                table.fill((key, decoded(text, of)) for key, text in stored)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise self._file.damaged() from None
        self._tables[name] = table
        return table

    def on_load(self, callback: Callable[[], None]) -> None:
        """Call this whenever rows were replaced as a whole: indexes made from them must be made anew."""
        self._callbacks.append(callback)

    def before_dump(self, callback: Callable[[], None]) -> None:
        """Call this before rows are dumped: to put in what is only known at that moment, as the time."""
        self._before_dump.append(callback)

    def opened(self) -> None:
        """All stores have their tables: make the indexes of what came from the file."""
        if self.restored:
            self._call_back()

    def dump(self) -> dict[str, Any]:
        """Everything, as a value that JSON can hold: a snapshot. It holds secrets."""
        for callback in self._before_dump:
            callback()
        tables = {
            table.name: [[key, msgspec.to_builtins(row)] for key, row in table.items()]
            for table in self._tables.values()
            if table.snapshot
        }
        return {"version": VERSION, "tables": tables}

    def load(self, snapshot: Any) -> None:
        """Replace everything by a snapshot. ValueError (with what is wrong) leaves all as it was."""
        if not isinstance(snapshot, dict) or snapshot.get("version") != VERSION:
            raise ValueError("this is not a snapshot of this version of the platform")
        given = snapshot.get("tables")
        if not isinstance(given, dict):
            raise ValueError("the snapshot has no tables")
        names = {table.name for table in self._tables.values() if table.snapshot}
        unknown = sorted(set(given) - names)
        if unknown:
            raise ValueError(f"the snapshot has unknown tables: {', '.join(map(str, unknown))[:200]}")
        found: dict[str, list[tuple[str, Any]]] = {}
        for name in names:
            try:
                pairs = msgspec.convert(given.get(name, []), list[tuple[str, Any]])
                found[name] = [(key, msgspec.convert(row, self._tables[name].of)) for key, row in pairs]
            except msgspec.ValidationError:
                raise ValueError(f"the snapshot's table {name} is damaged") from None
        for name, rows in found.items():
            table = self._tables[name]
            table.clear()
            table.update(rows)
        self._call_back()

    def commit(self) -> None:
        """Write what has changed to the state file, at once. StateFileError when it cannot be written."""
        if self._file is None:
            return
        changed = [table for table in self._tables.values() if table.changed]
        if not changed:
            return
        self._file.write(
            self._world,
            (
                (table.name, key, encoded(table[key]) if key in table else None, last)
                for table in changed
                for key, last in (table.changed or {}).items()
            ),
        )
        for table in changed:
            if table.changed is not None:
                table.changed.clear()

    def detach(self) -> None:
        """What this world still does is not kept: it has ended, or another one has its place."""
        self._file = None

    def _call_back(self) -> None:
        for callback in self._callbacks:
            callback()


def encoded(row: Any) -> bytes:
    """A row as JSON. Text that is not UTF-8 (a state parameter may be such) is kept by escapes."""
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(row)).encode("ascii")


def decoded(text: bytes, of: Any) -> Any:
    """The row of a JSON text."""
    try:
        return msgspec.json.decode(text, type=of)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), of)
