"""Telegram in front of a core over fakes, for every test that speaks through the loopback Bot API."""

import contextlib
from dataclasses import replace
from random import Random
from typing import Any

from adapters.telegram.connection import Telegram, open_telegram
from bot.dialogue import Dialogue, assemble
from bot.domain import Language, Mood, Thresholds
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.voice import Voice
from tests.fakes import (
    FakeClassifier,
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    SlowClassifier,
    a_reading,
    a_shelf,
)
from tests.integration.loopback.telegram import TOKEN, BotApi, Person

JIU = Person(1_001)
MINA = Person(1_002)
ALEX = Person(1_003, language="en")
GROUP = -100_500
SAD = "오늘 면접 망해서 너무 속상해"
DANGER = "이제 그만 죽고 싶어"


def a_classifier() -> SlowClassifier:
    """Hears sadness in `SAD`."""
    return SlowClassifier(heard={"속상": a_reading(sadness=0.9)})


async def a_dialogue(classifier: FakeClassifier) -> Dialogue:
    """The real core with sixty tracks of each mood."""
    catalogue = InMemoryCatalogue()
    shelves = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 60, start=number * 1_000)]
    shelves = [replace(track, artwork_url=f"https://i.scdn.co/image/{track.id}") for track in shelves]
    await catalogue.replace("starter", shelves)
    rng = Random(1)
    return assemble(
        wishes=FakeWishClassifier(),
        painter=FakePainter(),
        classifier=classifier,
        catalogue=catalogue,
        history=InMemoryHistory(),
        voice=Voice(phrases=load_phrases(), rng=rng),
        clock=FakeClock(),
        thresholds=Thresholds(ask_below=0.4, neutral_above=0.7),
        rng=rng,
    )


def telegram_at(api: BotApi, dialogue: Dialogue, **given: Any) -> contextlib.AbstractAsyncContextManager[Telegram]:
    """`open_telegram` at the loopback Bot API, with what a test gives in place of the usual."""
    settings: dict[str, Any] = {
        "token": TOKEN,
        "api_base": api.base,
        "file_base": f"{api.base}/file",
        "admins": (),
        "language": Language.KOREAN,
        "daily_answers": 300,
        "on_refused": lambda _refused: None,
        "poll_seconds": 2,
        "poll_grace": 1.0,
    }
    return open_telegram(dialogue, Identities(b"secret"), **{**settings, **given})
