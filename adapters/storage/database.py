"""One engine for SQLite (aiosqlite) and PostgreSQL (asyncpg), and the place where their errors end."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import CatalogueUnavailable, DatabaseRefused

BUSY_TIMEOUT_MS: Final = 5_000
"""How long SQLite waits for the writing of others before it gives up."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database."""

    engine: AsyncEngine

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
            async with self.engine.begin() as connection:
                yield connection

    def insert(self, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can resolve conflicts, in the dialect of this database."""
        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)


@contextlib.asynccontextmanager
async def open_database(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> AsyncIterator[Database]:
    """Open a database and close it again.

    Raises:
        DatabaseRefused: The address cannot be understood, or its directory cannot be made.
    """
    try:
        engine = create_async_engine(url, **_options(url))
    except (SQLAlchemyError, ImportError) as cause:
        raise DatabaseRefused(
            "SMOODY_DATABASE_URL: use sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name"
        ) from cause
    if engine.dialect.name == "sqlite":
        _make_directory(engine.url.database)
        sa.event.listen(engine.sync_engine, "connect", partial(_set_up_sqlite, busy_timeout_ms))
        sa.event.listen(engine.sync_engine, "begin", _begin_immediately)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"pool_size": 2, "max_overflow": 6}  # a connection is a thread: two answer, a burst may have more
    return {"pool_size": 5, "max_overflow": 10, "pool_pre_ping": True}


def _make_directory(database: str | None) -> None:
    if database and database != ":memory:":
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise DatabaseRefused(
                f"SMOODY_DATA_DIR: {Path(database).parent} cannot be made ({cause.strerror})"
            ) from cause


def _set_up_sqlite(busy_timeout_ms: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={busy_timeout_ms}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: sa.Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later can fail without waiting."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextlib.contextmanager
def _translated() -> Any:
    try:
        yield
    except (DBAPIError, OSError, TimeoutError) as cause:
        # asyncpg refuses to connect with an OSError. SQLAlchemy's text shows SQL and values: only the kind is told.
        original = getattr(cause, "orig", None) or cause
        raise CatalogueUnavailable(
            f"the database does not answer ({type(original).__name__})", retry_after=2.0
        ) from cause
