from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain import Mood, ShownCards, Wish
from bot.errors import CatalogueUnavailable
from bot.mood_policy import only
from bot.retention import AGAIN_AFTER_S, EVERY_S, keep_terms
from tests.fakes import CONVERSATION, LISTENER, NOON, FakeClock, InMemoryHistory


class EnoughError(Exception):
    """The test has seen enough."""


def a_sleep(clock: FakeClock, nights: int, slept: list[float]) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(timedelta(seconds=seconds))
        if len(slept) == nights:
            raise EnoughError

    return sleep


async def test_whoever_stays_away_is_forgotten_after_the_days_they_allow() -> None:
    history, clock = InMemoryHistory(), FakeClock()
    slept: list[float] = []
    shown = ShownCards(conversation=CONVERSATION, at=NOON, wish=Wish(mix=only(Mood.SAD)), tracks=())
    await history.remember(LISTENER, shown)
    with pytest.raises(EnoughError):
        await keep_terms(history, clock, a_sleep(clock, 365, slept))
    assert LISTENER in history.met
    with pytest.raises(EnoughError):
        await keep_terms(history, clock, a_sleep(clock, 2, []))
    assert history.met == {}
    assert set(slept) == {EVERY_S}


async def test_a_database_that_does_not_answer_is_asked_again_soon() -> None:
    class AwayHistory(InMemoryHistory):
        async def forget_the_absent(self, **_: object) -> int:
            raise CatalogueUnavailable("away")

    slept: list[float] = []
    with pytest.raises(EnoughError):
        await keep_terms(AwayHistory(), FakeClock(), a_sleep(FakeClock(), 2, slept))
    assert slept == [AGAIN_AFTER_S] * 2
