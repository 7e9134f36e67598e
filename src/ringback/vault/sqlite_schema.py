"""The tables of the SQLite back end, version 2, and the mark by which a file is known as ours."""

VERSION = 2

STEPS = {
    1: """
ALTER TABLE sessions ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen_at REAL;
"""
}
"""What makes a file of each older version one of the next. It is carried out in one transaction."""

APPLICATION_ID = int.from_bytes(b"Ring", "big")
"""What SQLite keeps at offset 68 of the file's header; other programs' files hold 0 or their own."""

TABLES = """
CREATE TABLE logins (
    server TEXT NOT NULL, client_id TEXT NOT NULL, owner_id TEXT NOT NULL,
    login_id TEXT NOT NULL, generation INTEGER NOT NULL, sealed BLOB NOT NULL, session_tag TEXT NOT NULL,
    lease_id TEXT, lease_until REAL,
    PRIMARY KEY (server, client_id, owner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX leased ON logins (server, client_id) WHERE lease_id IS NOT NULL;
CREATE TABLE holders (
    server TEXT NOT NULL, client_id TEXT NOT NULL, owner_id TEXT NOT NULL, holder TEXT NOT NULL,
    PRIMARY KEY (server, client_id, owner_id, holder),
    FOREIGN KEY (server, client_id, owner_id) REFERENCES logins ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by ON holders (server, client_id, holder);
CREATE TABLE revocations (
    revocation_id TEXT PRIMARY KEY,
    server TEXT NOT NULL, client_id TEXT NOT NULL, owner_id TEXT NOT NULL,
    login_id TEXT NOT NULL, generation INTEGER NOT NULL, sealed BLOB NOT NULL, session_tag TEXT NOT NULL,
    attempts INTEGER NOT NULL, not_before REAL NOT NULL
) STRICT;
CREATE TABLE spent (
    app TEXT NOT NULL, digest TEXT NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (app, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_until ON spent (app, expires_at);
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY, app TEXT NOT NULL, user_id TEXT,
    created_at REAL NOT NULL, expires_at REAL NOT NULL,
    description TEXT NOT NULL DEFAULT '', seen_at REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (app, user_id);
CREATE INDEX sessions_until ON sessions (app, expires_at);
CREATE TABLE attempts (
    digest TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE ON UPDATE CASCADE, state TEXT NOT NULL,
    sealed BLOB NOT NULL, created_at REAL NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (digest, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_until ON attempts (expires_at);
"""
