import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.background import background
from bot.domain import (
    CatalogueChange,
    FoundTrack,
    Mood,
    NoteKind,
    Reading,
    RefreshProgress,
    RefreshRun,
    RefreshState,
    Source,
)
from bot.errors import (
    AuthorisationExpired,
    CatalogueUnavailable,
    PlaylistForeign,
    PlaylistSourceUnavailable,
    ProviderPostponed,
    SmoodyError,
    SpotifyAnswerUnexpected,
)
from bot.refresh import CUT_OFF, ORIGIN, READ_AGAIN_AFTER, SIGN_OF_LIFE, Refresh, Refreshing, RefreshReport
from tests.fakes import (
    FakeClock,
    FakeFeatures,
    FakePlaylistReader,
    FakeTagger,
    InMemoryCatalogue,
    InMemoryProviders,
    InMemoryReadings,
    InMemoryRefreshRuns,
    InMemorySources,
    a_found_track,
    a_shelf,
    a_track,
    features,
)

MINE = "spotify:playlist:" + "a" * 22
OTHER = "spotify:playlist:" + "b" * 22


@dataclass
class World:
    """A refresh with everything around it faked."""

    sources: InMemorySources = field(default_factory=InMemorySources)
    reader: FakePlaylistReader = field(default_factory=FakePlaylistReader)
    sounds: FakeFeatures = field(default_factory=FakeFeatures)
    catalogue: InMemoryCatalogue = field(default_factory=InMemoryCatalogue)
    runs: InMemoryRefreshRuns = field(default_factory=InMemoryRefreshRuns)
    providers: InMemoryProviders = field(default_factory=InMemoryProviders)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.readings = InMemoryReadings(self.sources)
        self.refresh = Refresh(
            sources=self.sources,
            reader=self.reader,
            readings=self.readings,
            details=self.sounds,
            features=self.sounds,
            tagger=FakeTagger(),
            catalogue=self.catalogue,
            clock=self.clock,
            largest_shrink=0.5,
            outranked=frozenset({"starter"}),
        )

    async def holds(
        self, address: str, *tracks: FoundTrack, mood: Mood | None = None, snapshot: str | None = None
    ) -> None:
        """Make a source hold these tracks from now on."""
        if address not in self.sources.rows:
            await self.sources.add(Source(address=address, mood=mood))
        self.reader.readings[address] = Reading(snapshot=snapshot, name="내 목록", tracks=tracks)

    async def fails(self, address: str, problem: SmoodyError) -> None:
        """Make a source fail from now on."""
        if address not in self.sources.rows:
            await self.sources.add(Source(address=address))
        self.reader.readings[address] = problem

    async def run(self, *, is_dry: bool = False, may_shrink: bool = False) -> RefreshReport:
        """Refresh once."""
        return await self.refresh.run(lambda progress: None, is_dry=is_dry, may_shrink=may_shrink)

    def shelf(self, mood: Mood) -> set[str]:
        """Ids of the tracks that sources brought onto a shelf."""
        return {track.id for origin, track in self.catalogue.rows.values() if origin == ORIGIN and track.mood is mood}


@pytest.fixture
def world() -> World:
    return World()


def ids(*numbers: int) -> set[str]:
    return {f"{number:022d}" for number in numbers}


async def test_the_model_gives_each_track_its_shelf(world: World) -> None:
    world.sounds.known = {
        a_found_track(1).id: features(energy=0.9, valence=0.9),
        a_found_track(2).id: features(energy=0.1, valence=0.1),
    }
    await world.holds(MINE, a_found_track(1), a_found_track(2))
    report = await world.run()
    assert report == RefreshReport(change=CatalogueChange(added=2))
    assert world.shelf(Mood.HAPPY) == ids(1)
    assert world.shelf(Mood.SAD) == ids(2)


async def test_the_operators_label_decides_the_shelf_and_the_models_scores_are_kept_beside_it(world: World) -> None:
    world.sounds.known = {a_found_track(1).id: features(energy=0.9, valence=0.9)}
    await world.holds(MINE, a_found_track(1), a_found_track(2), mood=Mood.CALM)
    await world.run()
    assert world.shelf(Mood.CALM) == ids(1, 2)
    _, labelled = world.catalogue.rows[a_found_track(1).id]
    assert labelled.mood_scores[Mood.HAPPY] == 0.85
    assert labelled.features is not None


async def test_a_rows_own_label_outranks_that_of_its_playlist(world: World) -> None:
    await world.holds(MINE, a_found_track(1, mood=Mood.SAD), mood=Mood.CALM)
    await world.run()
    assert world.shelf(Mood.SAD) == ids(1)


