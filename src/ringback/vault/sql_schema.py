"""The tables of the PostgreSQL back end, version 2, and how they come into being.

Times are seconds since the epoch, UTC. Text is compared and ordered by its bytes (collation C), as in the
other back ends. Locks are taken in one order everywhere: login, sessions, holders, attempts.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from ringback.oauth.errors import ConfigurationError

VERSION = 2
PREFIX = "ringback_"

_LOCK = int.from_bytes(b"ringback", "big") >> 1
"""The advisory lock under which the tables are made; a name of our own among 2**63."""

METADATA = MetaData()
_TEXT = String(collation="C")


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, _TEXT, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[float]:
    return Column(name, Double, nullable=nullable)


def _of_user() -> tuple[Column[str], ...]:
    return tuple(Column(name, _TEXT, primary_key=True) for name in ("server", "client_id", "owner_id"))


def _of_record() -> tuple[Column[str] | Column[int] | Column[bytes], ...]:
    return (
        _text("login_id"),
        Column("generation", BigInteger, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        _text("session_tag"),
    )


version = Table(f"{PREFIX}version", METADATA, Column("version", Integer, primary_key=True))

logins = Table(
    f"{PREFIX}logins",
    METADATA,
    *_of_user(),
    *_of_record(),
    _text("lease_id", nullable=True),
    _time("lease_until", nullable=True),
)
Index(
    f"{PREFIX}leased",
    logins.c.server,
    logins.c.client_id,
    postgresql_where=logins.c.lease_id.is_not(None),
)

holders = Table(
    f"{PREFIX}holders",
    METADATA,
    *_of_user(),
    Column("holder", _TEXT, primary_key=True),
    ForeignKeyConstraint(
        ["server", "client_id", "owner_id"],
        [logins.c.server, logins.c.client_id, logins.c.owner_id],
        ondelete="CASCADE",
    ),
)
Index(f"{PREFIX}held_by", holders.c.server, holders.c.client_id, holders.c.holder)

revocations = Table(
    f"{PREFIX}revocations",
    METADATA,
    Column("revocation_id", _TEXT, primary_key=True),
    _text("server"),
    _text("client_id"),
    _text("owner_id"),
    *_of_record(),
    Column("attempts", Integer, nullable=False),
    _time("not_before"),
)
Index(f"{PREFIX}due", revocations.c.server, revocations.c.client_id, revocations.c.not_before)

spent = Table(
    f"{PREFIX}spent",
    METADATA,
    Column("app", _TEXT, primary_key=True),
    Column("digest", _TEXT, primary_key=True),
    _time("expires_at"),
)
Index(f"{PREFIX}spent_until", spent.c.app, spent.c.expires_at)

sessions = Table(
    f"{PREFIX}sessions",
    METADATA,
    Column("digest", _TEXT, primary_key=True),
    _text("app"),
    _text("user_id", nullable=True),
    _time("created_at"),
    _time("expires_at"),
    Column("description", _TEXT, nullable=False, server_default=""),
    _time("seen_at", nullable=True),
)
Index(f"{PREFIX}sessions_of_user", sessions.c.app, sessions.c.user_id)
Index(f"{PREFIX}sessions_until", sessions.c.app, sessions.c.expires_at)

attempts = Table(
    f"{PREFIX}attempts",
    METADATA,
    Column(
        "digest",
        _TEXT,
        ForeignKey(sessions.c.digest, ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    Column("state", _TEXT, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    _time("created_at"),
    _time("expires_at"),
)
Index(f"{PREFIX}attempts_until", attempts.c.expires_at)

budgets = Table(
    f"{PREFIX}budgets",
    METADATA,
    Column("key", _TEXT, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    _time("keep_until"),
    prefixes=["UNLOGGED"],  # a budget need not survive the server: it is learned again
)


_STEPS = {
    1: (
        f"ALTER TABLE {sessions.name}"
        " ADD COLUMN description VARCHAR COLLATE \"C\" NOT NULL DEFAULT '',"
        " ADD COLUMN seen_at DOUBLE PRECISION",
    )
}
"""What makes tables of each older version those of the next. It is carried out in one transaction."""


def make_tables(db: Connection) -> None:
    """Make the tables where there are none, and bring older ones up to date; one process does, others wait.

    A user who may not create tables can use a vault that its owner has made. Raises ConfigurationError when
    the vault is of a version that this Ringback does not know.
    """
    if _version(db) == VERSION:
        return
    db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    found = _version(db)
    if found == VERSION:
        return
    if found == 0:
        METADATA.create_all(db, checkfirst=True)
    else:
        for older in range(found, VERSION):
            for statement in _STEPS[older]:
                db.execute(text(statement))
    db.execute(insert(version).values(version=VERSION))


def _version(db: Connection) -> int:
    """The version of the tables; 0: there are none."""
    if not inspect(db).has_table(version.name):
        return 0
    found: int | None = db.scalar(select(func.max(version.c.version)))
    if found is None:
        return 0
    if found != VERSION and found not in _STEPS:
        raise ConfigurationError(
            f"RINGBACK_VAULT_URL: the vault is of version {found}; this Ringback knows {VERSION}",
            remedy="Upgrade Ringback, or name another database.",
        )
    return found
