"""The operator's sources and the record of refreshes, over SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.storage.database import Database
from adapters.storage.tables import refresh_runs, sources
from bot.domain import CatalogueChange, Mood, RefreshRun, RefreshState, Source


@dataclass(frozen=True, slots=True)
class SqlSources:
    """`Sources` over SQL."""

    database: Database

    async def all(self) -> Sequence[Source]:
        """Every source, oldest first."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(sa.select(sources).order_by(sources.c.id))).all()
        return [Source(address=row.address, mood=row.mood and Mood(row.mood), snapshot=row.snapshot) for row in rows]

    async def add(self, source: Source) -> bool:
        """Add a source or change the mood of a known one."""
        values = {"mood": source.mood and source.mood.value, "snapshot": source.snapshot}
        async with self.database.writing() as connection:
            known = await connection.scalar(sa.select(sources.c.id).where(sources.c.address == source.address))
            await connection.execute(
                self.database.insert(sources)
                .values(address=source.address, **values)
                .on_conflict_do_update(index_elements=["address"], set_=values)
            )
        return known is None

    async def remove(self, address: str) -> bool:
        """Remove a source."""
        async with self.database.writing() as connection:
            removed = await connection.execute(sa.delete(sources).where(sources.c.address == address))
        return bool(removed.rowcount)


@dataclass(frozen=True, slots=True)
class SqlRefreshRuns:
    """`RefreshRuns` over SQL."""

    database: Database

    async def begin(self, *, at: datetime) -> RefreshRun:
        """Record that a refresh has begun."""
        state = RefreshState.RUNNING
        async with self.database.writing() as connection:
            made = await connection.execute(
                sa.insert(refresh_runs)
                .values(started_at=at, state=state.value, added=0, kept=0, dropped=0, moved=0)
                .returning(refresh_runs.c.id)
            )
            return RefreshRun(id=made.scalar_one(), started_at=at, state=state)

    async def finish(self, run: RefreshRun) -> None:
        """Record how ``run`` ended."""
        async with self.database.writing() as connection:
            await connection.execute(
                sa.update(refresh_runs)
                .where(refresh_runs.c.id == run.id)
                .values(
                    finished_at=run.finished_at,
                    state=run.state.value,
                    added=run.change.added,
                    kept=run.change.kept,
                    dropped=run.change.dropped,
                    moved=run.change.moved,
                    problem=run.problem,
                )
            )

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first."""
        async with self.database.reading() as connection:
            rows = await connection.execute(sa.select(refresh_runs).order_by(refresh_runs.c.id.desc()).limit(count))
            return [_run_of(row) for row in rows]


def _run_of(row: Any) -> RefreshRun:
    return RefreshRun(
        id=row.id,
        started_at=row.started_at,
        state=RefreshState(row.state),
        finished_at=row.finished_at,
        change=CatalogueChange(added=row.added, kept=row.kept, dropped=row.dropped, moved=row.moved),
        problem=row.problem,
    )