async def test_a_track_without_features_label_or_title_waits_and_is_counted(world: World) -> None:
    await world.holds(
        MINE, a_found_track(1), a_found_track(2, title=None, mood=Mood.SAD), a_found_track(3, mood=Mood.SAD)
    )
    report = await world.run()
    assert report.unknown == 2
    assert world.shelf(Mood.SAD) == ids(3)


async def test_a_track_in_two_playlists_stands_once_and_takes_a_label_from_either(world: World) -> None:
    await world.holds(MINE, a_found_track(1))
    await world.holds(OTHER, a_found_track(1, title="다른 제목"), mood=Mood.CALM)
    assert (await world.run()).change == CatalogueChange(added=1)
    _, track = world.catalogue.rows[a_found_track(1).id]
    assert (track.title, track.mood) == ("노래 1", Mood.CALM)


@pytest.mark.parametrize("first", [True, False], ids=["bare first", "full first"])
async def test_what_one_source_leaves_open_another_tells(world: World, first: bool) -> None:
    bare, full = FoundTrack(id=a_found_track(1).id), a_found_track(1, year=2017, is_explicit=True)
    await world.holds(MINE, bare if first else full, mood=Mood.CALM)
    await world.holds(OTHER, full if first else bare)
    assert (await world.run()).unknown == 0
    _, track = world.catalogue.rows[full.id]
    assert (track.title, track.artists, track.year, track.is_explicit) == (full.title, full.artists, 2017, True)


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (PlaylistForeign("theirs"), NoteKind.FOREIGN),
        (PlaylistSourceUnavailable("away"), NoteKind.UNAVAILABLE),
        (SpotifyAnswerUnexpected("what"), NoteKind.UNEXPECTED),
        (ProviderPostponed("later", retry_after=48_925), NoteKind.POSTPONED),
        (AuthorisationExpired("over"), NoteKind.AUTHORISATION_DEAD),
    ],
    ids=lambda value: value.value if isinstance(value, NoteKind) else "",
)
async def test_a_source_that_fails_keeps_its_tracks_and_stops_no_other(
    world: World, problem: SmoodyError, kind: NoteKind
) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    await world.holds(OTHER, a_found_track(2), mood=Mood.SAD)
    await world.run()
    await world.fails(MINE, problem)
    await world.holds(OTHER, a_found_track(2), a_found_track(3), mood=Mood.SAD)
    report = await world.run()
    assert [note.kind for note in report.notes] == [kind]
    assert report.problem is None
    assert world.shelf(Mood.SAD) == ids(1, 2, 3)


async def test_when_nothing_could_be_read_the_catalogue_is_kept(world: World) -> None:
    await world.catalogue.replace(ORIGIN, a_shelf(Mood.SAD, 3))
    await world.fails(MINE, PlaylistSourceUnavailable("away"))
    report = await world.run(may_shrink=True)
    assert report.problem == "no source could be read"
    assert len(world.shelf(Mood.SAD)) == 3


async def test_what_did_not_change_is_not_read_again(world: World) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD, snapshot="v1")
    await world.run()
    assert (await world.run()).change == CatalogueChange(kept=1)
    assert world.reader.asked[-1].snapshot == "v1"
    assert world.shelf(Mood.SAD) == ids(1)


async def test_after_a_month_even_the_unchanged_is_read_again(world: World) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD, snapshot="v1")
    await world.run()
    world.clock.advance(READ_AGAIN_AFTER + timedelta(hours=1))
    await world.run()
    assert world.reader.asked[-1].snapshot is None


async def test_a_shelf_that_would_shrink_too_much_keeps_the_old_catalogue(world: World) -> None:
    await world.holds(MINE, *(a_found_track(number) for number in range(20)), mood=Mood.SAD)
    await world.run()
    await world.holds(MINE, *(a_found_track(number) for number in range(9)))
    report = await world.run()
    assert report.problem is not None
    assert [(note.kind, note.subject) for note in report.notes] == [(NoteKind.SHRUNK, "Sad")]
    assert len(world.shelf(Mood.SAD)) == 20
    assert (await world.run(may_shrink=True)).change == CatalogueChange(kept=9, dropped=11)


async def test_a_shelf_may_shrink_by_the_share_that_is_set(world: World) -> None:
    await world.holds(MINE, *(a_found_track(number) for number in range(20)), mood=Mood.SAD)
    await world.run()
    await world.holds(MINE, *(a_found_track(number) for number in range(10)))
    assert (await world.run()).change == CatalogueChange(kept=10, dropped=10)


