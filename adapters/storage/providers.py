"""What is kept of providers of music data, over SQL: calls and rests, features, titles, artwork."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from adapters.retry_after import LONGEST_REST_S
from adapters.storage.database import ROWS_AT_ONCE, Database
from adapters.storage.tables import (
    catalogue_state,
    provider_calls,
    provider_rests,
    source_tracks,
    track_details,
    track_features,
    tracks,
)
from bot.audio_features import FEATURE_NAMES
from bot.domain import AudioFeatures, CallOutcome, ProviderHealth, TrackFacts
from bot.errors import ProviderPostponed
from bot.ports import Clock

MISSES_LAST: Final = timedelta(days=7)
"""After that a provider is asked again for a track that it did not know."""

FACTS_LAST: Final = timedelta(days=30)
"""Titles and artwork may be cached for a while, not kept for good."""

CALLS_LAST: Final = timedelta(days=8)
"""Nobody looks at older counts; a week back may still tell what went wrong."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
"""Calls are counted by the hour they began in, so a budget looks back over one hour more."""

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class SqlProviders:
    """`Providers` and `ProviderLedger` over SQL: calls are counted by the hour, over the last day."""

    database: Database
    clock: Clock
    budgets: Mapping[str, int] = field(default_factory=dict)
    """Calls a day, by provider, where there is a limit of our own."""
    calls_made: int = 0
    _counted_in: datetime | None = None
    """The hour of the last call that was counted."""

    async def health(self, *, at: datetime) -> Sequence[ProviderHealth]:
        """How every provider that was called in the last day answered."""
        async with self.database.reading() as connection:
            counted = await connection.execute(
                sa.select(provider_calls.c.provider, provider_calls.c.outcome, sa.func.sum(provider_calls.c.count))
                .where(provider_calls.c.hour > at - _DAY)
                .group_by(provider_calls.c.provider, provider_calls.c.outcome)
            )
            counts: dict[str, dict[str, int]] = {}
            for provider, outcome, count in counted:
                counts.setdefault(provider, {})[outcome] = int(count)
            rests = {row.provider: row.retry_at for row in await connection.execute(sa.select(provider_rests))}
        return [
            ProviderHealth(
                provider=provider,
                **{outcome.value: counts.get(provider, {}).get(outcome, 0) for outcome in CallOutcome},
                retry_at=rests.get(provider),
                budget=self.budgets.get(provider),
            )
            for provider in sorted(counts.keys() | rests.keys())
        ]

    async def allow(self, provider: str) -> None:
        """Say whether a provider may be called now.

        Raises:
            ProviderPostponed: It asked to be left alone until later, or our own budget of the last day is spent.
        """
        now = self.clock.now()
        async with self.database.reading() as connection:
            retry_at = await connection.scalar(
                sa.select(provider_rests.c.retry_at).where(provider_rests.c.provider == provider)
            )
            if retry_at is not None and retry_at > now:
                raise ProviderPostponed(
                    f"{provider} asked for no more calls until {retry_at:%Y-%m-%d %H:%M} UTC",
                    retry_after=(retry_at - now).total_seconds(),
                )
            if provider not in self.budgets:
                return
            spent = await connection.scalar(
                sa.select(sa.func.sum(provider_calls.c.count)).where(
                    provider_calls.c.provider == provider, provider_calls.c.hour > now - _DAY - _HOUR
                )
            )
        if (spent or 0) >= self.budgets[provider]:
            raise ProviderPostponed(f"{provider}: the {spent} calls of a day are spent", retry_after=3_600.0)

    async def count(self, provider: str, outcome: CallOutcome) -> None:
        """Write down one call; the first of an hour forgets the counts of long ago."""
        self.calls_made += 1
        hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
        async with self.database.writing() as connection:
            if hour != self._counted_in:
                await connection.execute(sa.delete(provider_calls).where(provider_calls.c.hour < hour - CALLS_LAST))
            await connection.execute(
                self.database.insert(provider_calls)
                .values(provider=provider, hour=hour, outcome=outcome.value, count=1)
                .on_conflict_do_update(
                    index_elements=["provider", "hour", "outcome"], set_={"count": provider_calls.c.count + 1}
                )
            )
        self._counted_in = hour

    async def rest(self, provider: str, seconds: float) -> None:
        """Leave a provider alone for so long, in every process and after every restart; a month is the longest."""
        retry_at = self.clock.now() + timedelta(seconds=min(max(0.0, seconds), LONGEST_REST_S))
        async with self.database.writing() as connection:
            await connection.execute(
                self.database.insert(provider_rests)
                .values(provider=provider, retry_at=retry_at)
                .on_conflict_do_update(index_elements=["provider"], set_={"retry_at": retry_at})
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlFeatures:
    """`FeatureCache` over SQL."""

    database: Database
    clock: Clock

    async def known(self, ids: Sequence[str]) -> tuple[dict[str, AudioFeatures], set[str]]:
        """Features by track id, and the ids of those that need not be asked for again yet."""
        found: dict[str, AudioFeatures] = {}
        missed: set[str] = set()
        since = self.clock.now() - MISSES_LAST
        async with self.database.reading() as connection:
            for some in _slices(ids):
                query = sa.select(track_features).where(track_features.c.track_id.in_(some))
                for row in (await connection.execute(query)).mappings():
                    if row["provider"] is not None:
                        found[row["track_id"]] = AudioFeatures(**{name: row[name] for name in FEATURE_NAMES})
                    elif row["asked_at"] > since:
                        missed.add(row["track_id"])
        return found, missed

    async def keep(self, provider: str, found: Mapping[str, AudioFeatures]) -> None:
        """Keep what a provider told."""
        await self._write(
            {
                "track_id": track_id,
                "provider": provider,
                **{name: getattr(features, name) for name in FEATURE_NAMES},
            }
            for track_id, features in found.items()
        )

    async def keep_missed(self, ids: Collection[str]) -> None:
        """Keep that no provider knew these."""
        await self._write({"track_id": track_id, "provider": None, **dict.fromkeys(FEATURE_NAMES)} for track_id in ids)

    async def told_by(self) -> dict[str, int]:
        """How many tracks' features each provider told."""
        async with self.database.reading() as connection:
            counted = await connection.execute(
                sa.select(track_features.c.provider, sa.func.count().label("tracks"))
                .where(track_features.c.provider.is_not(None))
                .group_by(track_features.c.provider)
            )
            return {row.provider: row.tracks for row in counted}

    async def _write(self, rows: Iterable[dict[str, Any]]) -> None:
        now = self.clock.now()
        await _upsert(self.database, track_features, [{"asked_at": now, **row} for row in rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlFacts:
    """`FactCache` over SQL."""

    database: Database
    clock: Clock

    async def known(self, provider: str, ids: Sequence[str]) -> dict[str, TrackFacts]:
        """What a provider said, by track id; empty facts stand for a track that it did not know lately."""
        found: dict[str, TrackFacts] = {}
        async with self.database.reading() as connection:
            for some in _slices(ids):
                query = sa.select(track_details).where(
                    track_details.c.provider == provider,
                    track_details.c.track_id.in_(some),
                    ~_is_stale(self.clock.now()),
                )
                for row in await connection.execute(query):
                    found[row.track_id] = TrackFacts(
                        spotify_id=row.spotify_id,
                        title=row.title,
                        artists=tuple(row.artists),
                        artwork_url=row.artwork_url,
                    )
        return found

    async def keep(self, provider: str, found: Mapping[str, TrackFacts | None]) -> None:
        """Keep what a provider said, or with None that it did not know."""
        now = self.clock.now()
        rows = []
        for track_id, facts in found.items():
            told = facts or TrackFacts()
            rows.append(
                {
                    "track_id": track_id,
                    "provider": provider,
                    "asked_at": now,
                    "is_known": facts is not None,
                    "spotify_id": told.spotify_id,
                    "title": told.title,
                    "artists": list(told.artists),
                    "artwork_url": told.artwork_url,
                }
            )
        await _upsert(self.database, track_details, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlArtwork:
    """Which tracks a provider of artwork should be asked about, and what it said, on the tracks themselves."""

    database: Database
    clock: Clock
    provider: str

    async def wanting(self, count: int) -> dict[str, str | None]:
        """Spotify ids of at most so many tracks without artwork or title, or whose artwork has been kept for long.

        With each comes the artwork that the provider gave last time.
        """
        answered = track_details.c.track_id.is_not(None)
        stale = sa.and_(answered, _is_stale(self.clock.now()))

        def left(column: sa.Column[str], lacking: sa.ColumnElement[bool]) -> sa.Select[Any]:
            joined = sa.and_(track_details.c.track_id == column, track_details.c.provider == self.provider)
            return (
                sa.select(column.label("id"), track_details.c.artwork_url)
                .select_from(column.table.outerjoin(track_details, joined))
                .where(column.not_like("%:%"), sa.or_(sa.and_(~answered, lacking), stale))
            )

        lists = sa.union(
            left(tracks.c.id, tracks.c.artwork_url.is_(None)),
            left(source_tracks.c.track_id, source_tracks.c.title.is_(None)),
        ).limit(count)
        async with self.database.reading() as connection:
            return {row.id: row.artwork_url for row in await connection.execute(lists)}

    async def show(self, artwork: Mapping[str, str | None]) -> None:
        """Put artwork on tracks of the catalogue; every process reads it again once."""
        rows = [{"of": track_id, "url": url} for track_id, url in artwork.items()]
        async with self.database.writing() as connection:
            await connection.execute(
                sa.update(tracks).where(tracks.c.id == sa.bindparam("of")).values(artwork_url=sa.bindparam("url")),
                rows,
            )
            await connection.execute(sa.update(catalogue_state).values(version=catalogue_state.c.version + 1))


def _is_stale(now: datetime) -> sa.ColumnElement[bool]:
    """Whether what a provider said of a track has been kept for long enough."""
    known, asked_at = track_details.c.is_known, track_details.c.asked_at
    return sa.or_(sa.and_(known, asked_at < now - FACTS_LAST), sa.and_(~known, asked_at < now - MISSES_LAST))


async def _upsert(database: Database, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows that may be there already, some at a time."""
    insert = database.insert(table)
    changed = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    statement = insert.on_conflict_do_update(index_elements=[*table.primary_key], set_=changed)
    for some in _slices(rows):
        async with database.writing() as connection:
            await connection.execute(statement, some)


def _slices(values: Sequence[T]) -> Iterable[list[T]]:
    for start in range(0, len(values), ROWS_AT_ONCE):
        yield list(values[start : start + ROWS_AT_ONCE])
