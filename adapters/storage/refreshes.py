"""The operator's sources, what they held, and the record of refreshes, over SQL."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from adapters.storage.database import ROWS_AT_ONCE, Database
from adapters.storage.tables import refresh_runs, source_tracks, sources
from bot.domain import (
    CatalogueChange,
    FoundTrack,
    Mood,
    NoteKind,
    Reading,
    RefreshNote,
    RefreshProgress,
    RefreshRun,
    RefreshStage,
    RefreshState,
    Source,
)
from bot.refresh import CUT_OFF, SIGN_OF_LIFE

RUNS_LAST: Final = timedelta(days=400)
RUNS_KEPT: Final = 10
"""Runs that ended longer ago are forgotten, but for the newest few."""


@dataclass(frozen=True, slots=True)
class SqlSources:
    """`Sources` over SQL."""

    database: Database

    async def all(self) -> Sequence[Source]:
        """Every source, oldest first."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(sa.select(sources).order_by(sources.c.id))).all()
        return [
            Source(
                address=row.address,
                mood=row.mood and Mood(row.mood),
                snapshot=row.snapshot,
                name=row.name,
                read_at=row.read_at,
            )
            for row in rows
        ]

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
        """Remove a source, and with it what it held."""
        async with self.database.writing() as connection:
            removed = await connection.execute(sa.delete(sources).where(sources.c.address == address))
        return bool(removed.rowcount)


@dataclass(frozen=True, slots=True)
class SqlReadings:
    """`Readings` over SQL."""

    database: Database

    async def keep(self, address: str, reading: Reading, *, at: datetime) -> None:
        """Keep a reading in place of the one before, in one transaction."""
        async with self.database.writing() as connection:
            source_id = await connection.scalar(
                sa.update(sources)
                .where(sources.c.address == address)
                .values(snapshot=reading.snapshot, name=reading.name, read_at=at)
                .returning(sources.c.id)
            )
            if source_id is None or reading.tracks is None:
                return
            await connection.execute(sa.delete(source_tracks).where(source_tracks.c.source_id == source_id))
            numbered = enumerate(reading.tracks)
            while rows := [
                {"source_id": source_id, "position": position, **_row_of(track)}
                for position, track in itertools.islice(numbered, ROWS_AT_ONCE)
            ]:
                await connection.execute(sa.insert(source_tracks), rows)
                await asyncio.sleep(0)

    async def of(self, address: str) -> list[FoundTrack]:
        """The tracks of the last reading."""
        found: list[FoundTrack] = []
        async with self.database.reading() as connection:
            while True:
                page = await connection.execute(
                    sa.select(source_tracks)
                    .join(sources)
                    .where(sources.c.address == address, source_tracks.c.position >= len(found))
                    .order_by(source_tracks.c.position)
                    .limit(ROWS_AT_ONCE)
                )
                rows = page.all()
                found += [_found_of(row) for row in rows]
                if len(rows) < ROWS_AT_ONCE:
                    return found


