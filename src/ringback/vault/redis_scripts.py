"""The steps of the Redis back end as Lua scripts: each runs alone on the server, from its start to its end.

Every key begins with the prefix in KEYS[1], whose hash tag puts the whole vault into one slot of a cluster.
APP (server and client ID) and NAME (under which an app's sessions and states are kept) are percent-encoded by
the caller, so that a `|` ends them; what comes last in a key is as it is. What a script checks, it checks
before its first write; from there on nothing can fail but the server itself.

    login:APP|OWNER     hash: the record, lease_id, lease_until
    logins:APP          zset: owners, by name
    holders:APP|OWNER   set of holders
    held:APP|HOLDER     set of owners
    leased:APP          zset: owners with a lease id, by its end
    revocation:ID       hash: the record, attempts
    due:APP             zset: ids of revocations, by the time they are due
    spent:NAME          zset: digests of states, by their end
    session:DIGEST      hash
    sessions:NAME       zset: digests, by their end
    user:NAME|USER      set of digests
    attempt:DIGEST      hash: state -> sealed
    attempts:DIGEST     zset: states, by their start
    until:NAME          zset: digest and state, by its end
    budget:KEY          hash: version, value

A user is written `=ID`, and nobody as an empty string.
"""

COMMON = """
local P = KEYS[1]
local function K(kind, name) return P .. kind .. ':' .. name end
local function clock()
    local t = redis.call('TIME')
    return tonumber(t[1]) + tonumber(t[2]) / 1000000
end
local LEASE = 5
local FIELDS = {'login_id', 'generation', 'sealed', 'session_tag'}
local function record(app, owner)
    local row = redis.call('HMGET', K('login', app .. '|' .. owner), unpack(FIELDS))
    if not row[1] then return nil end
    return row
end
local function running(login, now)
    local lease = redis.call('HMGET', login, 'lease_id', 'lease_until')
    if not lease[1] then return false end
    local left = tonumber(lease[2]) - now
    return left >= 0 and left <= LEASE
end
local function unlease(app, owner)
    redis.call('HDEL', K('login', app .. '|' .. owner), 'lease_id', 'lease_until')
    redis.call('ZREM', K('leased', app), owner)
end
local function attach(app, owner, holder)
    redis.call('SADD', K('holders', app .. '|' .. owner), holder)
    redis.call('SADD', K('held', app .. '|' .. holder), owner)
end
local function detach(app, owner, holder)
    redis.call('SREM', K('holders', app .. '|' .. owner), holder)
    redis.call('SREM', K('held', app .. '|' .. holder), owner)
end
local function let_go(app, holder)
    for _, owner in ipairs(redis.call('SMEMBERS', K('held', app .. '|' .. holder))) do
        redis.call('SREM', K('holders', app .. '|' .. owner), holder)
    end
    redis.call('DEL', K('held', app .. '|' .. holder))
end
local function revoke(app, owner, row, id, now)
    redis.call('HSET', K('revocation', id), 'app', app, 'owner', owner, 'attempts', 0,
        'login_id', row[1], 'generation', row[2], 'sealed', row[3], 'session_tag', row[4])
    redis.call('ZADD', K('due', app), now, id)
end
local function remove(app, owner)
    for _, holder in ipairs(redis.call('SMEMBERS', K('holders', app .. '|' .. owner))) do
        redis.call('SREM', K('held', app .. '|' .. holder), owner)
    end
    redis.call('DEL', K('holders', app .. '|' .. owner), K('login', app .. '|' .. owner))
    redis.call('ZREM', K('logins', app), owner)
    redis.call('ZREM', K('leased', app), owner)
end
local SESSION = {'app', 'user', 'created_at', 'expires_at', 'description', 'seen_at'}
local function session(digest)
    local row = redis.call('HMGET', K('session', digest), unpack(SESSION))
    if not row[1] then return nil end
    return row
end
local function holder_of(digest) return 'browser:' .. string.sub(digest, 1, 24) end
local function entry(digest, state) return #digest .. '|' .. digest .. '|' .. state end
local function forget_attempts(name, digest)
    for _, state in ipairs(redis.call('ZRANGE', K('attempts', digest), 0, -1)) do
        redis.call('ZREM', K('until', name), entry(digest, state))
    end
    redis.call('DEL', K('attempt', digest), K('attempts', digest))
end
local function drop_session(digest, row)
    redis.call('DEL', K('session', digest))
    redis.call('ZREM', K('sessions', row[1]), digest)
    if row[2] ~= '' then redis.call('SREM', K('user', row[1] .. '|' .. row[2]), digest) end
end
local function end_session(digest, row)
    forget_attempts(row[1], digest)
    drop_session(digest, row)
end
local function put_session(digest, name, user, created_at, expires_at, description, seen_at)
    redis.call('HSET', K('session', digest), 'app', name, 'user', user, 'created_at', created_at,
        'expires_at', expires_at, 'description', description, 'seen_at', seen_at)
    redis.call('ZADD', K('sessions', name), expires_at, digest)
    if user ~= '' then redis.call('SADD', K('user', name .. '|' .. user), digest) end
end
local function end_sessions_of(name, user)
    for _, digest in ipairs(redis.call('SMEMBERS', K('user', name .. '|' .. user))) do
        local row = session(digest)
        if row then end_session(digest, row) end
    end
end
local function end_login(app, owner, name, id, now)
    local row = record(app, owner)
    end_sessions_of(name, '=' .. owner)
    if row then
        remove(app, owner)
        revoke(app, owner, row, id, now)
    end
    return row
end
"""

