"""One engine for SQLite (aiosqlite) and PostgreSQL (asyncpg), and the place where their errors end."""

import asyncio
import contextlib
import errno
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import CatalogueUnavailable, DatabaseRefused

BUSY_TIMEOUT_MS: Final = 5_000
"""How long SQLite waits for the writing of others before it gives up."""

CONNECT_TIMEOUT_S: Final = 5.0
COMMAND_TIMEOUT_S: Final = 10.0
"""How long PostgreSQL may take to let us in and to carry out a statement; without them a server that hangs holds
answers for as long as the network keeps the connection."""

POOL_TIMEOUT_S: Final = 3.0
"""How long an answer waits for a connection; the web page gives an answer up after twenty seconds."""

ROWS_AT_ONCE: Final = 250
"""Rows a statement: some milliseconds of the event loop, which answers listeners in between."""

EMPTYING_WAITS_MS: Final = 100
"""How long the emptying of SQLite's log waits for readers; it holds up all who write meanwhile."""

EMPTYING_RESTS_S: Final = (0.0, 0.05, 0.2)
"""Rests before each try to empty the log: all together well below a second, for a listener waits."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database."""

    engine: AsyncEngine
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """SQLite lets one write at a time and makes the others try again after growing rests; here they queue instead."""

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single statements that read; each sees the newest committed state.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        with _translated():
            async with self.engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end of the block, or rolled back as a whole.

        Raises:
            CatalogueUnavailable: The database does not answer; nothing was changed.
        """
        with _translated():
            async with self._in_turn(), self.engine.begin() as connection:
                yield connection

    @contextlib.asynccontextmanager
    async def _in_turn(self, within_ms: int = BUSY_TIMEOUT_MS) -> AsyncIterator[None]:
        if self.engine.dialect.name != "sqlite":
            yield
            return
        async with asyncio.timeout(within_ms / 1_000):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    async def overwrite_what_was_deleted(self) -> None:
        """Let nothing deleted stay in the files: SQLite's log still holds the old pages until it is emptied.

        Whoever reads meanwhile, in another process say, still holds old pages: then it is given up within a second, and
        the daily round of those who stayed away tries again. PostgreSQL keeps dead rows until it vacuums, which it does
        by itself; their files are the operator's.
        """
        if self.engine.dialect.name != "sqlite":
            return
        for rest in EMPTYING_RESTS_S:
            await asyncio.sleep(rest)
            with contextlib.suppress(CatalogueUnavailable):  # the rows are gone already: nobody is told otherwise
                if await self._empties_its_log():
                    return
        log.warning("deleted_pages_not_overwritten_yet")

    async def _empties_its_log(self) -> bool:
        with _translated():
            async with self._in_turn(EMPTYING_WAITS_MS), self.reading() as connection:
                await connection.run_sync(sa.Connection.detach)  # its short patience is nobody else's
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={EMPTYING_WAITS_MS}")
                result = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return bool(result.scalar_one() == 0)

    def insert(self, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can resolve conflicts, in the dialect of this database."""
        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)


@contextlib.asynccontextmanager
async def open_database(
    url: str | sa.URL,
    *,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    command_timeout_s: float | None = COMMAND_TIMEOUT_S,
    enforces_references: bool = True,
) -> AsyncIterator[Database]:
    """Open a database and close it again.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://user:password@host/name``.
        busy_timeout_ms: How long SQLite waits for the writing of others.
        command_timeout_s: How long PostgreSQL may take for a statement; None for as long as it likes.
        enforces_references: Whether SQLite checks and follows foreign keys. Migrations do without: to change a table
            SQLite makes it anew, and dropping the old one would delete all rows that refer to it.

    Raises:
        DatabaseRefused: The address cannot be understood, or its directory cannot be made.
    """
    try:
        address = sa.make_url(url)
        engine = create_async_engine(address, hide_parameters=True, **_options(address, command_timeout_s))
    except (SQLAlchemyError, ImportError, ValueError):
        raise DatabaseRefused(
            "SMOODY_DATABASE_URL: use sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name"
        ) from None  # the cause shows the address, with its password
    if engine.dialect.name == "sqlite":
        _make_file(engine.url.database)
        pragmas = {
            "journal_mode": "WAL",
            "synchronous": "NORMAL",
            "foreign_keys": int(enforces_references),
            "busy_timeout": busy_timeout_ms,
            "secure_delete": "ON",  # what a listener had forgotten is overwritten, not only unlinked
        }
        sa.event.listen(engine.sync_engine, "connect", partial(_set_up_sqlite, pragmas))
        sa.event.listen(engine.sync_engine, "begin", _begin_immediately)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


def _options(address: sa.URL, command_timeout_s: float | None) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":  # a connection is a thread: two answer, a burst may have more
        return {"pool_size": 2, "max_overflow": 6, "pool_timeout": POOL_TIMEOUT_S}
    return {
        "pool_size": 5,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "pool_timeout": POOL_TIMEOUT_S,
        "connect_args": {"timeout": CONNECT_TIMEOUT_S, "command_timeout": command_timeout_s},
    }


def _make_file(database: str | None) -> None:
    """Make a new database readable by its owner only; SQLite gives its side files the same mode."""
    if not database or database == ":memory:":
        return
    file = Path(database)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            # What cannot be written is told now, and not to the first listener. It is not opened to find out: closing
            # any descriptor of a file drops every lock that the process holds on it, SQLite's too (fcntl(2)), and the
            # next command to end beside a service would delete the log that the service still writes.
            if not os.access(file, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None
    except OSError as cause:
        raise DatabaseRefused(f"SMOODY_DATA_DIR: {file.parent} cannot be used ({cause.strerror})") from cause


def _set_up_sqlite(pragmas: dict[str, object], connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    cursor = connection.cursor()
    for name, value in pragmas.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_immediately(connection: sa.Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later can fail without waiting."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn a database that cannot answer into `CatalogueUnavailable`; a statement of ours that is wrong stays a bug."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except (DBAPIError, PoolTimeout, OSError, TimeoutError) as cause:
        if _is_about_a_value(cause):
            raise
        # asyncpg refuses to connect with an OSError. SQLAlchemy's text shows SQL and values: only the kind is told.
        problem = type(getattr(cause, "orig", None) or cause).__name__
        raise CatalogueUnavailable(f"the database does not answer ({problem})", retry_after=2.0) from cause


def _is_about_a_value(cause: Exception) -> bool:
    """Whether PostgreSQL refused a value (SQLSTATE class 22), which asyncpg's dialect tells as any other error."""
    return str(getattr(getattr(cause, "orig", None), "sqlstate", None)).startswith("22")
