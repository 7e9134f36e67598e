"""A refreshed token, sealed and durable, and read back: the vault in a SQLite file beside the disk itself."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from ringback.oauth import Secret
from ringback.oauth.token_set import TokenSet
from ringback.vault import KeyRing, Vault, new_key, open_store

from .figures import Figure, less_is_better
from .plan import Plan
from .server import ROOT

_TOKENS = TokenSet(
    access_token=Secret("a" * 64),
    refresh_token=Secret("r" * 64),
    issued_at=0.0,
    expires_at=3600.0,
    refresh_expires_at=604_800.0,
    scope=("ReadAccounts", "ReadCallLog"),
    owner_id="1",
)
_BLOCK = 4096


def measure(plan: Plan) -> Iterator[Figure]:
    """One figure, in milliseconds: turn by turn, a write and a read, and a block appended to a plain file."""
    # Below build/, not below the system's temporary folder: that may be memory.
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as made:
        folder = Path(made)
        keys = new_key()
        writer, reader = (_vault(folder, keys) for _ in range(2))
        login = writer.put_login(_TOKENS, "benchmark", now=0.0)
        plain = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        found: dict[str, list[float]] = {"ours": [], "floor": []}
        for turn in range(plan.writes):
            fresh = replace(_TOKENS, access_token=Secret(f"{turn:064}"))
            started = time.perf_counter()
            stored = writer.store_refreshed(login, fresh)
            read = reader.load("1")
            found["ours"].append(time.perf_counter() - started)
            if stored is None or read is None or read.tokens.access_token != fresh.access_token:
                raise RuntimeError("the vault lost a token")
            login = stored
            started = time.perf_counter()
            os.write(plain, turn.to_bytes(8, "big") * (_BLOCK // 8))
            os.fdatasync(plain)
            found["floor"].append(time.perf_counter() - started)
        os.close(plain)
        writer.close()
        reader.close()
    yield less_is_better(
        "refreshed token sealed, made durable and read back; floor: a block appended and fdatasync",
        "ms",
        median(found["ours"]) * 1000,
        None,
        floor=median(found["floor"]) * 1000,
    )


def _vault(folder: Path, keys: str) -> Vault:
    """A vault as one process has it."""
    store = open_store(f"sqlite:///{folder / 'vault.db'}")
    return Vault(store, KeyRing.from_setting(keys), server="https://localhost", client_id="benchmark")
