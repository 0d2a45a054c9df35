"""The chain of audio features over the real cache and a loopback ReccoBeats, and titles for files."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.artwork import PROVIDER as OEMBED
from adapters.audio_features.chain import FeatureChain
from adapters.audio_features.reccobeats import (
    IDS_AT_ONCE,
    ReccoBeats,
    ReccoBeatsById,
    ReccoBeatsByIsrc,
    ReccoBeatsDetails,
)
from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from adapters.storage.providers import SqlFacts, SqlFeatures, SqlProviders
from bot.domain import AudioFeatures, FoundTrack, NoteKind, RefreshNote, TrackFacts
from tests.fakes import FakeClock, a_found_track, features
from tests.integration.loopback.faults import Fault
from tests.integration.loopback.reccobeats import LoopbackReccoBeats, loopback_reccobeats


@dataclass
class Listening:
    """A chain with ReccoBeats by id and by recording."""

    reccobeats: LoopbackReccoBeats
    chain: FeatureChain
    details: ReccoBeatsDetails
    cache: SqlFeatures
    facts: SqlFacts
    providers: SqlProviders
    clock: FakeClock
    counts: list[int] = field(default_factory=list)

    async def hear(self, *tracks: FoundTrack) -> dict[str, AudioFeatures]:
        found, _ = await self.chain.features_of(tracks, self.counts.append)
        return dict(found)

    async def notes(self, *tracks: FoundTrack) -> list[RefreshNote]:
        return list((await self.chain.features_of(tracks, self.counts.append))[1])


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Listening]:
    async with (
        loopback_reccobeats() as reccobeats,
        open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database,
        httpx.AsyncClient() as http,
    ):
        await migrate(database)
        clock = FakeClock()
        providers = SqlProviders(database=database, clock=clock)
        client = ReccoBeats(http=http, ledger=providers, api_base=reccobeats.address, gap_s=0, backoff_s=0.01)
        cache, facts = SqlFeatures(database=database, clock=clock), SqlFacts(database=database, clock=clock)
        links = (ReccoBeatsById(client=client), ReccoBeatsByIsrc(client=client))
        yield Listening(
            reccobeats,
            FeatureChain(cache=cache, providers=links),
            ReccoBeatsDetails(client=client, cache=facts, titles_from=OEMBED),
            cache,
            facts,
            providers,
            clock,
        )


async def test_features_are_told_apart_by_link_and_not_by_order(listening: Listening) -> None:
    tracks = [a_found_track(number) for number in range(5)]
    listening.reccobeats.features = {track.id: features(energy=0.1 * number) for number, track in enumerate(tracks)}
    assert await listening.hear(*tracks) == listening.reccobeats.features


async def test_ids_are_asked_forty_at_a_time(listening: Listening) -> None:
    listening.reccobeats.knows_everything = features()
    tracks = [a_found_track(number) for number in range(101)]
    assert len(await listening.hear(*tracks)) == 101
    assert [len(ids) for _, ids in listening.reccobeats.calls] == [IDS_AT_ONCE, IDS_AT_ONCE, 21]
    assert listening.counts == [0, 40, 80, 101]


async def test_what_the_id_does_not_find_the_recording_may(listening: Listening) -> None:
    known, unknown = a_found_track(1, isrc="KRA301700118"), a_found_track(2)
    other_release = a_found_track(9).id
    listening.reccobeats.features = {other_release: features(energy=0.77)}
    listening.reccobeats.isrcs = {other_release: "KRA301700118"}
    found = await listening.hear(known, unknown)
    assert found == {known.id: features(energy=0.77)}
    assert await listening.cache.told_by() == {"reccobeats_isrc": 1}


async def test_what_was_found_is_never_asked_again(listening: Listening) -> None:
    listening.reccobeats.knows_everything = features()
    first = await listening.hear(a_found_track(1))
    calls = len(listening.reccobeats.calls)
    listening.clock.advance(timedelta(days=400))
    assert await listening.hear(a_found_track(1)) == first
    assert len(listening.reccobeats.calls) == calls


async def test_a_miss_is_remembered_for_seven_days(listening: Listening) -> None:
    assert await listening.hear(a_found_track(1)) == {}
    calls = len(listening.reccobeats.calls)
    listening.clock.advance(timedelta(days=6, hours=23))
    await listening.hear(a_found_track(1))
    assert len(listening.reccobeats.calls) == calls
    listening.clock.advance(timedelta(hours=2))
    listening.reccobeats.knows_everything = features()
    assert len(await listening.hear(a_found_track(1))) == 1


async def test_a_provider_that_fails_makes_no_misses(listening: Listening) -> None:
    listening.reccobeats.faults.extend([Fault(status=500)] * 3)
    assert await listening.notes(a_found_track(1)) == [
        RefreshNote(kind=NoteKind.FEATURES_MISSING, subject="reccobeats")
    ]
    listening.reccobeats.knows_everything = features()
    assert len(await listening.hear(a_found_track(1))) == 1


async def test_what_came_before_a_failure_is_kept(listening: Listening) -> None:
    listening.reccobeats.knows_everything = features()
    listening.reccobeats.faults.extend([None, *[Fault(resets=True)] * 3])
    tracks = [a_found_track(number) for number in range(60)]
    assert len(await listening.hear(*tracks)) == 40
    found, _ = await listening.cache.known([track.id for track in tracks])
    assert len(found) == 40


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Fault(status=403), 1),
        (Fault(status=429, headers={"Retry-After": "600"}), 1),
        (Fault(status=503), 3),
        (Fault(truncates=True), 3),
        (Fault(body="<html>", content_type="text/html"), 1),
        (Fault(body='{"content": {}}'), 1),
        (Fault(body="[]"), 1),
        (Fault(body="[" * 100_000), 1),
    ],
    ids=["403", "429 for long", "503", "truncated", "a page", "an object", "a list", "a deep list"],
)
async def test_every_failure_is_noted_and_counted(listening: Listening, fault: Fault, calls: int) -> None:
    listening.reccobeats.faults.extend([fault] * 3)
    assert (await listening.notes(a_found_track(1)))[0].kind is NoteKind.FEATURES_MISSING
    assert len(listening.reccobeats.calls) == calls
    (health,) = await listening.providers.health(at=listening.clock.now())
    assert (health.answered, health.refused, health.failed) == (0, *((1, 0) if fault.status == 403 else (0, calls)))


async def test_a_long_rest_is_kept(listening: Listening) -> None:
    listening.reccobeats.faults.append(Fault(status=429, headers={"Retry-After": "600"}))
    await listening.notes(a_found_track(1))
    await listening.notes(a_found_track(1))
    assert len(listening.reccobeats.calls) == 1
    listening.clock.advance(timedelta(seconds=601))
    assert await listening.notes(a_found_track(1)) == []


async def test_a_short_rest_is_waited_for(listening: Listening) -> None:
    listening.reccobeats.knows_everything = features()
    listening.reccobeats.faults.append(Fault(status=429, headers={"Retry-After": "0.05"}))
    assert len(await listening.hear(a_found_track(1))) == 1


async def test_a_row_with_a_gap_or_a_number_out_of_range_is_as_good_as_none(listening: Listening) -> None:
    listening.reccobeats.features = {a_found_track(1).id: features(energy=61.0), a_found_track(2).id: features()}
    assert (await listening.hear(a_found_track(1), a_found_track(2))).keys() == {a_found_track(2).id}


async def test_bare_tracks_get_titles_artists_and_ids(listening: Listening) -> None:
    by_id = FoundTrack(id=a_found_track(1).id)
    by_recording = FoundTrack(id="isrc:KRA301700118", isrc="KRA301700118")
    nobodys = FoundTrack(id=a_found_track(3).id)
    named = a_found_track(4)
    listening.reccobeats.titles = {
        by_id.id: ("밤편지", ("아이유",)),
        a_found_track(2).id: ("봄날", ("방탄소년단",)),
    }
    listening.reccobeats.isrcs = {a_found_track(2).id: "KRA301700118"}
    completed = await listening.details.complete([by_id, by_recording, nobodys, named])
    assert [(track.id, track.title, track.artists) for track in completed] == [
        (by_id.id, "밤편지", ("아이유",)),
        (a_found_track(2).id, "봄날", ("방탄소년단",)),
        (nobodys.id, None, ()),
        (named.id, "노래 4", ("가수 4",)),
    ]
    calls = len(listening.reccobeats.calls)
    await listening.details.complete([by_id, by_recording, nobodys, named])
    assert len(listening.reccobeats.calls) == calls


async def test_rows_of_odd_shapes_cost_no_other_row(listening: Listening) -> None:
    odd, good = FoundTrack(id=a_found_track(1).id), FoundTrack(id=a_found_track(2).id)
    href = "https://open.spotify.com/track/"
    rows = [
        {"href": None, "isrc": ["KRA301700118"], "trackTitle": "누구"},
        {"href": href + odd.id, "trackTitle": "밤편지\ud83d", "artists": 7},
        {"href": href + good.id, "trackTitle": "봄날", "artists": [{"name": "방탄소년단"}, "x", {"name": "\0"}]},
    ]
    listening.reccobeats.faults.append(Fault(body=json.dumps({"content": rows})))
    completed = await listening.details.complete([odd, good])
    assert [(track.title, track.artists) for track in completed] == [("밤편지", ()), ("봄날", ("방탄소년단",))]


async def test_titles_that_oembed_found_are_taken_where_reccobeats_knows_none(listening: Listening) -> None:
    bare = FoundTrack(id=a_found_track(3).id)
    await listening.facts.keep(OEMBED, {bare.id: TrackFacts(title="겨울아이")})
    (completed,) = await listening.details.complete([bare])
    assert completed.title == "겨울아이"
