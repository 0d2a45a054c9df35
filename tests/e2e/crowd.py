"""Many listeners at once on Telegram: who was answered, in which order, how fast, and whether limits were kept."""

import asyncio
import statistics
import time
from dataclasses import dataclass

from tests.integration.loopback.telegram import BotApi, Person, links

SAID = ("너무 슬퍼서 눈물만 나", "/help")
"""What each of them writes, one right after the other: the answers must come in this order."""


@dataclass(frozen=True)
class Crowd:
    """What became of them. Times are seconds from writing to the accepted ``sendMessage``."""

    waits: list[float]
    answered: int
    in_order: int
    floods: list[str]
    lasted: float

    def at(self, share: float) -> float:
        """The time within which this share of the answers came."""
        return statistics.quantiles(self.waits, n=1_000, method="inclusive")[round(share * 1_000) - 1]


async def gather_crowd(api: BotApi, count: int, *, within: float) -> Crowd:
    """Let ``count`` people write at once and wait for all their answers."""
    people = [Person(10_000 + number) for number in range(count)]
    began = time.monotonic()
    written: dict[int, float] = {}
    for text in SAID:
        for person in people:
            written.setdefault(person.id, time.monotonic())
            await api.write(person, text)
    wanted = len(SAID) * count
    await api.until(lambda: len(api.of("sendMessage")) >= wanted, within=within)
    await asyncio.sleep(0.2)
    answers = {person.id: api.said_in(person.id) for person in people}
    return Crowd(
        waits=[call.at - written[call.chat] for call in api.of("sendMessage")],
        answered=sum(len(said) == len(SAID) for said in answers.values()),
        in_order=sum([len(links(each)) for each in said] == [15, 0] for said in answers.values()),
        floods=api.floods(),
        lasted=time.monotonic() - began,
    )
