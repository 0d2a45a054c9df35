"""What refreshes keep, with the same promises of the fake, SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import ROWS_AT_ONCE, Database, open_database
from adapters.storage.migrate import migrate
from adapters.storage.providers import CALLS_LAST, SqlFacts, SqlFeatures, SqlProviders
from adapters.storage.refreshes import RUNS_KEPT, RUNS_LAST, SqlReadings, SqlRefreshRuns, SqlSources
from adapters.storage.tables import provider_calls, staged_tracks, tracks
from bot.domain import (
    CallOutcome,
    CatalogueChange,
    FoundTrack,
    Mood,
    NoteKind,
    ProviderHealth,
    Reading,
    RefreshNote,
    RefreshProgress,
    RefreshStage,
    RefreshState,
    Source,
    TrackFacts,
)
from bot.errors import ProviderPostponed
from bot.refresh import CUT_OFF, SIGN_OF_LIFE
from tests.fakes import (
    NOON,
    FakeClock,
    InMemoryReadings,
    InMemoryRefreshRuns,
    InMemorySources,
    a_found_track,
    a_shelf,
    a_track,
    features,
)
from tests.integration.conftest import empty_postgresql

SECOND = timedelta(seconds=1)
PLAYLIST = "spotify:playlist:" + "a" * 22


@dataclass(frozen=True)
class Ports:
    """One implementation of what the core needs for refreshes."""

    sources: InMemorySources | SqlSources
    readings: InMemoryReadings | SqlReadings
    runs: InMemoryRefreshRuns | SqlRefreshRuns


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def ports(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ports]:
    if request.param == "fake":
        sources = InMemorySources()
        yield Ports(sources, InMemoryReadings(sources), InMemoryRefreshRuns())
    elif request.param == "sqlite":
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
            await migrate(database)
            yield Ports(SqlSources(database), SqlReadings(database), SqlRefreshRuns(database))
    else:
        async with empty_postgresql(request.getfixturevalue("postgresql_url")) as database:
            await migrate(database)
            yield Ports(SqlSources(database), SqlReadings(database), SqlRefreshRuns(database))


async def test_a_reading_comes_back_as_it_went_in_and_in_its_order(ports: Ports) -> None:
    full = FoundTrack(
        id=a_track(1).id,
        title="에잇 (Prod.&Feat.)",
        artists=("아이유", "SUGA; of BTS"),
        isrc="KRA301700118",
        year=2020,
        artwork_url="https://i.scdn.co/image/x",
        is_explicit=False,
        mood=Mood.CALM,
    )
    bare = FoundTrack(id="isrc:KRA301700118", isrc="KRA301700118")
    many = tuple(a_found_track(number) for number in range(600, 0, -1))
    await ports.sources.add(Source(address=PLAYLIST, mood=Mood.SAD))
    held = (bare, full, *many)
    await ports.readings.keep(PLAYLIST, Reading(snapshot="v1", name="목록", tracks=held), at=NOON)
    assert tuple(await ports.readings.of(PLAYLIST)) == held
    assert list(await ports.sources.all()) == [
        Source(address=PLAYLIST, mood=Mood.SAD, snapshot="v1", name="목록", read_at=NOON)
    ]
    await ports.readings.keep(PLAYLIST, Reading(snapshot="v2", name="목록", tracks=(bare,)), at=NOON + SECOND)
    assert tuple(await ports.readings.of(PLAYLIST)) == (bare,)


async def test_a_removed_source_takes_its_reading_along(ports: Ports) -> None:
    await ports.sources.add(Source(address=PLAYLIST))
    reading = Reading(snapshot=None, name=None, tracks=(a_found_track(1),))
    await ports.readings.keep(PLAYLIST, reading, at=NOON)
    await ports.sources.remove(PLAYLIST)
    assert list(await ports.readings.of(PLAYLIST)) == []
    await ports.readings.keep(PLAYLIST, reading, at=NOON)  # it was removed while it was read
    assert list(await ports.sources.all()) == []


async def test_only_one_run_has_the_turn(ports: Ports) -> None:
    first = await ports.runs.begin(at=NOON)
    assert first is not None
    assert await ports.runs.begin(at=NOON + SECOND) is None
    assert await ports.runs.running(at=NOON + SECOND) == first
    await ports.runs.finish(replace(first, state=RefreshState.DONE, finished_at=NOON))
    assert await ports.runs.running(at=NOON + SECOND) is None
    second = await ports.runs.begin(at=NOON + SECOND, is_dry=True)
    assert second is not None
    assert second.is_dry
    assert await ports.runs.run(second.id) == second


async def test_many_that_begin_at_once_get_one_turn_among_them(ports: Ports) -> None:
    begun = await asyncio.gather(*(ports.runs.begin(at=NOON) for _ in range(6)))
    assert sum(run is not None for run in begun) == 1


async def test_a_run_that_gives_no_sign_of_life_loses_its_turn(ports: Ports) -> None:
    dead = await ports.runs.begin(at=NOON)
    assert dead is not None
    assert await ports.runs.keep_alive(dead, RefreshProgress(), at=NOON + SIGN_OF_LIFE)
    assert await ports.runs.begin(at=NOON + SIGN_OF_LIFE + SECOND) is None
    later = NOON + 2 * SIGN_OF_LIFE
    assert await ports.runs.running(at=later) is None
    assert await ports.runs.begin(at=later) is not None
    assert not await ports.runs.keep_alive(dead, RefreshProgress(), at=later)
    buried = await ports.runs.run(dead.id)
    assert buried is not None
    assert (buried.state, buried.problem) == (RefreshState.FAILED, CUT_OFF)


async def test_progress_and_the_wish_to_stop_are_seen_everywhere(ports: Ports) -> None:
    run = await ports.runs.begin(at=NOON)
    assert run is not None
    progress = RefreshProgress(stage=RefreshStage.FEATURES, source=2, sources=8, tracks=400, features=120)
    assert await ports.runs.keep_alive(run, progress, at=NOON + SECOND)
    seen = await ports.runs.running(at=NOON + SECOND)
    assert seen is not None
    assert seen.progress == progress
    assert await ports.runs.ask_to_stop(at=NOON + SECOND)
    assert not await ports.runs.keep_alive(run, progress, at=NOON + SECOND)
    await ports.runs.finish(replace(run, state=RefreshState.CANCELLED))
    assert not await ports.runs.ask_to_stop(at=NOON + SECOND)


async def test_a_run_is_recorded_in_full(ports: Ports) -> None:
    run = await ports.runs.begin(at=NOON)
    assert run is not None
    ended = replace(
        run,
        state=RefreshState.FAILED,
        finished_at=NOON + SECOND,
        change=CatalogueChange(added=1, kept=2, dropped=3, moved=4),
        problem="a shelf would shrink",
        progress=RefreshProgress(stage=RefreshStage.SWAPPING, sources=1, source=1, tracks=7, features=6),
        unknown=5,
        calls=6,
        notes=(RefreshNote(kind=NoteKind.SHRUNK, subject="Sad"), RefreshNote(kind=NoteKind.GONE, subject="목록")),
    )
    await ports.runs.finish(ended)
    assert list(await ports.runs.latest(3)) == [ended]


async def test_calls_are_counted_by_provider_over_the_last_day(database: Database) -> None:
    clock = FakeClock()
    providers = SqlProviders(database=database, clock=clock, budgets={"spotify": 300})
    for outcome in (CallOutcome.ANSWERED, CallOutcome.ANSWERED, CallOutcome.REFUSED, CallOutcome.FAILED):
        await providers.count("spotify", outcome)
    await providers.count("reccobeats", CallOutcome.ANSWERED)
    assert providers.calls_made == 5
    assert list(await providers.health(at=clock.now())) == [
        ProviderHealth(provider="reccobeats", answered=1),
        ProviderHealth(provider="spotify", answered=2, refused=1, failed=1, budget=300),
    ]
    assert list(await providers.health(at=clock.now() + timedelta(days=2))) == []


async def test_counts_of_calls_are_forgotten_after_a_while(database: Database) -> None:
    clock = FakeClock()
    providers = SqlProviders(database=database, clock=clock)

    async def hours() -> int:
        async with database.reading() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(provider_calls)) or 0

    await providers.count("spotify", CallOutcome.ANSWERED)
    clock.advance(CALLS_LAST)
    await providers.count("spotify", CallOutcome.ANSWERED)
    assert await hours() == 2
    clock.advance(timedelta(hours=1))
    await providers.count("reccobeats", CallOutcome.ANSWERED)
    await providers.count("reccobeats", CallOutcome.ANSWERED)
    assert await hours() == 2
    (_, spotify) = await providers.health(at=clock.now())
    assert (spotify.provider, spotify.answered) == ("spotify", 1)


async def test_runs_of_long_ago_are_forgotten_but_for_the_newest(database: Database) -> None:
    runs = SqlRefreshRuns(database)

    async def ends(*, at: datetime) -> int:
        run = await runs.begin(at=at)
        assert run is not None
        await runs.finish(replace(run, state=RefreshState.DONE, finished_at=at))
        return run.id

    first, *others = [await ends(at=NOON + number * SECOND) for number in range(RUNS_KEPT + 2)]
    assert len(await runs.latest(100)) == RUNS_KEPT + 2
    newest = await ends(at=NOON + RUNS_LAST + SECOND)  # the first run is older than may be, the second just not
    kept = [newest, *reversed(others)]
    assert [run.id for run in await runs.latest(100)] == kept
    newest = await ends(at=NOON + 2 * RUNS_LAST)
    assert [run.id for run in await runs.latest(100)] == [newest, *kept][:RUNS_KEPT]
    assert await runs.run(first) is None


async def test_a_rest_is_kept_for_every_process_until_it_is_over(database: Database) -> None:
    clock = FakeClock()
    await SqlProviders(database=database, clock=clock).rest("spotify", 48_925)
    another = SqlProviders(database=database, clock=clock)
    with pytest.raises(ProviderPostponed):
        await another.allow("spotify")
    await another.allow("reccobeats")
    clock.advance(timedelta(seconds=48_926))
    await another.allow("spotify")


@pytest.mark.parametrize("seconds", [float("inf"), 1e12, float("nan"), -1.0])
async def test_nobody_rests_for_ever(database: Database, seconds: float) -> None:
    clock = FakeClock()
    providers = SqlProviders(database=database, clock=clock)
    await providers.rest("spotify", seconds)
    clock.advance(timedelta(days=30))
    await providers.allow("spotify")


async def test_features_and_misses_are_kept(database: Database) -> None:
    clock = FakeClock()
    cache = SqlFeatures(database=database, clock=clock)
    many = {a_track(number).id: features(energy=number / 1_000) for number in range(600)}
    await cache.keep("reccobeats", many)
    await cache.keep_missed([a_track(1_000).id])
    found, missed = await cache.known([*many, a_track(1_000).id, a_track(1_001).id])
    assert found == many
    assert missed == {a_track(1_000).id}
    await cache.keep("spotify", {a_track(1_000).id: features()})
    assert await cache.told_by() == {"reccobeats": 600, "spotify": 1}
    clock.advance(timedelta(days=8))
    await cache.keep_missed([a_track(1_002).id])
    assert (await cache.known([a_track(1_002).id]))[1] == {a_track(1_002).id}


async def test_facts_are_kept_by_provider_and_for_a_while(database: Database) -> None:
    clock = FakeClock()
    cache = SqlFacts(database=database, clock=clock)
    told = TrackFacts(spotify_id="x", title="밤편지", artists=("아이유",), artwork_url="https://i.scdn.co/image/x")
    await cache.keep("oembed", {"a": told, "b": None})
    assert await cache.known("oembed", ["a", "b", "c"]) == {"a": told, "b": TrackFacts()}
    assert await cache.known("reccobeats", ["a"]) == {}
    clock.advance(timedelta(days=8))
    assert await cache.known("oembed", ["a", "b"]) == {"a": told}
    clock.advance(timedelta(days=23))
    assert await cache.known("oembed", ["a"]) == {}


async def test_a_catalogue_of_many_pages_is_read_whole(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    shelf = a_shelf(Mood.SAD, 3 * ROWS_AT_ONCE)
    await catalogue.replace("starter", shelf)
    await catalogue.replace("import", a_shelf(Mood.CALM, 5, start=9_000))
    assert list((await SqlCatalogue(database).shelves()).tracks_for(Mood.SAD)) == shelf
    assert await catalogue.moods_of("starter") == {track.id: Mood.SAD for track in shelf}
    assert await catalogue.tracks_of("starter") == shelf


async def test_nothing_stays_staged(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    async with database.writing() as connection:  # what a process left that died long ago
        await connection.execute(
            sa.insert(staged_tracks).values(
                batch="000000000001-x", id="x", title="x", artists=[], mood="Sad", happy=0, sad=1, energetic=0, calm=0
            )
        )
    await catalogue.replace("starter", a_shelf(Mood.SAD, 5))
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(staged_tracks)) == 0


async def test_a_swap_that_is_cancelled_half_way_changes_nothing_or_all(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    await catalogue.replace("starter", a_shelf(Mood.SAD, 400))
    for pause in (0.0, 0.002, 0.01, 0.03, 0.08):
        swap = asyncio.ensure_future(catalogue.replace("starter", a_shelf(Mood.HAPPY, 400)))
        await asyncio.sleep(pause)
        swap.cancel()
        ended = (await asyncio.gather(swap, return_exceptions=True))[0]
        async with database.reading() as connection:
            moods = set((await connection.execute(sa.select(tracks.c.mood).distinct())).scalars())
        # A cancellation may also come when everything is written and only the answer was on its way.
        assert moods in ([{"Happy"}] if isinstance(ended, CatalogueChange) else [{"Sad"}, {"Happy"}])
        await catalogue.replace("starter", a_shelf(Mood.SAD, 400))