@dataclass(frozen=True, slots=True)
class SqlRefreshRuns:
    """`RefreshRuns` over SQL. That only one row may be running is the database's own rule, so it holds everywhere."""

    database: Database

    async def begin(self, *, at: datetime, is_dry: bool = False) -> RefreshRun | None:
        """Take the turn and record that a refresh has begun; what is known of runs long ago is forgotten."""
        state = RefreshState.RUNNING
        try:
            async with self.database.writing() as connection:
                await connection.execute(
                    sa.update(refresh_runs)
                    .where(refresh_runs.c.state == state.value, ~_is_alive(at))
                    .values(state=RefreshState.FAILED.value, problem=CUT_OFF, finished_at=at)
                )
                made = await connection.execute(
                    sa.insert(refresh_runs)
                    .values(
                        started_at=at,
                        alive_at=at,
                        state=state.value,
                        **_NOTHING,
                        is_dry=is_dry,
                        stops=False,
                    )
                    .returning(refresh_runs.c.id)
                )
                await connection.execute(_forgetting_old_runs(at))
                return RefreshRun(id=made.scalar_one(), started_at=at, state=state, is_dry=is_dry)
        except IntegrityError:
            return None

    async def keep_alive(self, run: RefreshRun, progress: RefreshProgress, *, at: datetime) -> bool:
        """Give a sign of life with the progress."""
        async with self.database.writing() as connection:
            stops = await connection.scalar(
                sa.update(refresh_runs)
                .where(refresh_runs.c.id == run.id, refresh_runs.c.state == RefreshState.RUNNING.value)
                .values(alive_at=at, progress=asdict(progress))
                .returning(refresh_runs.c.stops)
            )
        return stops is False

    async def ask_to_stop(self, *, at: datetime) -> bool:
        """Ask the run under way to stop."""
        async with self.database.writing() as connection:
            asked = await connection.execute(
                sa.update(refresh_runs)
                .where(refresh_runs.c.state == RefreshState.RUNNING.value, _is_alive(at))
                .values(stops=True)
            )
        return bool(asked.rowcount)

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
                    unknown=run.unknown,
                    calls=run.calls,
                    notes=[asdict(note) for note in run.notes],
                    progress=asdict(run.progress),
                )
            )

    async def running(self, *, at: datetime) -> RefreshRun | None:
        """The run under way, or None."""
        return await self._first(refresh_runs.c.state == RefreshState.RUNNING.value, _is_alive(at))

    async def run(self, run_id: int) -> RefreshRun | None:
        """A run by its number."""
        return await self._first(refresh_runs.c.id == run_id)

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first."""
        async with self.database.reading() as connection:
            rows = await connection.execute(sa.select(refresh_runs).order_by(refresh_runs.c.id.desc()).limit(count))
            return [_run_of(row) for row in rows]

    async def _first(self, *conditions: sa.ColumnElement[bool]) -> RefreshRun | None:
        async with self.database.reading() as connection:
            row = (await connection.execute(sa.select(refresh_runs).where(*conditions))).first()
        return _run_of(row) if row else None


_NOTHING: Final = dict.fromkeys(("added", "kept", "dropped", "moved", "unknown", "calls"), 0)


def _forgetting_old_runs(at: datetime) -> sa.Delete:
    newest = sa.select(refresh_runs.c.id).order_by(refresh_runs.c.id.desc()).limit(RUNS_KEPT)
    return sa.delete(refresh_runs).where(
        refresh_runs.c.state != RefreshState.RUNNING.value,
        refresh_runs.c.finished_at < at - RUNS_LAST,
        refresh_runs.c.id.not_in(newest),
    )


def _is_alive(at: datetime) -> sa.ColumnElement[bool]:
    return refresh_runs.c.alive_at > at - SIGN_OF_LIFE


def _row_of(track: FoundTrack) -> dict[str, Any]:
    return {
        "track_id": track.id,
        "isrc": track.isrc,
        "title": track.title,
        "artists": list(track.artists),
        "year": track.year,
        "artwork_url": track.artwork_url,
        "is_explicit": track.is_explicit,
        "mood": track.mood and track.mood.value,
    }


def _found_of(row: Any) -> FoundTrack:
    return FoundTrack(
        id=row.track_id,
        isrc=row.isrc,
        title=row.title,
        artists=tuple(row.artists),
        year=row.year,
        artwork_url=row.artwork_url,
        is_explicit=row.is_explicit,
        mood=row.mood and Mood(row.mood),
    )


def _run_of(row: Any) -> RefreshRun:
    progress = {**row.progress, "stage": RefreshStage(row.progress["stage"])} if row.progress else {}
    return RefreshRun(
        id=row.id,
        started_at=row.started_at,
        state=RefreshState(row.state),
        finished_at=row.finished_at,
        change=CatalogueChange(added=row.added, kept=row.kept, dropped=row.dropped, moved=row.moved),
        problem=row.problem,
        progress=RefreshProgress(**progress),
        unknown=row.unknown,
        calls=row.calls,
        notes=tuple(RefreshNote(kind=NoteKind(note["kind"]), subject=note["subject"]) for note in row.notes or ()),
        is_dry=row.is_dry,
    )
