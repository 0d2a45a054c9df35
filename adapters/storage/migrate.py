"""Bring a database to the newest version. Alembic is loaded only when there is something to do."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from adapters.storage.database import Database
from adapters.storage.tables import HEAD
from bot.errors import DatabaseRefused

_MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"


async def version_of(database: Database) -> str | None:
    """The version of a database, or None for an empty one."""
    async with database.engine.connect() as connection:
        known = await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version"))
        if not known:
            return None
        version: str | None = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return version


async def migrate(database: Database, *, to: str = HEAD) -> bool:
    """Migrate to ``to``; True when there was something to do. Several processes may call this at once.

    Raises:
        DatabaseRefused: The database cannot be reached or written, or it is from a newer SMOODY.
    """
    try:
        before = await version_of(database)
        if before == to:
            return False
        await _run(database, to)
    except (DBAPIError, OSError) as cause:
        problem = getattr(cause, "orig", None) or cause
        raise DatabaseRefused(
            f"SMOODY_DATABASE_URL: the database cannot be used ({type(problem).__name__}: {problem})"
        ) from cause
    return True


async def _run(database: Database, to: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")

    def run(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE has locked already
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('smoody migrations'))"))
        config.attributes["connection"] = connection
        current = _current(connection)
        if to == "base" or (current is not None and current > to):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)

    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(run)
    except CommandError as cause:
        raise DatabaseRefused(
            f"the database is of a version that this SMOODY does not know ({cause}); use the newer SMOODY that made it"
        ) from cause


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version