LOGINS = {
    "load_login": """
local app, owner = unpack(ARGV)
return record(app, owner)
""",
    "list_logins": """
local app, after, limit = unpack(ARGV)
local found = {}
for _, owner in ipairs(redis.call('ZRANGEBYLEX', K('logins', app), '(' .. after, '+', 'LIMIT', 0, limit)) do
    local row = record(app, owner)
    if row then
        table.insert(row, 1, owner)
        table.insert(found, row)
    end
end
return found
""",
    "replace_login": """
local app, owner, holder, id, now, login_id, generation, sealed, tag = unpack(ARGV)
local old = record(app, owner)
redis.call('HSET', K('login', app .. '|' .. owner), 'login_id', login_id, 'generation', generation,
    'sealed', sealed, 'session_tag', tag)
redis.call('ZADD', K('logins', app), 0, owner)
unlease(app, owner)
attach(app, owner, holder)
if old and old[4] ~= tag then revoke(app, owner, old, id, now) end
return old
""",
    "store_login": """
local app, owner, expected, login_id, generation, sealed, tag = unpack(ARGV)
local old = record(app, owner)
if not old or old[1] ~= login_id or old[2] ~= expected then return 0 end
redis.call('HSET', K('login', app .. '|' .. owner), 'generation', generation, 'sealed', sealed,
    'session_tag', tag)
unlease(app, owner)
return 1
""",
    "delete_login": """
local app, owner, login_id, generation, name = unpack(ARGV)
local old = record(app, owner)
if not old or old[1] ~= login_id or old[2] ~= generation then return 0 end
end_sessions_of(name, '=' .. owner)
remove(app, owner)
return 1
""",
    "attach": """
local app, owner, holder = unpack(ARGV)
if not record(app, owner) then return 0 end
attach(app, owner, holder)
return 1
""",
    "detach": """
local app, owner, holder, name, id, now = unpack(ARGV)
local remaining = redis.call('SCARD', K('holders', app .. '|' .. owner))
remaining = remaining - redis.call('SISMEMBER', K('holders', app .. '|' .. owner), holder)
if remaining > 0 then
    detach(app, owner, holder)
    return {remaining, false}
end
return {0, end_login(app, owner, name, id, now) or false}
""",
    "end_login": """
return end_login(unpack(ARGV))
""",
    "count_holders": """
local app, owner = unpack(ARGV)
return redis.call('SCARD', K('holders', app .. '|' .. owner))
""",
    "acquire_lease": """
local app, owner, login_id, lease_id = unpack(ARGV)
local login, now = K('login', app .. '|' .. owner), clock()
if redis.call('HGET', login, 'login_id') ~= login_id or running(login, now) then return false end
local resumed = redis.call('HEXISTS', login, 'lease_id')
local ends = string.format('%.6f', now + LEASE)
redis.call('HSET', login, 'lease_id', lease_id, 'lease_until', ends)
redis.call('ZADD', K('leased', app), ends, owner)
return {resumed}
""",
    "release_lease": """
local app, owner, lease_id, unmarked = unpack(ARGV)
local login = K('login', app .. '|' .. owner)
if redis.call('HGET', login, 'lease_id') ~= lease_id then return 0 end
if unmarked == '1' then
    unlease(app, owner)
else
    redis.call('HSET', login, 'lease_until', '0')
    redis.call('ZADD', K('leased', app), 0, owner)
end
return 1
""",
    "interrupted": """
local app, now, found = ARGV[1], clock(), {}
for _, owner in ipairs(redis.call('ZRANGE', K('leased', app), 0, -1)) do
    if not running(K('login', app .. '|' .. owner), now) then table.insert(found, owner) end
end
return found
""",
    "add_revocation": """
local app, owner, id, now, login_id, generation, sealed, tag = unpack(ARGV)
revoke(app, owner, {login_id, generation, sealed, tag}, id, now)
""",
    "claim_revocations": """
local app, now, again, limit = unpack(ARGV)
local found = {}
for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', K('due', app), now, '-inf', 'LIMIT', 0, limit)) do
    redis.call('ZADD', K('due', app), again, id)
    local row = redis.call('HMGET', K('revocation', id), 'owner', 'attempts', unpack(FIELDS))
    table.insert(row, 1, id)
    table.insert(found, row)
end
return found
""",
    "finish_revocation": """
local key = K('revocation', ARGV[1])
local app = redis.call('HGET', key, 'app')
if app then redis.call('ZREM', K('due', app), ARGV[1]) end
redis.call('DEL', key)
""",
    "put_off_revocation": """
local id, again = unpack(ARGV)
local app = redis.call('HGET', K('revocation', id), 'app')
if not app then return end
redis.call('ZADD', K('due', app), again, id)
redis.call('HINCRBY', K('revocation', id), 'attempts', 1)
""",
    "load_budget": """
return redis.call('HMGET', K('budget', ARGV[1]), 'version', 'value')
""",
    "swap_budget": """
local key, expected, new, value, milliseconds = unpack(ARGV)
local budget = K('budget', key)
if (redis.call('HGET', budget, 'version') or '0') ~= expected then return 0 end
redis.call('HSET', budget, 'version', new, 'value', value)
redis.call('PEXPIRE', budget, milliseconds)
return 1
""",
}

