"""Databases and bundles that integration tests share."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.storage.database import Database, open_database
from adapters.storage.migrate import migrate
from tests.integration import postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL that runs for the whole session."""
    with postgresql.running() as url:
        yield url


@contextlib.asynccontextmanager
async def empty_postgresql(url: str) -> AsyncIterator[Database]:
    """A database of that server without a single table."""
    async with open_database(url) as database:
        async with database.engine.begin() as connection:
            await connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            await connection.execute(sa.text("CREATE SCHEMA public"))
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
            yield database
    else:
        async with empty_postgresql(request.getfixturevalue("postgresql_url")) as database:
            yield database


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """A migrated database of each kind."""
    await migrate(empty_database)
    return empty_database