async def test_an_empty_playlist_empties_no_shelf(world: World) -> None:
    await world.holds(MINE, *(a_found_track(number) for number in range(20)), mood=Mood.SAD)
    await world.run()
    await world.holds(MINE)
    assert (await world.run()).problem is not None
    assert len(world.shelf(Mood.SAD)) == 20


async def test_a_dry_run_tells_the_difference_and_changes_nothing(world: World) -> None:
    await world.holds(MINE, a_found_track(1), a_found_track(2, mood=Mood.CALM), mood=Mood.SAD)
    await world.run()
    before = (dict(world.catalogue.rows), dict(world.readings.held), dict(world.sources.rows))
    await world.holds(MINE, a_found_track(2, mood=Mood.SAD), a_found_track(3))
    report = await world.run(is_dry=True)
    assert report.change == CatalogueChange(added=1, kept=1, dropped=1, moved=1)
    assert (dict(world.catalogue.rows), dict(world.readings.held), dict(world.sources.rows)) == before


async def test_a_source_takes_over_starter_tracks_and_leaves_imported_ones(world: World) -> None:
    await world.catalogue.replace("starter", [a_track(1)])
    await world.catalogue.replace("import", [a_track(2)])
    await world.holds(MINE, a_found_track(1), a_found_track(2), mood=Mood.CALM)
    await world.run()
    assert world.shelf(Mood.CALM) == ids(1)


async def test_tracks_of_a_removed_source_leave_with_the_next_refresh(world: World) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    await world.holds(OTHER, a_found_track(2), mood=Mood.SAD)
    await world.run()
    await world.sources.remove(OTHER)
    assert (await world.run()).change == CatalogueChange(kept=1, dropped=1)


async def test_what_a_removed_source_takes_along_is_no_shrinkage(world: World) -> None:
    await world.holds(MINE, a_found_track(0), mood=Mood.SAD)
    await world.holds(OTHER, *(a_found_track(number) for number in range(1, 20)), mood=Mood.SAD)
    await world.run()
    await world.sources.remove(OTHER)
    assert (await world.run()).change == CatalogueChange(kept=1, dropped=19)


async def test_a_removed_source_hides_no_shrinkage_of_another_however_often_it_is_tried(world: World) -> None:
    await world.holds(MINE, *(a_found_track(number) for number in range(20)), mood=Mood.SAD)
    await world.holds(OTHER, *(a_found_track(number) for number in range(20, 40)), mood=Mood.SAD)
    await world.run()
    await world.sources.remove(OTHER)
    await world.holds(MINE, a_found_track(0))
    for _ in range(2):
        assert (await world.run()).problem is not None
        assert len(world.shelf(Mood.SAD)) == 40


@pytest.fixture
async def refreshing(world: World) -> AsyncIterator[Refreshing]:
    async with background() as tasks:
        yield Refreshing(
            refresh=world.refresh,
            runs=world.runs,
            providers=world.providers,
            clock=world.clock,
            tasks=tasks,
            beat=0.01,
        )


async def ended(refreshing: Refreshing, run: RefreshRun | None) -> RefreshRun:
    assert run is not None
    return [seen async for seen in refreshing.follow(run)][-1]


async def test_a_run_is_recorded_with_what_it_changed(world: World, refreshing: Refreshing) -> None:
    await world.holds(MINE, a_found_track(1, mood=Mood.SAD), a_found_track(2))
    run = await ended(refreshing, await refreshing.start())
    assert (run.state, run.change, run.unknown) == (RefreshState.DONE, CatalogueChange(added=1), 1)
    assert run.progress.tracks == 2
    assert run.finished_at is not None


async def test_only_one_refresh_runs_at_a_time(world: World, refreshing: Refreshing) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    run = await refreshing.start()
    assert await refreshing.start() is None
    world.reader.waits_for.set()
    assert (await ended(refreshing, run)).state is RefreshState.DONE
    assert (await ended(refreshing, await refreshing.start())).state is RefreshState.DONE


async def test_a_run_that_is_asked_to_stop_stops_and_changes_nothing(world: World, refreshing: Refreshing) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    run = await refreshing.start()
    assert await refreshing.cancel()
    assert (await ended(refreshing, run)).state is RefreshState.CANCELLED
    assert not await refreshing.cancel()
    assert world.shelf(Mood.SAD) == set()


