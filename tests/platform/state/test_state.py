"""Tables of a world: what changed is noted, dumps come back as they were, a file keeps every row."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.platform.state import State, StateFile, StateFileError, Table
from ringback.platform.state.state import decoded, encoded


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    digest: bytes = b""
    at: datetime | None = None
    names: frozenset[str] = field(default_factory=frozenset)


FULL = Row("t", b"\x00\xff", datetime(2026, 11, 24, 5, tzinfo=UTC), frozenset({"a", "b"}))


def test_a_table_notes_which_rows_changed() -> None:
    table: Table[int] = Table("t", int, kept_in_file=True)
    table["a"], table["b"], table["c"] = 1, 2, 3
    assert table.changed == {"a": True, "b": True, "c": True}
    table.changed = {}
    del table["a"]
    assert table.pop("b") == 2
    assert table.pop("absent", None) is None
    table.touch("c")
    assert table.setdefault("c", 9) == 3
    assert table.setdefault("d", 4) == 4
    assert table.changed == {"a": False, "b": False, "c": False, "d": True}
    table.changed = {}
    table.update({"e": 5})
    assert table.drop_oldest() == "c"
    table.clear()
    assert table.changed == {"e": True, "c": False, "d": False}
    table["f"], table["g"] = 6, 7
    table.move_to_end("f")
    assert list(table.changed) == ["e", "c", "d", "g", "f"]
    table.clear()
    with pytest.raises(KeyError):
        table.drop_oldest()


def test_a_dump_comes_back_and_indexes_are_told() -> None:
    state = State()
    table: Table[Row] = state.table("rows", Row)
    passing: Table[int] = state.table("passing", int, snapshot=False)
    told: list[int] = []
    state.on_load(lambda: told.append(len(table)))
    table["x"], passing["y"] = FULL, 7
    dump = state.dump()
    assert "passing" not in str(dump)
    table["z"] = Row("later")
    state.load(dump)
    assert dict(table) == {"x": FULL}
    assert passing == {"y": 7}
    assert told == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"version": 2, "tables": {}},
        {"version": 1},
        {"version": 1, "tables": {"other": []}},
        {"version": 1, "tables": {"rows": [["x", {"text": 1}]]}},
        {"version": 1, "tables": {"rows": [["x"]]}},
        {"version": 1, "tables": {"rows": "x"}},
    ],
)
def test_a_damaged_snapshot_changes_nothing(wrong: object) -> None:
    state = State()
    table: Table[Row] = state.table("rows", Row)
    table["x"] = FULL
    with pytest.raises(ValueError, match="snapshot"):
        state.load(wrong)
    assert dict(table) == {"x": FULL}


def test_one_name_is_one_table() -> None:
    state = State()
    state.table("rows", Row)
    with pytest.raises(ValueError, match="already"):
        state.table("rows", Row)


@given(text=st.text(), names=st.frozensets(st.text(max_size=5)), digest=st.binary())
def test_rows_survive_encoding(text: str, names: frozenset[str], digest: bytes) -> None:
    row = Row(text, digest, FULL.at, names)
    assert decoded(encoded(row), Row) == row


def test_text_that_is_not_utf8_survives_too() -> None:
    row = Row(b"\xff\xfe state".decode("utf-8", "surrogateescape"))
    assert decoded(encoded(row), Row) == row


def test_a_file_keeps_rows_in_their_order_and_worlds_apart(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    file = StateFile(path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    state, other = State(file), State(file, "w1")
    rows: Table[Row] = state.table("rows", Row)
    other.table("rows", Row)["x"] = Row("other")
    rows["b"], rows["a"], rows["gone"], rows["late"] = Row("1"), Row("2"), Row("3"), Row("4")
    state.commit()
    rows["b"] = FULL
    del rows["gone"], rows["late"]
    rows["c"], rows["late"] = Row("5"), Row("6")
    state.commit()
    other.commit()
    file.close()

    file = StateFile(path)
    again = State(file)
    told: list[bool] = []
    again.on_load(lambda: told.append(True))
    wanted = [("b", FULL), ("a", Row("2")), ("c", Row("5")), ("late", Row("6"))]
    assert list(again.table("rows", Row).items()) == wanted
    again.opened()
    assert told == [True]
    file.drop("w1")
    assert not State(file, "w1").restored
    file.close()


def test_what_is_not_committed_is_not_there(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.db")
    state = State(file)
    state.table("rows", Row)["x"] = FULL
    assert not State(file).restored
    file.close()


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("not a database, but long enough to be taken for one" * 30)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    ours = StateFile(tmp_path / "ours.db")
    for path, words in (
        (text, "is not a state file"),
        (foreign, "is not a state file"),
        (tmp_path / "no" / "such", "cannot be used"),
        (ours.path, "in use by another"),
    ):
        with pytest.raises(StateFileError, match=words):
            StateFile(path)
    ours.close()
    assert text.read_text().startswith("not a database")
