"""A whole dialogue over fakes, for every test of what is answered."""

from random import Random

import pytest

from bot.dialogue import Dialogue, assemble
from bot.domain import Mood, Thresholds
from bot.phrases import load_phrases
from bot.voice import Voice
from tests.fakes import (
    FakeClassifier,
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    a_reading,
    a_shelf,
)

ASKING = Thresholds(ask_below=0.4, neutral_above=0.7)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier(
        heard={
            "속상": a_reading(sadness=0.9),
            "신난다": a_reading(joy=0.9),
            "모르겠": a_reading(sadness=0.3, anxiety=0.29, anger=0.2),
            "회의": a_reading(neutral=0.95, joy=0.5),
        }
    )


@pytest.fixture
def wishes() -> FakeWishClassifier:
    return FakeWishClassifier()


@pytest.fixture
async def catalogue() -> InMemoryCatalogue:
    catalogue = InMemoryCatalogue()
    tracks = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 40, start=number * 1_000)]
    await catalogue.replace("starter", tracks)
    return catalogue


@pytest.fixture
def history() -> InMemoryHistory:
    return InMemoryHistory()


@pytest.fixture
def painter() -> FakePainter:
    return FakePainter()


@pytest.fixture
def dialogue(
    classifier: FakeClassifier,
    wishes: FakeWishClassifier,
    catalogue: InMemoryCatalogue,
    history: InMemoryHistory,
    clock: FakeClock,
    painter: FakePainter,
) -> Dialogue:
    rng = Random(5)
    return assemble(
        wishes=wishes,
        painter=painter,
        classifier=classifier,
        catalogue=catalogue,
        history=history,
        voice=Voice(phrases=load_phrases(), rng=rng),
        clock=clock,
        thresholds=ASKING,
        rng=rng,
    )
