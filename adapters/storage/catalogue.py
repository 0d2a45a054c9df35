"""The mood DB: read as one consistent view kept in memory, replaced in one transaction."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage.database import Database
from adapters.storage.tables import catalogue_state, origins, tracks
from bot.audio_features import FEATURE_NAMES
from bot.domain import AudioFeatures, CatalogueChange, Mood, Track

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
        async with self._turn, self.database.reading() as connection:  # one caller reads all, the others wait for it
            version = await _version(connection)
            if version != self._view.version:
                rows = (await connection.execute(sa.select(tracks))).mappings().all()
                self._view = _view_of(version, rows)
        return self._view

    async def replace(
        self, origin: str, new: Sequence[Track], *, digest: str | None = None, over: Collection[str] = ()
    ) -> CatalogueChange:
        """Make ``new`` all there is of ``origin``."""
        wanted = {track.id: track for track in new}
        async with self.database.writing() as connection:
            await _take_turn(connection)
            if digest is not None and digest == await _digest(connection, origin):
                return CatalogueChange(kept=len(wanted))
            rows = await connection.execute(sa.select(tracks.c.id, tracks.c.origin, tracks.c.mood))
            known = {row.id: row for row in rows}
            own = {track_id for track_id, row in known.items() if row.origin == origin}
            free = own | {track_id for track_id, row in known.items() if row.origin in over}
            written = [track for track_id, track in wanted.items() if track_id in free or track_id not in known]
            dropped = own - wanted.keys()
            await self._delete(connection, dropped)
            await self._upsert(connection, origin, written)
            await self._close(connection, origin, digest)
        added = sum(track.id not in known for track in written)
        moved = sum(track.id in known and known[track.id].mood != track.mood for track in written)
        return CatalogueChange(added=added, kept=len(written) - added, dropped=len(dropped), moved=moved)

    async def digest_of(self, origin: str) -> str | None:
        """The digest that came with the last replacement of this origin."""
        async with self.database.reading() as connection:
            return await _digest(connection, origin)

    async def tracks_of(self, origin: str) -> list[Track]:
        """All tracks that ``origin`` brought."""
        async with self.database.reading() as connection:
            rows = await connection.execute(sa.select(tracks).where(tracks.c.origin == origin))
            return [_track_of(row) for row in rows.mappings()]

    async def _delete(self, connection: AsyncConnection, ids: Iterable[str]) -> None:
        rows = [{"gone": track_id} for track_id in ids]
        if rows:
            await connection.execute(sa.delete(tracks).where(tracks.c.id == sa.bindparam("gone")), rows)

    async def _upsert(self, connection: AsyncConnection, origin: str, written: Sequence[Track]) -> None:
        if not written:
            return
        insert = self.database.insert(tracks)
        changed: dict[str, sa.ColumnElement[Any]] = {
            column.name: insert.excluded[column.name]
            for column in tracks.columns
            if column.name not in {"id", "artwork_url"}
        }
        changed["artwork_url"] = sa.func.coalesce(insert.excluded.artwork_url, tracks.c.artwork_url)
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["id"], set_=changed),
            [{"origin": origin, **_row_of(track)} for track in written],
        )

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


def _view_of(version: int, rows: Sequence[Mapping[Any, Any]]) -> CatalogueView:
    by_id = {row["id"]: _track_of(row) for row in rows}
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
    )
