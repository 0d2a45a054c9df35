"""The mood DB: read as one consistent view kept in memory, replaced in one transaction.

Everything that grows with the catalogue is done in slices, so that the loop answers listeners in between: tracks are
staged beside the catalogue, some hundred at a time, and the swap itself is a few statements inside the database.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage.database import ROWS_AT_ONCE, Database
from adapters.storage.tables import catalogue_state, origins, staged_tracks, tracks
from bot.audio_features import FEATURE_NAMES
from bot.domain import AudioFeatures, CatalogueChange, Mood, Track
from bot.errors import CatalogueUnavailable

_STATE: Final = 1
"""The one row of `catalogue_state`."""


@dataclass(frozen=True, slots=True)
class CatalogueView:
    """All tracks as of one version of the catalogue."""

    version: int
    by_id: Mapping[str, Track]
    by_mood: Mapping[Mood, tuple[Track, ...]]

    def tracks_for(self, mood: Mood) -> Sequence[Track]:
        """All tracks on one shelf."""
        return self.by_mood.get(mood, ())

    def track(self, track_id: str) -> Track | None:
        """A track by id."""
        return self.by_id.get(track_id)


@dataclass(slots=True)
class SqlCatalogue:
    """`Catalogue` and `CatalogueWriter` over SQL.

    A listener's answer reads one number, the version; tracks are read again only when it has changed, so several
    processes may share a database.
    """

    database: Database
    _view: CatalogueView = field(default_factory=lambda: CatalogueView(-1, {}, {}))
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def shelves(self) -> CatalogueView:
        """The catalogue as it is now."""
        async with self.database.reading() as connection:
            if await _version(connection) == self._view.version:
                return self._view
        if self._turn.locked() and self._view.version >= 0:
            return self._view  # somebody reads the new one already: until then the old one answers
        async with self._turn, self.database.reading() as connection:  # one caller reads all
            while (version := await _version(connection)) != self._view.version:
                by_id = {track.id: track async for track in _all_tracks(connection)}
                if await _version(connection) == version:  # else it was replaced between two pages: read again
                    self._view = _view_of(version, by_id)
        return self._view

    async def replace(
        self, origin: str, new: Sequence[Track], *, digest: str | None = None, over: Collection[str] = ()
    ) -> CatalogueChange:
        """Make ``new`` all there is of ``origin``.

        When tracks were dropped, the digests of the origins in ``over`` are forgotten: what had been taken over from
        them is theirs to bring again.
        """
        wanted = {track.id: track for track in new}
        if digest is not None and digest == await self.digest_of(origin):
            return CatalogueChange(kept=len(wanted))
        batch = _new_batch()
        try:
            await self._stage(batch, list(wanted.values()))
            async with self.database.writing() as connection:
                await _take_turn(connection)
                change = await _foreseen(connection, origin, batch, over)
                await self._swap(connection, origin, batch, over)
                if change.dropped:
                    await _forget_digests(connection, over)
                await self._close(connection, origin, digest)
        finally:
            with contextlib.suppress(CatalogueUnavailable):  # the swap has happened or failed; the next one clears
                await self._clear(batch)
        return change

    async def moods_of(self, origin: str) -> dict[str, Mood]:
        """The mood of each track that ``origin`` brought, by track id."""
        async with self.database.reading() as connection:
            pages = _pages(connection, sa.select(tracks.c.id, tracks.c.mood).where(tracks.c.origin == origin))
            return {row["id"]: Mood(row["mood"]) async for page in pages for row in page}

    async def digest_of(self, origin: str) -> str | None:
        """The digest that came with the last replacement of this origin."""
        async with self.database.reading() as connection:
            return await _digest(connection, origin)

    async def tracks_of(self, origin: str) -> list[Track]:
        """All tracks that ``origin`` brought."""
        async with self.database.reading() as connection:
            return [track async for track in _all_tracks(connection, tracks.c.origin == origin)]

    async def _stage(self, batch: str, new: Sequence[Track]) -> None:
        """Write tracks beside the catalogue. What a process that died has left there is cleared by the next one."""
        async with self.database.writing() as connection:
            await connection.execute(sa.delete(staged_tracks).where(staged_tracks.c.batch < _older_than_a_day()))
        for start in range(0, len(new), ROWS_AT_ONCE):
            rows = [{"batch": batch, **_row_of(track)} for track in new[start : start + ROWS_AT_ONCE]]
            async with self.database.writing() as connection:
                await connection.execute(sa.insert(staged_tracks), rows)

    async def _swap(self, connection: AsyncConnection, origin: str, batch: str, over: Collection[str]) -> None:
        staged = [column for column in staged_tracks.columns if column.name != "batch"]
        await connection.execute(
            sa.delete(tracks).where(
                tracks.c.origin == origin,
                tracks.c.id.not_in(sa.select(staged_tracks.c.id).where(staged_tracks.c.batch == batch)),
            )
        )
        insert = self.database.insert(tracks).from_select(
            ["origin", *(column.name for column in staged)],
            sa.select(sa.literal(origin), *staged).where(staged_tracks.c.batch == batch),
        )
        changed: dict[str, sa.ColumnElement[Any]] = {
            column.name: insert.excluded[column.name]
            for column in tracks.columns
            if column.name not in {"id", "artwork_url"}
        }
        changed["artwork_url"] = sa.func.coalesce(insert.excluded.artwork_url, tracks.c.artwork_url)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["id"], set_=changed, where=tracks.c.origin.in_([origin, *over])
            )
        )

    async def _clear(self, batch: str) -> None:
        async with self.database.writing() as connection:
            await connection.execute(sa.delete(staged_tracks).where(staged_tracks.c.batch == batch))

    async def _close(self, connection: AsyncConnection, origin: str, digest: str | None) -> None:
        values = {"digest": digest, "replaced_at": datetime.now(UTC)}
        await connection.execute(
            self.database.insert(origins)
            .values(name=origin, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )
        await connection.execute(sa.update(catalogue_state).values(version=catalogue_state.c.version + 1))


async def _version(connection: AsyncConnection) -> int:
    version = await connection.scalar(sa.select(catalogue_state.c.version).where(catalogue_state.c.id == _STATE))
    return int(version or 0)


async def _take_turn(connection: AsyncConnection) -> None:
    """Let two replacements at once wait for each other: by a row lock in PostgreSQL; SQLite has locked already."""
    await connection.execute(sa.select(catalogue_state.c.version).with_for_update())


async def _digest(connection: AsyncConnection, origin: str) -> str | None:
    digest: str | None = await connection.scalar(sa.select(origins.c.digest).where(origins.c.name == origin))
    return digest


async def _forget_digests(connection: AsyncConnection, names: Collection[str]) -> None:
    await connection.execute(sa.update(origins).where(origins.c.name.in_(names)).values(digest=None))


async def _foreseen(connection: AsyncConnection, origin: str, batch: str, over: Collection[str]) -> CatalogueChange:
    """What a swap will change: a track that another origin brought stays theirs unless that is named in ``over``."""
    staged = staged_tracks.c.batch == batch
    both = staged_tracks.outerjoin(tracks, staged_tracks.c.id == tracks.c.id)
    ours = tracks.c.origin.in_([origin, *over])
    counted = (
        await connection.execute(
            sa.select(
                sa.func.count().filter(tracks.c.id.is_(None)),
                sa.func.count().filter(ours),
                sa.func.count().filter(ours, tracks.c.mood != staged_tracks.c.mood),
            )
            .select_from(both)
            .where(staged)
        )
    ).one()
    dropped = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(tracks)
        .where(tracks.c.origin == origin, tracks.c.id.not_in(sa.select(staged_tracks.c.id).where(staged)))
    )
    added, kept, moved = counted
    return CatalogueChange(added=added, kept=kept, moved=moved, dropped=dropped or 0)


async def _all_tracks(connection: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> AsyncIterator[Track]:
    async for page in _pages(connection, sa.select(tracks).where(*conditions)):
        for row in page:
            yield _track_of(row)


async def _pages(connection: AsyncConnection, query: sa.Select[Any]) -> AsyncIterator[Sequence[sa.RowMapping]]:
    """The rows of a query over `tracks`, in the order of ids, page by page."""
    last = ""
    while True:
        page = query.where(tracks.c.id > last).order_by(tracks.c.id).limit(ROWS_AT_ONCE)
        rows = (await connection.execute(page)).mappings().all()
        yield rows
        if len(rows) < ROWS_AT_ONCE:
            return
        last = rows[-1]["id"]


def _view_of(version: int, by_id: dict[str, Track]) -> CatalogueView:
    by_mood = {mood: tuple(track for track in by_id.values() if track.mood is mood) for mood in Mood}
    return CatalogueView(version, MappingProxyType(by_id), MappingProxyType(by_mood))


def _row_of(track: Track) -> dict[str, Any]:
    return {
        "id": track.id,
        "title": track.title,
        "artists": list(track.artists),
        "year": track.year,
        "popularity": track.popularity,
        "mood": track.mood.value,
        "artwork_url": track.artwork_url,
        "is_explicit": track.is_explicit,
        **{mood.lower(): track.mood_scores[mood] for mood in Mood},
        **{name: getattr(track.features, name, None) for name in FEATURE_NAMES},
    }


def _track_of(row: Mapping[Any, Any]) -> Track:
    features = {name: row[name] for name in FEATURE_NAMES}
    return Track(
        id=row["id"],
        title=row["title"],
        artists=tuple(row["artists"]),
        mood=Mood(row["mood"]),
        mood_scores={mood: row[mood.lower()] for mood in Mood},
        features=None if None in features.values() else AudioFeatures(**features),
        year=row["year"],
        popularity=row["popularity"],
        artwork_url=row["artwork_url"],
        is_explicit=row["is_explicit"],
    )


def _new_batch() -> str:
    """A name for one staging that sorts by the time it was made."""
    return f"{int(time.time()):012d}-{secrets.token_hex(8)}"


def _older_than_a_day() -> str:
    return f"{int(time.time()) - 86_400:012d}"
