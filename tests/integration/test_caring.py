"""Care in front of a real database that is held by somebody else."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

from adapters.storage.database import open_database
from adapters.storage.history import SqlHistory
from adapters.storage.migrate import migrate
from bot.dialogue import assemble
from bot.domain import Mood, ReplyKind, Thresholds
from bot.phrases import load_phrases
from bot.voice import Voice
from tests.fakes import (
    FakeClassifier,
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    a_reading,
    a_shelf,
)
from tests.unit.talking import say


async def test_helplines_wait_for_no_lock_of_another_process(tmp_path: Path) -> None:
    rng = Random(1)
    catalogue = InMemoryCatalogue()
    await catalogue.replace("starter", a_shelf(Mood.CALM, 10))
    file = tmp_path / "smoody.db"
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        await migrate(database)
        dialogue = assemble(
            classifier=FakeClassifier(heard={"": a_reading(sadness=0.9)}),
            wishes=FakeWishClassifier(),
            catalogue=catalogue,
            history=SqlHistory(database),
            voice=Voice(phrases=load_phrases(), rng=rng),
            clock=FakeClock(),
            thresholds=Thresholds(ask_below=0.4, neutral_above=0.7),
            rng=rng,
            painter=FakePainter(),
        )
        with closing(sqlite3.connect(file, isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")
            for words in ("죽고 싶어", "살아갈 이유가 없어"):
                began = time.perf_counter()
                reply = await say(dialogue, words)
                assert reply.kind is ReplyKind.CARE
                assert "109" in f"{reply.text}{reply.note}"
                assert time.perf_counter() - began < 2  # the lock would be waited for five seconds
            another.execute("ROLLBACK")
