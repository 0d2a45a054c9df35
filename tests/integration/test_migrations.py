import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database, open_database
from adapters.storage.migrate import migrate, version_of
from adapters.storage.tables import HEAD, metadata
from bot.domain import Mood
from bot.errors import DatabaseRefused
from bot.settings import Settings
from tests.fakes import a_shelf
from tests.integration.conftest import empty_postgresql

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "migrations"


def test_the_newest_version_is_the_one_that_the_service_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_an_empty_database_goes_up_down_and_up_again(empty_database: Database) -> None:
    assert await version_of(empty_database) is None
    assert await migrate(empty_database)
    assert not await migrate(empty_database)
    assert await version_of(empty_database) == HEAD
    await migrate(empty_database, to="base")
    async with empty_database.engine.connect() as connection:
        left = await connection.run_sync(lambda sync: set(sa.inspect(sync).get_table_names()))
    assert left <= {"alembic_version"}
    await migrate(empty_database)
    await SqlCatalogue(empty_database).replace("starter", a_shelf(Mood.SAD, 2))


async def test_tables_and_migrations_do_not_drift_apart(database: Database) -> None:
    def differences(connection: sa.Connection) -> Sequence[Any]:
        found: Sequence[Any] = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), metadata
        )
        return found

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_of_a_newer_smoody_is_refused(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseRefused, match="newer SMOODY"):
        await migrate(database)


async def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "smoody.db"
    file.write_text("a diary rather than a database, and long enough to be looked at", encoding="utf-8")
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        with pytest.raises(DatabaseRefused) as refused:
            await migrate(database)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://nobody@127.0.0.1/x", "not an address"])
async def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseRefused, match="SMOODY_DATABASE_URL"):
        async with open_database(url):
            pass


async def test_a_command_that_ends_leaves_the_log_of_a_service_that_has_just_migrated(tmp_path: Path) -> None:
    file = tmp_path / "smoody.db"
    async with open_database(f"sqlite+aiosqlite:///{file}") as service:
        await migrate(service)
        command = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM tracks'); c.close()"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", command, str(file))
        assert await process.wait() == 0
        await SqlCatalogue(service).replace("starter", a_shelf(Mood.SAD, 2))
        with closing(sqlite3.connect(file)) as another:
            assert another.execute("SELECT count(*) FROM tracks").fetchone() == (2,)


@pytest.mark.parametrize("folder", ["what?", "half%20way", "100%", "a # b + c", "노래"])
async def test_a_data_directory_may_have_any_name(tmp_path: Path, folder: str) -> None:
    async with open_database(Settings(data_dir=tmp_path / folder).database) as database:
        await migrate(database)
        await SqlCatalogue(database).replace("starter", a_shelf(Mood.SAD, 2))
    with closing(sqlite3.connect(tmp_path / folder / "smoody.db")) as another:
        assert another.execute("SELECT count(*) FROM tracks").fetchone() == (2,)


async def test_a_checkout_may_lie_anywhere(tmp_path: Path) -> None:
    checkout = tmp_path / "100%" / "a%20b"
    for name in ("adapters/storage", "adapters/__init__.py", "bot", "migrations"):
        source, copy = ROOT / name, checkout / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, copy)
    program = f"""
import asyncio
from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
async def main():
    async with open_database("sqlite+aiosqlite:///{tmp_path}/smoody.db") as database:
        assert await migrate(database)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=checkout)
    assert await process.wait() == 0


async def test_a_migration_may_take_longer_than_an_answer(postgresql_url: str) -> None:
    async with empty_postgresql(postgresql_url) as somebody, open_database(postgresql_url, command_timeout_s=0.3) as us:
        async with somebody.engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('smoody migrations'))"))
            migrating = asyncio.create_task(migrate(us))
            await asyncio.sleep(1)
            assert not migrating.done()
        assert await migrating
