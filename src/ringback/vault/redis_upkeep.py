"""The Redis back end's part for its operator: everything sealed, sealing anew, restoring."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, assert_never
from urllib.parse import quote, unquote

from .redis_link import RedisLink
from .redis_rows import app_name, login_rows, revocations
from .store import LoginRow, Revocation
from .upkeep import AttemptRow, Restored, Sealed

_AT_ONCE = 100
"""Logins that one script restores: others wait for it."""

UPKEEP = {
    "list_holders": """
local app, found = ARGV[1], {}
for i = 2, #ARGV do
    local holders = redis.call('SMEMBERS', K('holders', app .. '|' .. ARGV[i]))
    if #holders > 0 then
        table.insert(holders, 1, ARGV[i])
        table.insert(found, holders)
    end
end
return found
""",
    "load_logins": """
local app, found = ARGV[1], {}
for i = 2, #ARGV do
    local row = record(app, ARGV[i])
    if row then
        table.insert(row, 1, ARGV[i])
        table.insert(found, row)
    end
end
return found
""",
    "list_revocations": """
local app, after, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids, found = redis.call('ZRANGE', K('due', app), 0, -1), {}
table.sort(ids)
for _, id in ipairs(ids) do
    if #found == limit then break end
    if id > after then
        local row = redis.call('HMGET', K('revocation', id), 'owner', 'attempts', unpack(FIELDS))
        table.insert(row, 1, id)
        table.insert(found, row)
    end
end
return found
""",
    "list_attempts": """
local name, after, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local kept, found = redis.call('ZRANGE', K('until', name), 0, -1), {}
table.sort(kept)
for _, one in ipairs(kept) do
    if #found == limit then break end
    if one > after then
        local length, rest = string.match(one, '^(%d+)|(.*)$')
        local digest, state = string.sub(rest, 1, tonumber(length)), string.sub(rest, tonumber(length) + 2)
        local sealed = redis.call('HGET', K('attempt', digest), state)
        if sealed then table.insert(found, {digest, state, sealed}) end
    end
end
return found
""",
    "reseal": """
local written = 0
for i = 1, #ARGV, 5 do
    local kind, name, field, old, new = unpack(ARGV, i, i + 4)
    if redis.call('HGET', K(kind, name), field) == old then
        redis.call('HSET', K(kind, name), field, new)
        written = written + 1
    end
end
return written
""",
    "restore_logins": """
local function restore(app, owner, over_id, over_generation, id, now, login_id, generation, sealed, tag)
    local old = record(app, owner)
    if old then
        if old[1] ~= over_id or old[2] ~= over_generation then return 0 end
    elseif over_id ~= '' then
        return 0
    end
    redis.call('HSET', K('login', app .. '|' .. owner), 'login_id', login_id, 'generation', generation,
        'sealed', sealed, 'session_tag', tag)
    redis.call('ZADD', K('logins', app), 0, owner)
    unlease(app, owner)
    if not old then return 2 end
    if old[4] ~= tag then revoke(app, owner, old, id, now) end
    return 1
end
local done, i = {}, 1
while i <= #ARGV do
    local app, owner, holders = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 10])
    local restored = restore(unpack(ARGV, i, i + 9))
    if restored == 2 then
        for j = i + 11, i + 10 + holders do attach(app, owner, ARGV[j]) end
    end
    table.insert(done, restored)
    i = i + 11 + holders
end
return done
""",
}
"""The steps, as those in redis_scripts.py."""


class RedisUpkeep:
    """The methods of Upkeep, on the server that RedisStore opens."""

    _link: RedisLink

    def list_apps(self) -> list[tuple[str, str]]:
        names = {name for kind in ("logins", "due") for name in self._names(kind)}
        return sorted(
            (unquote(server), unquote(client_id))
            for server, _, client_id in (name.partition("|") for name in names)
        )

    def list_holders(
        self, server: str, client_id: str, owner_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        found = self._link.run("list_holders", app_name(server, client_id), *owner_ids)
        return {
            owner.decode(): tuple(sorted(holder.decode() for holder in holders)) for owner, *holders in found
        }

    def load_logins(self, server: str, client_id: str, owner_ids: Sequence[str]) -> dict[str, LoginRow]:
        found = self._link.run("load_logins", app_name(server, client_id), *owner_ids)
        return {row.key.owner_id: row for row in login_rows(server, client_id, found)}

    def list_revocations(self, server: str, client_id: str, *, after: str, limit: int) -> list[Revocation]:
        found = self._link.run("list_revocations", app_name(server, client_id), after, limit)
        return revocations(server, client_id, found)

    def list_attempts(self, *, after: AttemptRow | None, limit: int) -> list[AttemptRow]:
        found: list[AttemptRow] = []
        begin, beyond = ("", "") if after is None else (quote(after.app, safe=""), _entry(after))
        for name in self._names("until"):
            if name < begin or len(found) >= limit:
                continue
            entries = self._link.run(
                "list_attempts", name, beyond if name == begin else "", limit - len(found)
            )
            found += [
                AttemptRow(unquote(name), digest.decode(), state.decode(), bytes(sealed))
                for digest, state, sealed in entries
            ]
        return found

    def reseal(self, changes: Sequence[tuple[Sealed, bytes]]) -> int:
        arguments: list[str | bytes] = []
        for row, sealed in changes:
            arguments += (*_place(row), sealed)
        return int(self._link.run("reseal", *arguments))

    def restore_logins(self, restored: Sequence[Restored], *, now: float) -> list[bool]:
        done: list[bool] = []
        for begin in range(0, len(restored), _AT_ONCE):
            arguments = [word for one in restored[begin : begin + _AT_ONCE] for word in _arguments(one, now)]
            done += [bool(answer) for answer in self._link.run("restore_logins", *arguments)]
        return done

    def _names(self, kind: str) -> list[str]:
        """What follows `kind:` in the keys there are, in order."""
        start = f"{self._link.prefix}{kind}:"
        keys: list[bytes] = self._link.ask(
            lambda client: list(client.scan_iter(match=f"{start}*", count=1000))
        )
        return sorted({key.decode().removeprefix(start) for key in keys})


def _entry(row: AttemptRow) -> str:
    return f"{len(row.digest.encode())}|{row.digest}|{row.state}"


def _place(row: Sealed) -> tuple[str, str, str, bytes]:
    """Kind and name of the hash that a row is in, the field of it that is sealed, and what is there."""
    match row:
        case LoginRow():
            return (
                "login",
                f"{app_name(row.key.server, row.key.client_id)}|{row.key.owner_id}",
                "sealed",
                row.sealed,
            )
        case Revocation():
            return "revocation", row.revocation_id, "sealed", row.row.sealed
        case AttemptRow():
            return "attempt", row.digest, row.state, row.sealed
        case _:
            assert_never(row)


def _arguments(one: Restored, now: float) -> tuple[Any, ...]:
    row, (over_id, over_generation) = one.row, one.over or ("", 0)
    app, owner = app_name(row.key.server, row.key.client_id), row.key.owner_id
    record = (row.login_id, row.generation, row.sealed, row.session_tag)
    head = (app, owner, over_id, over_generation, uuid.uuid4().hex, now)
    return *head, *record, len(one.holders), *one.holders
