"""`ringback vault list`: which logins, in what order, and no more in memory than asked for."""

import json

import pytest
from running import run
from test_vault_command import deployment

from ringback.cli.vault_list import Wanted, logins_in
from ringback.oauth import Secret, TokenSet
from ringback.vault import KeyRing, Vault, new_key, open_store
from ringback.vault.memory import MemoryStore

DAY = 86_400.0
KEY, OTHER = new_key(), new_key()


def vault_on(store, key=KEY, server="https://s", client_id="c"):
    return Vault(store, KeyRing.from_setting(key), server=server, client_id=client_id)


def put(vault, user_id, ends, *holders, refreshable=True):
    tokens = TokenSet(
        access_token=Secret(f"hidden-{user_id}"),
        refresh_token=Secret(f"hidden-refresh-{user_id}") if refreshable else None,
        issued_at=0.0,
        expires_at=100.0 if refreshable else ends,
        refresh_expires_at=ends if refreshable else None,
        scope=("ReadCallLog",),
        owner_id=user_id,
    )
    for holder in holders:
        vault.put_login(tokens, holder, now=0.0)


@pytest.fixture
def vault():
    made = vault_on(MemoryStore())
    put(made, "10", 5 * DAY, "a", "b")
    put(made, "9", 1 * DAY, "a", "b", "c")
    put(made, "2", 3 * DAY, "a")
    put(made, "1", 0.5 * DAY, "a", refreshable=False)
    put(vault_on(made.store, OTHER), "3", 9 * DAY, "a")
    return made


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "1 10 2 3 9"),
        ({"limit": 2}, "1 10"),
        ({"order": "expiry"}, "3 1 9 2 10"),
        ({"order": "expiry", "limit": 3}, "3 1 9"),
        ({"order": "holders"}, "3 1 2 10 9"),
        ({"days": 2.0}, "1 9"),
        ({"days": 2.0, "order": "expiry", "limit": 1}, "1"),
        ({"unopened": True}, "3"),
        ({"user_ids": ("9", "2", "nobody", "3", "9")}, "2 3 9"),
        ({"user_ids": ("9", "2"), "order": "expiry"}, "9 2"),
        ({"user_ids": ("9",), "unopened": True}, ""),
    ],
)
def test_what_is_listed_and_in_what_order(vault, wanted, expected):
    asked = Wanted(**wanted)
    found = (one for one in logins_in(vault, asked.user_ids) if asked.takes(one, now=0.0))
    assert " ".join(one.user_id for one in asked.sorted(found)) == expected


def test_ten_thousand_logins_are_sorted_in_one_command(desk):
    settings = deployment(desk)
    store = open_store(settings["RINGBACK_VAULT_URL"])
    made = vault_on(
        store,
        settings["RINGBACK_SECRET_KEYS"],
        settings["RC_SERVER_URL"],
        settings["RC_APP_CLIENT_ID"],
    )
    put(made, "1", 0.0, "h")
    template = made.load("1")
    from dataclasses import replace

    from ringback.vault.upkeep import Restored

    rows = []
    for number in range(10_000):
        key = replace(template.key, owner_id=f"{number:05}")
        tokens = replace(template.tokens, owner_id=key.owner_id, refresh_expires_at=4e9 - number)
        rows.append(
            made.seal_row(replace(template, key=key, login_id=f"{number}", tokens=tokens), f"{number}")
        )
    assert all(store.restore_logins([Restored(row, None, ("h",)) for row in rows], now=0.0))
    store.close()
    told = run(
        "vault", "list", "--sort", "expiry", "--limit", "4", "--json", cwd=desk.folder, seconds=60, **settings
    )
    assert (told.returncode, told.stderr) == (0, "")
    listed = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one["userId"] for one in listed] == ["1", "09999", "09998", "09997"]
    assert [one["holders"] for one in listed] == [1] * 4
    assert "hidden" not in told.stdout