async def test_the_turn_of_a_process_that_died_is_taken_over(world: World, refreshing: Refreshing) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    dead = await world.runs.begin(at=world.clock.now())
    assert await refreshing.start() is None
    world.clock.advance(SIGN_OF_LIFE + timedelta(seconds=1))
    assert (await ended(refreshing, dead)).problem == CUT_OFF
    assert (await ended(refreshing, await refreshing.start())).state is RefreshState.DONE


async def test_what_is_cut_off_by_a_stop_is_made_up_for_at_the_next_start(world: World) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    for _ in range(2):
        async with background() as tasks:
            refreshing = Refreshing(
                refresh=world.refresh,
                runs=world.runs,
                providers=world.providers,
                clock=world.clock,
                tasks=tasks,
                beat=0.01,
            )
            run = await refreshing.start_if_due(lambda last, now: last is None)
            assert run is not None
            await asyncio.sleep(0)
        assert world.runs.rows[-1].problem == CUT_OFF


async def test_what_is_cut_off_by_a_kill_is_made_up_for_once_it_is_known_to_be_dead(
    world: World, refreshing: Refreshing
) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    killed = await world.runs.begin(at=world.clock.now())
    assert killed is not None
    world.clock.advance(SIGN_OF_LIFE - timedelta(seconds=1))
    assert await refreshing.start_if_due(lambda last, now: False) is None
    assert list(await refreshing.latest(1)) == [killed]
    world.clock.advance(timedelta(seconds=1))
    assert [run.problem for run in await refreshing.latest(1)] == [CUT_OFF]
    run = await ended(refreshing, await refreshing.start_if_due(lambda last, now: False))
    assert run.state is RefreshState.DONE
    assert await refreshing.start_if_due(lambda last, now: False) is None


async def test_a_run_that_gives_signs_of_life_is_taken_for_alive_however_old(
    world: World, refreshing: Refreshing
) -> None:
    run = await world.runs.begin(at=world.clock.now())
    assert run is not None
    world.clock.advance(10 * SIGN_OF_LIFE)
    await world.runs.keep_alive(run, RefreshProgress(), at=world.clock.now())
    assert [each.state for each in await refreshing.latest(1)] == [RefreshState.RUNNING]


async def test_a_refresh_is_started_when_it_is_due_and_has_something_to_read(
    world: World, refreshing: Refreshing
) -> None:
    assert await refreshing.start_if_due(lambda last, now: True) is None
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    assert await refreshing.start_if_due(lambda last, now: False) is None
    await ended(refreshing, await refreshing.start_if_due(lambda last, now: last is None))
    assert await refreshing.start_if_due(lambda last, now: last is None) is None


async def test_after_the_last_source_is_removed_one_refresh_takes_its_tracks(
    world: World, refreshing: Refreshing
) -> None:
    await world.holds(MINE, *(a_found_track(number) for number in range(20)), mood=Mood.SAD)
    await world.run()
    await world.sources.remove(MINE)
    run = await ended(refreshing, await refreshing.start_if_due(lambda last, now: True))
    assert (run.state, run.change) == (RefreshState.DONE, CatalogueChange(dropped=20))
    assert world.shelf(Mood.SAD) == set()
    assert await refreshing.start_if_due(lambda last, now: True) is None


async def test_what_a_refresh_hides_from_the_collector_is_given_back(world: World, refreshing: Refreshing) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    run = await refreshing.start()
    await world.reader.began.wait()
    assert gc.get_freeze_count() > 0
    world.reader.waits_for.set()
    await ended(refreshing, run)
    assert gc.get_freeze_count() == 0


async def test_an_unforeseen_failure_is_recorded_and_ends_nothing_else(world: World, refreshing: Refreshing) -> None:
    await world.sources.add(Source(address=MINE))  # the reader knows nothing of it
    run = await ended(refreshing, await refreshing.start())
    assert run.state is RefreshState.FAILED
    assert run.problem is not None
    assert "KeyError" in run.problem
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    assert (await ended(refreshing, await refreshing.start())).state is RefreshState.DONE


async def test_a_database_that_goes_away_fails_the_run_and_not_the_service(
    world: World, refreshing: Refreshing
) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    world.catalogue.unavailable = True
    run = await ended(refreshing, await refreshing.start())
    assert run.state is RefreshState.FAILED
    world.catalogue.unavailable = False
    assert (await ended(refreshing, await refreshing.start())).state is RefreshState.DONE


async def test_an_error_in_the_block_is_what_the_block_raises() -> None:
    async def fail_beside_work() -> None:
        async with background() as tasks:
            tasks.create_task(asyncio.sleep(60))
            raise CatalogueUnavailable("away")

    with pytest.raises(CatalogueUnavailable):
        await fail_beside_work()
