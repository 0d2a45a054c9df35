"""The starter catalogue in a real database."""

import time
from dataclasses import replace

from adapters import starter
from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database
from adapters.storage.history import SqlHistory
from bot.domain import CatalogueChange, Mood, Vote
from bot.errors import CatalogueUnavailable
from tests.fakes import LISTENER, NOON, InMemoryCatalogue, a_track


async def test_it_loads_in_a_moment_and_loading_again_changes_nothing(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    began = time.perf_counter()
    change = await starter.load_into(catalogue)
    assert time.perf_counter() - began < 5  # about 0.1 s where nothing else runs
    assert change is not None
    assert change.added >= 1_500
    before = await catalogue.shelves()
    assert await starter.load_into(catalogue) is None
    assert await catalogue.shelves() is before
    assert all(len(before.tracks_for(mood)) >= 380 for mood in Mood)


async def test_an_update_of_it_touches_neither_the_operators_tracks_nor_votes(database: Database) -> None:
    catalogue, history = SqlCatalogue(database), SqlHistory(database)
    await starter.load_into(catalogue)
    theirs = (await catalogue.shelves()).tracks_for(Mood.SAD)[0]
    edited = replace(theirs, title="고친 제목", mood=Mood.CALM)
    await catalogue.replace("import", [edited, a_track(1)], over={starter.ORIGIN})
    await history.vote(LISTENER, theirs.id, Vote.LIKE, at=NOON)
    await catalogue.replace(starter.ORIGIN, [replace(theirs, title="새 판의 제목")], digest="of a later version")
    shelves = await catalogue.shelves()
    assert shelves.track(edited.id) == edited
    assert shelves.track(a_track(1).id) == a_track(1)
    assert (await history.taste(LISTENER)).votes == {theirs.id: Vote.LIKE}


async def test_tracks_that_a_playlist_took_over_come_back_when_it_is_gone(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    await starter.load_into(catalogue)
    before = (await catalogue.shelves()).by_id
    theirs = (await catalogue.shelves()).tracks_for(Mood.SAD)[:50]
    await catalogue.replace("playlists", theirs, digest="one", over={starter.ORIGIN})
    assert await starter.load_into(catalogue) is None
    assert (await catalogue.replace("playlists", [], digest="two", over={starter.ORIGIN})).dropped == 50
    change = await starter.load_into(catalogue)
    assert change is not None
    assert change.added == 50
    assert (await catalogue.shelves()).by_id == before


async def test_a_refresh_that_drops_such_tracks_brings_them_back_at_once(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    await starter.load_into(catalogue)
    before = (await catalogue.shelves()).by_id
    theirs = (await catalogue.shelves()).tracks_for(Mood.SAD)[:50]
    refreshed = starter.WithStarter(catalogue)
    await refreshed.replace("playlists", [*theirs, a_track(1)], over={starter.ORIGIN})
    assert (await refreshed.replace("playlists", theirs[:10], over={starter.ORIGIN})).dropped == 41
    assert (await catalogue.shelves()).by_id == before
    assert set(await refreshed.moods_of("playlists")) == {track.id for track in theirs[:10]}


async def test_a_refresh_that_is_done_is_not_undone_when_the_starter_cannot_be_loaded() -> None:
    catalogue = InMemoryCatalogue()

    class Failing(InMemoryCatalogue):
        async def digest_of(self, origin: str) -> str | None:
            raise CatalogueUnavailable(f"no digest of {origin}")

    assert await starter.WithStarter(catalogue).replace("playlists", [a_track(1)]) == CatalogueChange(added=1)
    assert len(catalogue.rows) > 1_500
    assert await starter.WithStarter(Failing()).replace("playlists", [a_track(1)]) == CatalogueChange(added=1)
