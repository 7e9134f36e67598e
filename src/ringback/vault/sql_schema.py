"""The tables of the PostgreSQL back end, version 1, and how they come into being.

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
)

from ringback.oauth.errors import ConfigurationError

VERSION = 1
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


def make_tables(db: Connection) -> None:
    """Make the tables where there are none; one process does, the others wait for it.

    A user who may not create tables can use a vault that its owner has made. Raises ConfigurationError when
    the vault is of another version.
    """
    if _is_made(db):
        return
    db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if _is_made(db):
        return
    METADATA.create_all(db, checkfirst=True)
    db.execute(insert(version).values(version=VERSION))


def _is_made(db: Connection) -> bool:
    if not inspect(db).has_table(version.name):
        return False
    found = db.scalar(select(func.max(version.c.version)))
    if found is None:
        return False
    if found != VERSION:
        raise ConfigurationError(
            f"RINGBACK_VAULT_URL: the vault is of version {found}; this Ringback knows {VERSION}",
            remedy="Upgrade Ringback, or name another database.",
        )
    return True
