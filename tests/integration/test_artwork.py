"""Artwork by oEmbed: the real client and the real tables against a loopback server."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.artwork import PROVIDER, ArtworkRounds, OEmbedArtwork
from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from adapters.storage.providers import SqlArtwork, SqlFacts, SqlProviders
from adapters.storage.refreshes import SqlReadings, SqlSources
from bot.domain import FoundTrack, Mood, Reading, Source, TrackFacts
from bot.errors import ArtworkUnavailable, ProviderPostponed, SmoodyError
from tests.fakes import NOON, FakeClock, a_shelf, a_track
from tests.integration.loopback.faults import Fault
from tests.integration.loopback.oembed import LoopbackOEmbed, loopback_oembed

COVER = "https://image-cdn-ak.spotifycdn.com/image/ab67616d00001e02"


@dataclass
class Gallery:
    """A catalogue without artwork, and rounds that look for it."""

    oembed: LoopbackOEmbed
    rounds: ArtworkRounds
    catalogue: SqlCatalogue
    sources: SqlSources
    readings: SqlReadings
    facts: SqlFacts
    clock: FakeClock

    async def artwork_of(self, track_id: str) -> str | None:
        track = (await self.catalogue.shelves()).track(track_id)
        assert track is not None
        return track.artwork_url


@pytest.fixture
async def gallery(tmp_path: Path) -> AsyncIterator[Gallery]:
    async with (
        loopback_oembed() as oembed,
        open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database,
        httpx.AsyncClient() as http,
    ):
        await migrate(database)
        clock = FakeClock()
        ledger, facts = SqlProviders(database=database, clock=clock), SqlFacts(database=database, clock=clock)
        desk = SqlArtwork(database=database, clock=clock, provider=PROVIDER)
        artwork = OEmbedArtwork(http=http, ledger=ledger, api_base=oembed.address)
        rounds = ArtworkRounds(artwork=artwork, cache=facts, wanting=desk.wanting, show=desk.show, gap_s=0)
        catalogue = SqlCatalogue(database)
        yield Gallery(oembed, rounds, catalogue, SqlSources(database), SqlReadings(database), facts, clock)


async def test_tracks_without_artwork_get_it(gallery: Gallery) -> None:
    has = replace(a_track(1), artwork_url="https://i.scdn.co/image/mine")
    await gallery.catalogue.replace("starter", [has, a_track(2), replace(a_track(3), id="file:3")])
    gallery.oembed.shows = {a_track(2).id: ("노래 2", COVER)}
    assert await gallery.rounds.run_once() == 1
    assert gallery.oembed.calls == [a_track(2).id]
    assert await gallery.artwork_of(a_track(2).id) == COVER
    assert await gallery.artwork_of(has.id) == has.artwork_url


async def test_artwork_is_looked_up_once_and_again_after_a_month(gallery: Gallery) -> None:
    await gallery.catalogue.replace("starter", [a_track(2)])
    gallery.oembed.shows = {a_track(2).id: ("노래 2", COVER)}
    await gallery.rounds.run_once()
    assert await gallery.rounds.run_once() == 0
    gallery.clock.advance(timedelta(days=31))
    gallery.oembed.shows = {a_track(2).id: ("노래 2", COVER + "new")}
    assert await gallery.rounds.run_once() == 1
    assert await gallery.artwork_of(a_track(2).id) == COVER + "new"


@pytest.mark.parametrize("now_shown", [{}, {a_track(2).id: ("노래 2", None)}], ids=["no track", "no cover"])
async def test_a_cover_that_is_given_no_longer_is_shown_no_longer(
    gallery: Gallery, now_shown: dict[str, tuple[str, str | None]]
) -> None:
    await gallery.catalogue.replace("starter", [a_track(2)])
    gallery.oembed.shows = {a_track(2).id: ("노래 2", COVER)}
    await gallery.rounds.run_once()
    gallery.clock.advance(timedelta(days=31))
    gallery.oembed.shows = dict(now_shown)
    assert await gallery.rounds.run_once() == 1
    assert await gallery.artwork_of(a_track(2).id) is None


async def test_a_cover_that_a_source_brought_stays_when_oembed_knows_none(gallery: Gallery) -> None:
    has = replace(a_track(5), artwork_url=COVER)
    await gallery.catalogue.replace("starter", [has])
    await gallery.sources.add(Source(address="file:x"))
    reading = Reading(snapshot=None, name=None, tracks=(FoundTrack(id=has.id),))
    await gallery.readings.keep("file:x", reading, at=NOON)
    assert await gallery.rounds.run_once() == 1
    assert await gallery.artwork_of(has.id) == COVER


async def test_a_track_that_oembed_does_not_know_is_asked_for_again_after_a_week(gallery: Gallery) -> None:
    await gallery.catalogue.replace("starter", [a_track(2)])
    assert await gallery.rounds.run_once() == 1
    assert await gallery.rounds.run_once() == 0
    gallery.clock.advance(timedelta(days=8))
    assert await gallery.rounds.run_once() == 1


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://evil.example/x.jpg",
        "http://i.scdn.co/image/x",
        "https://i.scdn.co.evil.example/x",
        "https://i.scdn.co:8443/x",
        "https://[broken",
        "javascript:alert(1)//.scdn.co",
    ],
)
async def test_images_of_other_hosts_are_never_taken(gallery: Gallery, url: str | None) -> None:
    gallery.oembed.shows = {"x": ("노래", url)}
    assert await gallery.rounds.artwork.look_up("x") == TrackFacts(title="노래")


async def test_a_title_that_a_file_lacks_is_kept_for_the_next_refresh(gallery: Gallery) -> None:
    bare = FoundTrack(id=a_track(5).id)
    await gallery.sources.add(Source(address="file:x"))
    await gallery.readings.keep("file:x", Reading(snapshot=None, name=None, tracks=(bare,)), at=NOON)
    gallery.oembed.shows = {bare.id: ("겨울아이", COVER)}
    await gallery.rounds.run_once()
    assert (await gallery.facts.known(PROVIDER, [bare.id]))[bare.id].title == "겨울아이"


async def test_half_a_character_in_a_title_stops_nobody(gallery: Gallery) -> None:
    await gallery.catalogue.replace("starter", [a_track(1), a_track(2)])
    gallery.oembed.shows = {a_track(1).id: ("겨울아이\ud83d", COVER), a_track(2).id: ("\0", COVER)}
    assert await gallery.rounds.run_once() == 2
    kept = await gallery.facts.known(PROVIDER, [a_track(1).id, a_track(2).id])
    assert [kept[a_track(number).id].title for number in (1, 2)] == ["겨울아이", None]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=429, headers={"Retry-After": "120"}), ProviderPostponed),
        (Fault(status=403), ProviderPostponed),
        (Fault(status=500), ArtworkUnavailable),
        (Fault(resets=True), ArtworkUnavailable),
        (Fault(truncates=True), ArtworkUnavailable),
        (Fault(body="<html>", content_type="text/html"), ArtworkUnavailable),
        (Fault(body="[]"), ArtworkUnavailable),
        (Fault(body="[" * 100_000), ArtworkUnavailable),
    ],
    ids=["429", "403", "500", "reset", "truncated", "a page", "a list", "a deep list"],
)
async def test_a_failure_ends_the_round_and_loses_nothing(
    gallery: Gallery, fault: Fault, error: type[SmoodyError]
) -> None:
    gallery.oembed.faults.append(fault)
    with pytest.raises(error):
        await gallery.rounds.artwork.look_up(a_track(1).id)
    await gallery.catalogue.replace("starter", [a_track(1), a_track(2)])
    gallery.oembed.shows = {a_track(number).id: ("노래", COVER) for number in (1, 2)}
    gallery.oembed.faults.extend([None, fault])
    gallery.clock.advance(timedelta(hours=2))
    assert await gallery.rounds.run_once() == 1
    assert await gallery.artwork_of(a_track(1).id) == COVER
    gallery.clock.advance(timedelta(hours=2))
    assert await gallery.rounds.run_once() == 1
    assert await gallery.artwork_of(a_track(2).id) == COVER


async def test_a_round_is_paced_and_makes_the_catalogue_be_read_again_once(gallery: Gallery) -> None:
    tracks = a_shelf(Mood.SAD, 5)
    await gallery.catalogue.replace("starter", tracks)
    gallery.oembed.shows = {track.id: ("노래", COVER) for track in tracks}
    version = (await gallery.catalogue.shelves()).version
    began = time.monotonic()
    assert await replace(gallery.rounds, gap_s=0.05).run_once() == 5
    assert time.monotonic() - began >= 0.25
    assert (await gallery.catalogue.shelves()).version == version + 1