BROWSERS = {
    "spend": """
local name, digest, expires_at = unpack(ARGV)
return redis.call('ZADD', K('spent', name), 'NX', expires_at, digest)
""",
    "put_session": """
put_session(unpack(ARGV))
""",
    "load_session": """
local row = session(ARGV[1])
if not row or tonumber(row[4]) <= tonumber(ARGV[2]) then return false end
return row
""",
    "replace_session": """
local old_digest, app, old_holder, holder, digest, name, user = unpack(ARGV)
local old = session(old_digest)
if not old then return 0 end
local owner = string.sub(user, 2)
local held = user ~= '' and redis.call('SISMEMBER', K('held', app .. '|' .. old_holder), owner) == 1
let_go(app, old_holder)
if held then attach(app, owner, holder) end
for _, state in ipairs(redis.call('ZRANGE', K('attempts', old_digest), 0, -1)) do
    local ends = redis.call('ZSCORE', K('until', old[1]), entry(old_digest, state))
    redis.call('ZREM', K('until', old[1]), entry(old_digest, state))
    if ends then redis.call('ZADD', K('until', name), ends, entry(digest, state)) end
end
for _, kind in ipairs({'attempt', 'attempts'}) do
    if redis.call('EXISTS', K(kind, old_digest)) == 1 then
        redis.call('RENAME', K(kind, old_digest), K(kind, digest))
    end
end
drop_session(old_digest, old)
put_session(unpack(ARGV, 5))
return 1
""",
    "note_session": """
local row = session(ARGV[1])
if row and (tonumber(row[6] or '') or -1e300) < tonumber(ARGV[2]) then
    redis.call('HSET', K('session', ARGV[1]), 'seen_at', ARGV[2])
end
""",
    "end_other_sessions": """
local app, owner, name, by, only, now = unpack(ARGV)
local asking, user, ended = session(by), '=' .. owner, 0
if not asking or asking[1] ~= name or asking[2] ~= user or tonumber(asking[4]) <= tonumber(now) then
    return false
end
if redis.call('SISMEMBER', K('holders', app .. '|' .. owner), holder_of(by)) == 0 then return false end
for _, digest in ipairs(redis.call('SMEMBERS', K('user', name .. '|' .. user))) do
    local row = session(digest)
    if row and digest ~= by and (only == '' or only == digest) then
        detach(app, owner, holder_of(digest))
        end_session(digest, row)
        ended = ended + 1
    end
end
return ended
""",
    "delete_session": """
local row = session(ARGV[1])
if row then end_session(ARGV[1], row) end
return row
""",
    "sessions_of": """
local name, user, now = unpack(ARGV)
local found = {}
for _, digest in ipairs(redis.call('SMEMBERS', K('user', name .. '|' .. user))) do
    local row = session(digest)
    if row and tonumber(row[4]) > tonumber(now) then
        table.insert(row, 1, digest)
        table.insert(found, row)
    end
end
return found
""",
    "expired_sessions": """
local name, app, now, limit = unpack(ARGV)
local found = {}
redis.call('ZREMRANGEBYSCORE', K('spent', name), '-inf', now)
for _, kept in ipairs(redis.call('ZRANGEBYSCORE', K('until', name), '-inf', now)) do
    local length, rest = string.match(kept, '^(%d+)|(.*)$')
    local digest, state = string.sub(rest, 1, tonumber(length)), string.sub(rest, tonumber(length) + 2)
    redis.call('HDEL', K('attempt', digest), state)
    redis.call('ZREM', K('attempts', digest), state)
    redis.call('ZREM', K('until', name), kept)
end
for _, digest in ipairs(redis.call('ZRANGEBYSCORE', K('sessions', name), '-inf', now, 'LIMIT', 0, limit)) do
    local row = session(digest)
    if row then
        let_go(app, holder_of(digest))
        end_session(digest, row)
        table.insert(row, 1, digest)
        table.insert(found, row)
    else
        redis.call('ZREM', K('sessions', name), digest)
    end
end
return found
""",
    "add_attempt": """
local digest, state, sealed, now, expires_at, limit = unpack(ARGV)
local row = session(digest)
if not row then return 0 end
redis.call('HSET', K('attempt', digest), state, sealed)
redis.call('ZADD', K('attempts', digest), now, state)
redis.call('ZADD', K('until', row[1]), expires_at, entry(digest, state))
for _, oldest in ipairs(redis.call('ZRANGE', K('attempts', digest), 0, -1 - tonumber(limit))) do
    redis.call('HDEL', K('attempt', digest), oldest)
    redis.call('ZREM', K('attempts', digest), oldest)
    redis.call('ZREM', K('until', row[1]), entry(digest, oldest))
end
return 1
""",
    "take_attempt": """
local digest, state, now = unpack(ARGV)
local row = session(digest)
if not row then return false end
local sealed = redis.call('HGET', K('attempt', digest), state)
local ends = redis.call('ZSCORE', K('until', row[1]), entry(digest, state))
redis.call('HDEL', K('attempt', digest), state)
redis.call('ZREM', K('attempts', digest), state)
redis.call('ZREM', K('until', row[1]), entry(digest, state))
if not sealed or not ends or tonumber(ends) <= tonumber(now) then return false end
return sealed
""",
}
