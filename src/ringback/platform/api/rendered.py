"""Call log records as JSON text, each written once and kept while there is room."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from ringback.platform.company import Call, Company, Entry

from .answers import encoded
from .api_call import ApiCall
from .records import record

_BYTES_AT_MOST = 2_000_000  # of text, for one company

Row = tuple[Call, Entry]


class _Kept:
    """The texts of one company's records: by log and view, then by id, each with the entry it shows."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str, bool], dict[str, tuple[Entry, bytes]]] = {}
        self.size = 0

    def keep(self, kept: dict[str, tuple[Entry, bytes]], entry: Entry, text: bytes) -> None:
        """One more; all are dropped first when they are too many."""
        self.size += len(text)
        if self.size > _BYTES_AT_MOST:
            self.texts.clear()
            kept.clear()
            self.size = len(text)
        kept[entry.id] = entry, text


_companies: WeakKeyDictionary[Company, _Kept] = WeakKeyDictionary()


def rendered(call: ApiCall, rows: Iterable[Row], view: str, *, show_deleted: bool = False) -> list[bytes]:
    """The rows as JSON. A record that was amended since is another entry, so it is written anew."""
    account_uri, log_uri = call.account_uri, f"{call.scope_uri}/call-log"
    transport = call.world.quirks.value("simple-transport") == "present"
    calls, now, extension_id = call.calls, call.now, call.extension_id
    store = _companies.setdefault(call.company, _Kept())
    kept = store.texts.setdefault((log_uri, view, transport), {})

    def written(row: Row, deleted: bool) -> bytes:
        return encoded(
            record(
                *row,
                account_uri,
                log_uri,
                view,
                extension_id is None,
                calls.modified_ms(*row, now),
                transport=transport,
                deleted=deleted,
            )
        )

    found: list[bytes] = []
    for row in rows:
        entry = row[1]
        if show_deleted and calls.deleted(entry.id, extension_id, now):
            found.append(written(row, True))
            continue
        there = kept.get(entry.id)
        if there is not None and there[0] is entry:
            found.append(there[1])
        else:
            text = written(row, False)
            store.keep(kept, entry, text)
            found.append(text)
    return found
