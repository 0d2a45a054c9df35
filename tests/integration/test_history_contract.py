"""What is kept of listeners: the same promises of the fake, SQLite and PostgreSQL."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.storage.database import Database, open_database
from adapters.storage.history import SqlHistory
from adapters.storage.migrate import migrate
from adapters.storage.tables import metadata
from bot.domain import (
    ConversationId,
    DiaryEntry,
    Emotion,
    Era,
    HistoryEntry,
    Language,
    ListenerId,
    Mood,
    MusicLanguage,
    Preferences,
    Shop,
    ShownCards,
    Track,
    Vote,
    Wish,
)
from bot.mood_policy import only
from tests.fakes import CONVERSATION, LISTENER, NOON, InMemoryHistory, a_track
from tests.integration.conftest import empty_postgresql

OTHER = ListenerId("b" * 64)
ALL_SET = Preferences(
    language=Language.ENGLISH,
    music=MusicLanguage.KOREAN,
    era=Era.TENS,
    clean_only=True,
    shops=frozenset({Shop.MELON, Shop.APPLE}),
    answers_privately=True,
    keeps_diary=True,
    remembers=True,
    keeps_days=90,
)
History = InMemoryHistory | SqlHistory


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def history(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[History]:
    if request.param == "fake":
        yield InMemoryHistory()
    elif request.param == "sqlite":
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
            await migrate(database)
            yield SqlHistory(database)
    else:
        async with empty_postgresql(request.getfixturevalue("postgresql_url")) as database:
            await migrate(database)
            yield SqlHistory(database)


def shown(*tracks: Track, at: datetime = NOON, wish: Wish | None = None, keeps: bool = True) -> ShownCards:
    return ShownCards(
        conversation=CONVERSATION, at=at, wish=wish or Wish(mix=only(Mood.SAD)), tracks=tracks, keeps=keeps
    )


async def fill(history: History, listener: ListenerId) -> None:
    """One row at least of everything that can be kept."""
    await history.prefer(listener, ALL_SET, at=NOON)
    await history.remember(listener, shown(a_track(1), a_track(2)))
    await history.vote(listener, "x", Vote.LIKE, at=NOON)
    await history.correct(listener, Emotion.ANGER, Emotion.ANXIETY, at=NOON)
    await history.note_mood(listener, DiaryEntry(mood=Mood.SAD, at=NOON))


async def test_a_stranger_is_new_and_somebody_who_was_answered_is_not(history: History) -> None:
    assert (await history.taste(LISTENER)).is_new
    await history.remember(LISTENER, shown(a_track(1)))
    assert not (await history.taste(LISTENER)).is_new


async def test_everything_that_is_set_comes_back(history: History) -> None:
    assert (await history.taste(LISTENER)).preferences == Preferences()
    await history.prefer(LISTENER, ALL_SET, at=NOON)
    assert (await history.taste(LISTENER)).preferences == ALL_SET
    await history.remember(LISTENER, shown(a_track(1)))
    assert (await history.taste(LISTENER)).preferences == ALL_SET


async def test_votes_come_with_their_time(history: History) -> None:
    await history.vote(LISTENER, "x", Vote.LIKE, at=NOON)
    assert (await history.taste(LISTENER)).voted_at == {"x": NOON}


async def test_corrections_are_counted(history: History) -> None:
    for _ in range(3):
        await history.correct(LISTENER, Emotion.ANGER, Emotion.ANXIETY, at=NOON)
    await history.correct(LISTENER, Emotion.ANXIETY, Emotion.ANGER, at=NOON)
    assert (await history.taste(LISTENER)).corrections == {
        (Emotion.ANGER, Emotion.ANXIETY): 3,
        (Emotion.ANXIETY, Emotion.ANGER): 1,
    }


async def test_a_wish_comes_back_whole_with_the_tracks_in_their_order(history: History) -> None:
    wish = Wish(mix=only(Mood.SAD), lean=-0.5, towards=Mood.HAPPY, emotion=Emotion.SADNESS)
    await history.remember(LISTENER, shown(a_track(3), a_track(1), wish=wish))
    assert await history.last_wish(LISTENER, CONVERSATION, since=NOON) == wish
    assert list(await history.last_shown(LISTENER, CONVERSATION, since=NOON)) == [a_track(3).id, a_track(1).id]
    late = NOON + timedelta(seconds=1)
    assert list(await history.last_shown(LISTENER, CONVERSATION, since=late)) == []
    assert list(await history.last_shown(LISTENER, ConversationId("d" * 64), since=NOON)) == []


async def test_what_was_shown_comes_in_pages_newest_first(history: History) -> None:
    for number in range(7):
        await history.remember(LISTENER, shown(a_track(number), at=NOON + timedelta(minutes=number)))
    first, total = await history.shown_before(LISTENER, skip=0, count=5)
    second, _ = await history.shown_before(LISTENER, skip=5, count=5)
    assert total == 7
    assert [entry.track_id for entry in (*first, *second)] == [a_track(number).id for number in range(6, -1, -1)]
    newest = HistoryEntry(track_id=a_track(6).id, mood=Mood.SAD, at=NOON + timedelta(minutes=6))
    assert first[0] == newest
    assert (await history.shown_before(OTHER, skip=0, count=5)) == ([], 0)


async def test_without_memory_only_the_last_wish_is_kept(history: History) -> None:
    await fill(history, LISTENER)
    await history.prefer(LISTENER, replace(ALL_SET, remembers=False), at=NOON)
    taste = await history.taste(LISTENER)
    assert (dict(taste.last_shown), dict(taste.votes), dict(taste.corrections)) == ({}, {}, {})
    await history.remember(LISTENER, shown(a_track(4), keeps=False))
    assert (await history.taste(LISTENER)).last_shown == {}
    assert list(await history.last_shown(LISTENER, CONVERSATION, since=NOON)) == [a_track(4).id]


async def test_the_diary_gives_a_span_and_goes_when_it_is_switched_off(history: History) -> None:
    await history.prefer(LISTENER, ALL_SET, at=NOON)
    for day in range(4):
        await history.note_mood(LISTENER, DiaryEntry(mood=Mood.CALM, at=NOON + timedelta(days=day)))
    span = await history.diary(LISTENER, since=NOON + timedelta(days=1), until=NOON + timedelta(days=3))
    assert [entry.at for entry in span] == [NOON + timedelta(days=day) for day in (1, 2)]
    await history.prefer(LISTENER, replace(ALL_SET, keeps_diary=False), at=NOON)
    assert await history.diary(LISTENER, since=NOON, until=NOON + timedelta(days=9)) == []


async def test_whoever_stays_away_longer_than_they_allow_is_forgotten(history: History) -> None:
    await fill(history, LISTENER)  # keeps 90 days
    await history.remember(OTHER, shown(a_track(1)))  # keeps a year
    assert await history.forget_the_absent(now=NOON + timedelta(days=90)) == 0
    assert await history.forget_the_absent(now=NOON + timedelta(days=90, seconds=1)) == 1
    assert (await history.taste(LISTENER)).is_new
    assert await history.forget(LISTENER) == 0
    assert not (await history.taste(OTHER)).is_new


async def test_an_answer_that_began_before_everything_was_forgotten_keeps_nothing(history: History) -> None:
    await fill(history, LISTENER)
    await history.forget(LISTENER)
    await history.remember(LISTENER, shown(a_track(3)), was_known=True)
    await history.note_mood(LISTENER, DiaryEntry(mood=Mood.SAD, at=NOON))
    await history.vote(LISTENER, "y", Vote.LIKE, at=NOON, was_known=True)
    await history.correct(LISTENER, Emotion.JOY, Emotion.ANXIETY, at=NOON, was_known=True)
    await history.prefer(LISTENER, ALL_SET, at=NOON, was_known=True)
    assert (await history.taste(LISTENER)).is_new
    assert await history.forget(LISTENER) == 0


async def test_whoever_is_still_known_is_remembered_as_ever(history: History) -> None:
    await history.prefer(LISTENER, ALL_SET, at=NOON)
    later = NOON + timedelta(days=89)
    await history.remember(LISTENER, shown(a_track(3), at=later), was_known=True)
    await history.vote(LISTENER, "y", Vote.LIKE, at=later, was_known=True)
    await history.correct(LISTENER, Emotion.JOY, Emotion.ANXIETY, at=later, was_known=True)
    taste = await history.taste(LISTENER)
    assert (taste.last_shown, taste.votes, taste.preferences) == ({a_track(3).id: later}, {"y": Vote.LIKE}, ALL_SET)
    assert taste.corrections == {(Emotion.JOY, Emotion.ANXIETY): 1}
    await history.prefer(LISTENER, replace(ALL_SET, clean_only=False), at=later, was_known=True)
    assert not (await history.taste(LISTENER)).preferences.clean_only
    assert await history.forget_the_absent(now=NOON + timedelta(days=100)) == 0


async def test_an_answer_that_began_before_memory_was_switched_off_keeps_its_wish_alone(history: History) -> None:
    await history.prefer(LISTENER, replace(ALL_SET, remembers=False), at=NOON)
    await history.remember(LISTENER, shown(a_track(3), keeps=True), was_known=True)
    await history.vote(LISTENER, "y", Vote.LIKE, at=NOON, was_known=True)
    await history.correct(LISTENER, Emotion.JOY, Emotion.ANXIETY, at=NOON, was_known=True)
    taste = await history.taste(LISTENER)
    assert (dict(taste.last_shown), dict(taste.votes), dict(taste.corrections)) == ({}, {}, {})
    assert list(await history.last_shown(LISTENER, CONVERSATION, since=NOON)) == [a_track(3).id]


async def test_an_answer_that_began_before_the_diary_was_switched_off_writes_nothing_into_it(history: History) -> None:
    await history.prefer(LISTENER, replace(ALL_SET, keeps_diary=False), at=NOON)
    await history.note_mood(LISTENER, DiaryEntry(mood=Mood.SAD, at=NOON))
    assert await history.diary(LISTENER, since=NOON, until=NOON + timedelta(days=1)) == []


async def test_forgetting_and_answers_at_once_leave_nothing_behind(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    async with open_database(url) as other:
        here, there = SqlHistory(database), SqlHistory(other)
        await fill(here, LISTENER)
        began = asyncio.Event()

        async def answer(number: int) -> None:
            if number == 10:
                began.set()
            await here.remember(LISTENER, shown(a_track(1), a_track(number)), was_known=True)
            await here.note_mood(LISTENER, DiaryEntry(mood=Mood.SAD, at=NOON + timedelta(seconds=number)))

        async def forget() -> None:
            await began.wait()
            assert await there.forget(LISTENER) >= 7

        await asyncio.gather(forget(), *(answer(number) for number in range(20)))
        assert await here.forget(LISTENER) == 0


async def test_a_visit_begins_the_time_anew(history: History) -> None:
    await fill(history, LISTENER)
    await history.remember(LISTENER, shown(a_track(1), at=NOON + timedelta(days=89)))
    assert await history.forget_the_absent(now=NOON + timedelta(days=100)) == 0


async def test_a_wish_does_not_outlive_a_day(history: History) -> None:
    await history.remember(LISTENER, shown(a_track(1)))
    await history.forget_the_absent(now=NOON + timedelta(days=2))
    assert await history.last_wish(LISTENER, CONVERSATION, since=NOON) is None
    assert (await history.taste(LISTENER)).last_shown == {a_track(1).id: NOON}


async def test_an_export_tells_all_and_is_ready_for_json(history: History) -> None:
    await fill(history, LISTENER)
    at = NOON.isoformat()
    assert json.loads(json.dumps(await history.export(LISTENER))) == {
        "listener": LISTENER,
        "first_seen_at": at,
        "last_seen_at": at,
        "preferences": {
            "language": "en",
            "music": "korean",
            "era": "2010s",
            "clean_only": True,
            "shops": ["apple", "melon"],
            "answers_privately": True,
            "keeps_diary": True,
            "remembers": True,
            "keeps_days": 90,
        },
        "shown": [{"track_id": a_track(number).id, "mood": "Sad", "at": at} for number in (1, 2)],
        "wishes": [
            {
                "conversation": CONVERSATION,
                "at": at,
                "happy": 0.0,
                "sad": 1.0,
                "energetic": 0.0,
                "calm": 0.0,
                "lean": 0.0,
                "towards": None,
                "emotion": None,
                "track_ids": [a_track(1).id, a_track(2).id],
            }
        ],
        "votes": [{"track_id": "x", "vote": "like", "at": at}],
        "corrections": [{"heard": "분노", "meant": "불안", "at": at, "count": 1}],
        "diary": [{"mood": "Sad", "at": at}],
    }


async def test_an_export_of_a_stranger_is_empty(history: History) -> None:
    told = await history.export(LISTENER)
    assert {name: value for name, value in told.items() if value} == {"listener": LISTENER}


async def test_after_forgetting_no_trace_is_left_in_any_table(database: Database) -> None:
    history = SqlHistory(database)
    await fill(history, OTHER)
    before = await rows_by_table(database)
    await fill(history, LISTENER)
    assert {name for name, count in (await rows_by_table(database)).items() if count > before[name]} == {
        "listeners",
        "shown",
        "wishes",
        "votes",
        "corrections",
        "diary",
    }
    assert await history.forget(LISTENER) == 7
    assert await rows_by_table(database) == before


async def test_after_forgetting_no_trace_is_left_in_any_file(tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
        await migrate(database)
        history = SqlHistory(database)
        await fill(history, LISTENER)
        assert LISTENER.encode() in everything_in(tmp_path)
        await history.forget(LISTENER)
        assert LISTENER.encode() not in everything_in(tmp_path)


async def test_a_reader_elsewhere_holds_up_neither_forgetting_nor_answers(tmp_path: Path) -> None:
    file = tmp_path / "smoody.db"
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        await migrate(database)
        history = SqlHistory(database)
        await fill(history, LISTENER)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM listeners").fetchall()
            forgotten = asyncio.create_task(timed(history.forget(LISTENER)))
            slowest = 0.0
            while not forgotten.done():
                slowest = max(slowest, await timed(history.remember(OTHER, shown(a_track(1)))))
                await asyncio.sleep(0.01)
            assert await forgotten < 2.0
            assert slowest < 1.0
        assert LISTENER.encode() in everything_in(tmp_path)
        await history.forget_the_absent(now=NOON)
        assert LISTENER.encode() not in everything_in(tmp_path)


async def test_the_log_is_left_alone_when_nothing_was_deleted(tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database:
        await migrate(database)
        history = SqlHistory(database)
        await history.prefer(LISTENER, Preferences(), at=NOON)
        await history.forget(OTHER)
        assert LISTENER.encode() in (tmp_path / "smoody.db-wal").read_bytes()


async def timed(work: Awaitable[object]) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def rows_by_table(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        return {
            table.name: int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
            for table in metadata.sorted_tables
        }


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_a_backup_that_is_made_after_forgetting_has_no_trace(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}"
    async with open_database(url) as database:
        await migrate(database)
        history = SqlHistory(database)
        await fill(history, OTHER)
        await fill(history, LISTENER)
        await history.forget(LISTENER)
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "smoody.db")) as original,
        contextlib.closing(sqlite3.connect(tmp_path / "backup.db")) as copy,
    ):
        original.backup(copy)  # as `smoody db backup` does
    kept = (tmp_path / "backup.db").read_bytes()
    assert OTHER.encode() in kept
    assert LISTENER.encode() not in kept
