"""Bring a database to the newest version. Alembic is loaded only when there is something to do."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from adapters.storage.database import Database, open_database
from adapters.storage.tables import HEAD
from bot.errors import CatalogueUnavailable, DatabaseRefused

_MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"


async def version_of(database: Database) -> str | None:
    """The version of a database, or None for an empty one.

    Raises:
        CatalogueUnavailable: The database does not answer, or is none.
    """
    async with database.reading() as connection:
        return await connection.run_sync(_version)


async def migrate(database: Database, *, to: str = HEAD) -> bool:
    """Migrate to ``to``; True when there was something to do. Several processes may call this at once.

    Raises:
        DatabaseRefused: The database cannot be reached or written, or it is from a newer SMOODY.
    """
    try:
        if await version_of(database) == to:
            return False
        async with open_database(database.engine.url, command_timeout_s=None, enforces_references=False) as plain:
            await _run(plain, to)
    except (CatalogueUnavailable, DBAPIError, OSError) as cause:
        problem = _innermost(cause)
        raise DatabaseRefused(
            f"SMOODY_DATABASE_URL: the database cannot be used ({type(problem).__name__}: {problem})".splitlines()[0]
        ) from cause
    return True


async def _run(database: Database, to: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))  # ConfigParser's own sign
    config.set_main_option("path_separator", "os")

    def run(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE has locked already
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('smoody migrations'))"))
        config.attributes["connection"] = connection
        current = _version(connection)
        if to == "base" or (current is not None and current > to):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise DatabaseRefused("a migration left rows that refer to nothing; nothing was changed, please report it")

    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(run)
    except CommandError as cause:
        raise DatabaseRefused(
            f"the database is of a version that this SMOODY does not know ({cause}); use the newer SMOODY that made it"
        ) from cause


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def _innermost(problem: BaseException) -> BaseException:
    """What the database itself said, below our translation and SQLAlchemy's wrapping."""
    cause = problem.__cause__ if isinstance(problem, CatalogueUnavailable) and problem.__cause__ else problem
    original = getattr(cause, "orig", None)
    return original if isinstance(original, BaseException) else cause
