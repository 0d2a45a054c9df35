"""`smoody db`: the storage."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import prepared
from bot.errors import CatalogueUnavailable, DatabaseRefused, SmoodyError
from bot.settings import DATABASE_FILE, Settings

app = typer.Typer(help="The database: migrate, back up, check.", no_args_is_help=True)


class BackupRefused(SmoodyError):
    """A backup that cannot be made; nothing was written."""


@app.command("migrate")
def migrate() -> None:
    """Bring the database to the newest version."""
    print("migrated" if asyncio.run(_migrate()) else "already at the newest version")


@app.command("backup")
def backup(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Copy a SQLite database into one file while it is in use."""
    source = _sqlite_file()
    if file.exists():
        raise BackupRefused(f"{file} exists; name a new file")
    try:
        file.touch(mode=0o600)  # it holds all that is kept of listeners
        with (
            contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            original.backup(copy)
    except (sqlite3.Error, OSError) as cause:
        file.unlink(missing_ok=True)
        raise BackupRefused(f"{source} cannot be copied to {file} ({cause})") from cause
    print(f"{file}: {file.stat().st_size:,} bytes")


@app.command("check")
def check() -> None:
    """Check the version and, for SQLite, every page and reference."""
    problems = asyncio.run(problems_of_database())
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("ok")


def database_exists(settings: Settings) -> bool:
    """Whether there is a database to look at; one behind a server always counts."""
    return settings.database_url is not None or (settings.data_dir / DATABASE_FILE).is_file()


async def problems_of_database() -> list[str]:
    """What is wrong with the database in use, one line each."""
    import sqlalchemy as sa

    from adapters.storage.database import open_database
    from adapters.storage.migrate import version_of
    from adapters.storage.tables import HEAD

    async with open_database(prepared().database) as database:
        try:
            version = await version_of(database)
        except CatalogueUnavailable as cause:
            problem = getattr(cause.__cause__, "orig", None)
            if isinstance(problem, sqlite3.DatabaseError) and not isinstance(problem, sqlite3.OperationalError):
                return [f"the file is damaged or no database ({problem}): restore a backup"]
            raise
        problems = [] if version == HEAD else [f"version {version or 'none'}, newest is {HEAD}: smoody db migrate"]
        if database.engine.dialect.name == "sqlite":
            async with database.reading() as connection:
                pages = (await connection.execute(sa.text("PRAGMA integrity_check"))).scalars().all()
                broken = (await connection.execute(sa.text("PRAGMA foreign_key_check"))).all()
            problems += [str(line) for line in pages if line != "ok"]
            problems += [f"{len(broken)} rows refer to nothing"] if broken else []
    return problems


async def _migrate() -> bool:
    from adapters.storage.database import open_database
    from adapters.storage.migrate import migrate

    async with open_database(prepared().database) as database:
        return await migrate(database)


def _sqlite_file() -> Path:
    from sqlalchemy.engine import make_url

    url = make_url(prepared().database)
    if url.get_backend_name() != "sqlite":
        raise BackupRefused("this database is PostgreSQL: back it up with pg_dump")
    file = Path(url.database or "")
    if not file.is_file():
        raise DatabaseRefused(f"{file}: there is no database yet; smoody db migrate makes one")
    return file
