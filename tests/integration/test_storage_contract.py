"""The same promises of the fake, SQLite and PostgreSQL."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database, open_database
from adapters.storage.history import SqlHistory
from adapters.storage.migrate import migrate
from adapters.storage.refreshes import SqlRefreshRuns, SqlSources
from bot.domain import (
    CatalogueChange,
    ConversationId,
    ListenerId,
    Mood,
    RefreshState,
    ShownCards,
    Source,
    Track,
    Vote,
    Wish,
)
from bot.errors import CatalogueUnavailable
from bot.mood_policy import only
from tests.fakes import (
    CONVERSATION,
    LISTENER,
    NOON,
    InMemoryCatalogue,
    InMemoryHistory,
    InMemoryRefreshRuns,
    InMemorySources,
    a_shelf,
    a_track,
)
from tests.integration.conftest import empty_postgresql


@dataclass(frozen=True)
class Ports:
    """One implementation of everything that is stored."""

    catalogue: InMemoryCatalogue | SqlCatalogue
    history: InMemoryHistory | SqlHistory
    sources: InMemorySources | SqlSources
    runs: InMemoryRefreshRuns | SqlRefreshRuns


def sql(database: Database) -> Ports:
    return Ports(SqlCatalogue(database), SqlHistory(database), SqlSources(database), SqlRefreshRuns(database))


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def ports(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ports]:
    if request.param == "fake":
        yield Ports(InMemoryCatalogue(), InMemoryHistory(), InMemorySources(), InMemoryRefreshRuns())
    elif request.param == "sqlite":
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
            await migrate(database)
            yield sql(database)
    else:
        async with empty_postgresql(request.getfixturevalue("postgresql_url")) as database:
            await migrate(database)
            yield sql(database)


def shown(
    *tracks: Track, minutes: int = 0, conversation: ConversationId = CONVERSATION, lean: float = 0.0
) -> ShownCards:
    return ShownCards(
        conversation=conversation,
        at=NOON + timedelta(minutes=minutes),
        wish=Wish(mix=only(Mood.SAD), lean=lean),
        tracks=tracks,
    )


async def test_tracks_come_back_as_they_went_in(ports: Ports) -> None:
    full = replace(
        a_track(1, artists=("아이유", "SUGA; of BTS"), title="에잇 (Prod.&Feat.)"),
        artwork_url="https://i.scdn.co/image/x",
    )
    bare = Track(
        id="file:1", title="\u1107\u1161\u11b7", artists=("가수",), mood=Mood.CALM, mood_scores=only(Mood.CALM)
    )
    await ports.catalogue.replace("starter", [full, bare])
    shelves = await ports.catalogue.shelves()
    assert shelves.track(full.id) == full
    assert shelves.track("file:1") == bare
    assert list(shelves.tracks_for(Mood.CALM)) == [bare]
    assert shelves.track("unknown") is None
    assert list(shelves.tracks_for(Mood.HAPPY)) == []


async def test_a_replacement_says_what_it_changed(ports: Ports) -> None:
    first = await ports.catalogue.replace("starter", a_shelf(Mood.SAD, 5))
    assert first == CatalogueChange(added=5)
    tracks = [a_track(0, Mood.HAPPY), a_track(1), a_track(9)]
    second = await ports.catalogue.replace("starter", tracks)
    assert second == CatalogueChange(added=1, kept=2, dropped=3, moved=1)
    assert {track.id for track in await ports.catalogue.tracks_of("starter")} == {track.id for track in tracks}


async def test_a_known_digest_changes_nothing(ports: Ports) -> None:
    assert await ports.catalogue.digest_of("starter") is None
    await ports.catalogue.replace("starter", a_shelf(Mood.SAD, 5), digest="one")
    assert await ports.catalogue.digest_of("starter") == "one"
    assert await ports.catalogue.replace("starter", [], digest="one") == CatalogueChange()
    assert len((await ports.catalogue.shelves()).tracks_for(Mood.SAD)) == 5


async def test_one_origin_never_touches_the_tracks_of_another(ports: Ports) -> None:
    mine = replace(a_track(1), title="내 노래", mood=Mood.HAPPY)
    await ports.catalogue.replace("import", [mine])
    change = await ports.catalogue.replace("starter", [a_track(1), a_track(2)])
    assert change == CatalogueChange(added=1)
    await ports.catalogue.replace("starter", [])
    shelves = await ports.catalogue.shelves()
    assert shelves.track(mine.id) == mine
    assert shelves.track(a_track(2).id) is None


async def test_a_view_stays_as_it_was_when_it_was_taken(ports: Ports) -> None:
    await ports.catalogue.replace("starter", a_shelf(Mood.SAD, 5))
    before = await ports.catalogue.shelves()
    await ports.catalogue.replace("starter", a_shelf(Mood.HAPPY, 3))
    assert len(before.tracks_for(Mood.SAD)) == 5
    assert len((await ports.catalogue.shelves()).tracks_for(Mood.SAD)) == 0


async def test_artwork_survives_a_replacement_that_knows_none(ports: Ports) -> None:
    await ports.catalogue.replace("starter", [replace(a_track(1), artwork_url="https://i.scdn.co/image/x")])
    await ports.catalogue.replace("starter", [a_track(1)])
    track = (await ports.catalogue.shelves()).track(a_track(1).id)
    assert track is not None
    assert track.artwork_url == "https://i.scdn.co/image/x"


async def test_an_origin_takes_over_the_tracks_of_those_it_names(ports: Ports) -> None:
    await ports.catalogue.replace("starter", [a_track(1), a_track(2)])
    mine = replace(a_track(1), title="내 노래", mood=Mood.HAPPY)
    change = await ports.catalogue.replace("import", [mine], over={"starter"})
    assert change == CatalogueChange(kept=1, moved=1)
    await ports.catalogue.replace("starter", [a_track(1), a_track(2)])
    assert (await ports.catalogue.shelves()).track(mine.id) == mine
    assert [track.id for track in await ports.catalogue.tracks_of("starter")] == [a_track(2).id]


async def test_a_stranger_has_no_taste(ports: Ports) -> None:
    taste = await ports.history.taste(LISTENER)
    assert (dict(taste.last_shown), dict(taste.votes)) == ({}, {})
    assert await ports.history.last_wish(LISTENER, CONVERSATION, since=NOON) is None
    assert await ports.history.forget(LISTENER) == 0


async def test_what_was_shown_is_remembered_with_its_last_time(ports: Ports) -> None:
    await ports.history.remember(LISTENER, shown(a_track(1), a_track(2)))
    await ports.history.remember(LISTENER, shown(a_track(2), minutes=5))
    taste = await ports.history.taste(LISTENER)
    assert taste.last_shown == {a_track(1).id: NOON, a_track(2).id: NOON + timedelta(minutes=5)}


async def test_the_last_wish_is_that_of_the_conversation_and_not_too_old(ports: Ports) -> None:
    other = ConversationId("d" * 64)
    await ports.history.remember(LISTENER, shown(a_track(1), lean=0.5))
    await ports.history.remember(LISTENER, shown(a_track(1), conversation=other, lean=-1.0))
    wish = await ports.history.last_wish(LISTENER, CONVERSATION, since=NOON)
    assert wish == Wish(mix=only(Mood.SAD), lean=0.5)
    assert await ports.history.last_wish(LISTENER, CONVERSATION, since=NOON + timedelta(seconds=1)) is None


async def test_a_wish_is_remembered_without_any_track(ports: Ports) -> None:
    await ports.history.remember(LISTENER, shown(lean=0.5))
    assert await ports.history.last_wish(LISTENER, CONVERSATION, since=NOON) == Wish(mix=only(Mood.SAD), lean=0.5)
    assert (await ports.history.taste(LISTENER)).last_shown == {}


async def test_votes_are_kept_changed_and_taken_back(ports: Ports) -> None:
    await ports.history.vote(LISTENER, "x", Vote.LIKE, at=NOON)
    await ports.history.vote(LISTENER, "y", Vote.LIKE, at=NOON)
    await ports.history.vote(LISTENER, "x", Vote.DISLIKE, at=NOON)
    await ports.history.vote(LISTENER, "y", None, at=NOON)
    await ports.history.vote(LISTENER, "never", None, at=NOON)
    assert (await ports.history.taste(LISTENER)).votes == {"x": Vote.DISLIKE}


async def test_forgetting_removes_everything_of_one_listener_and_nothing_of_others(ports: Ports) -> None:
    other = ListenerId("b" * 64)
    for listener in (LISTENER, other):
        await ports.history.remember(listener, shown(a_track(1), a_track(2)))
        await ports.history.vote(listener, "x", Vote.LIKE, at=NOON)
    kept = await ports.history.export(other)
    assert await ports.history.forget(LISTENER) == 5  # the listener, two tracks, a wish and a vote
    assert (await ports.history.taste(LISTENER)).last_shown == {}
    assert await ports.history.export(other) == kept


async def test_sources_are_added_changed_and_removed(ports: Ports) -> None:
    playlist = Source(address="spotify:playlist:1", mood=Mood.CALM)
    assert await ports.sources.add(playlist)
    assert await ports.sources.add(Source(address="spotify:playlist:2"))
    assert not await ports.sources.add(replace(playlist, mood=None, snapshot="v2"))
    assert [source.address for source in await ports.sources.all()] == ["spotify:playlist:1", "spotify:playlist:2"]
    assert (await ports.sources.all())[0] == Source(address="spotify:playlist:1", snapshot="v2")
    assert await ports.sources.remove("spotify:playlist:1")
    assert not await ports.sources.remove("spotify:playlist:1")


async def test_refresh_runs_are_recorded_newest_first(ports: Ports) -> None:
    first = await ports.runs.begin(at=NOON)
    second = await ports.runs.begin(at=NOON + timedelta(hours=1))
    assert first is not None
    ended = replace(
        first,
        state=RefreshState.FAILED,
        finished_at=NOON + timedelta(minutes=2),
        change=CatalogueChange(added=1, kept=2, dropped=3, moved=4),
        problem="the source did not answer",
    )
    await ports.runs.finish(ended)
    assert list(await ports.runs.latest(5)) == [second, ended]
    assert list(await ports.runs.latest(1)) == [second]


async def test_a_known_digest_makes_nobody_read_the_catalogue_again(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    await catalogue.replace("starter", a_shelf(Mood.SAD, 5), digest="one")
    before = await catalogue.shelves()
    await catalogue.replace("starter", a_shelf(Mood.SAD, 5), digest="one")
    assert await catalogue.shelves() is before
    await catalogue.replace("starter", a_shelf(Mood.SAD, 5), digest="two")
    assert await catalogue.shelves() is not before


async def test_two_processes_see_each_others_changes(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    async with open_database(url) as other:
        one, another = SqlCatalogue(database), SqlCatalogue(other)
        await one.shelves()
        await another.replace("starter", a_shelf(Mood.SAD, 5))
        assert len((await one.shelves()).tracks_for(Mood.SAD)) == 5


async def test_replacements_at_once_wait_for_each_other(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    shelves = [a_shelf(Mood.SAD, 20, start=number) for number in range(6)]
    await asyncio.gather(*(catalogue.replace(f"origin {number}", shelf) for number, shelf in enumerate(shelves)))
    assert len((await catalogue.shelves()).by_id) == 25


async def test_a_replacement_that_fails_half_way_changes_nothing(database: Database) -> None:
    catalogue = SqlCatalogue(database)
    await catalogue.replace("starter", a_shelf(Mood.SAD, 5), digest="one")
    impossible = replace(a_track(7), title=None)  # type: ignore[arg-type]  # what the database refuses
    with pytest.raises(IntegrityError):
        await catalogue.replace("starter", [a_track(6), impossible], digest="two")
    assert len((await catalogue.shelves()).tracks_for(Mood.SAD)) == 5
    assert await catalogue.digest_of("starter") == "one"


@dataclass(frozen=True)
class OftenAway(Database):
    """A database that does not answer some of the transactions, counted from the first."""

    away: frozenset[int] = frozenset()
    begun: list[int] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        self.begun.append(len(self.begun) + 1)
        if self.begun[-1] in self.away:
            raise CatalogueUnavailable("away")
        async with Database.writing(self) as connection:
            yield connection


async def test_a_replacement_that_is_done_is_told_even_when_nobody_can_tidy_up(database: Database) -> None:
    staged, swapped, tidied = 2, 3, 4
    for away in (staged, swapped):
        with pytest.raises(CatalogueUnavailable):
            await SqlCatalogue(OftenAway(database.engine, away=frozenset({away, tidied}))).replace(
                "starter", [a_track(1)]
            )
    catalogue = SqlCatalogue(OftenAway(database.engine, away=frozenset({tidied})))
    assert await catalogue.replace("starter", a_shelf(Mood.SAD, 5)) == CatalogueChange(added=5)
    assert len((await catalogue.shelves()).by_id) == 5


async def test_a_value_that_no_database_takes_is_a_bug_and_no_outage(postgresql_url: str) -> None:
    async with empty_postgresql(postgresql_url) as database:
        await migrate(database)
        for wrong in ({"year": 2**40}, {"title": "\ud83d"}, {"title": "a\0b"}, {"title": 5}):
            with pytest.raises(DBAPIError):
                await SqlCatalogue(database).replace("starter", [replace(a_track(1), **wrong)])


async def test_a_statement_that_hangs_is_given_up_and_the_next_one_is_answered(postgresql_url: str) -> None:
    async with open_database(postgresql_url, command_timeout_s=0.3) as database:
        began = time.monotonic()
        for hanging in (database.reading, database.writing):
            with pytest.raises(CatalogueUnavailable):
                async with hanging() as connection:
                    await connection.execute(sa.text("SELECT pg_sleep(20)"))
        async with database.reading() as connection:
            assert await connection.scalar(sa.text("SELECT 1")) == 1
        assert time.monotonic() - began < 5


async def test_a_database_that_is_not_there_is_unavailable_and_its_password_untold() -> None:
    async with open_database("postgresql+asyncpg://smoody:hidden@127.0.0.1:9/none") as database:
        with pytest.raises(CatalogueUnavailable) as caught:
            await SqlHistory(database).taste(LISTENER)
    assert "hidden" not in str(caught.value)


async def test_a_database_locked_by_another_process_is_unavailable_and_answers_again_later(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}"
    async with open_database(url, busy_timeout_ms=50) as database, open_database(url) as other:
        await migrate(database)
        history = SqlHistory(database)
        async with other.writing():
            with pytest.raises(CatalogueUnavailable):
                await history.vote(LISTENER, "x", Vote.LIKE, at=NOON)
        await history.vote(LISTENER, "x", Vote.LIKE, at=NOON)
        assert (await history.taste(LISTENER)).votes == {"x": Vote.LIKE}
