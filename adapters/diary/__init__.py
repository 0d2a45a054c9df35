"""The mood diary as a picture: a month, with the mood of each day by colour and by shape."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from bot import diary
from bot.domain import Language, Mood
from bot.phrases import Phrases
from bot.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """All that a picture shows."""

    year: int
    month: int
    days: Mapping[int, Mood]
    today: int | None
    """The day that gets a ring; None when it lies in another month."""
    title: str
    weekdays: Sequence[str]
    """From Sunday on."""
    legend: Mapping[Mood, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatplotlibDiaryPainter:
    """`DiaryPainter` with matplotlib, which is loaded at the first picture and draws one at a time, off the loop."""

    phrases: Phrases
    clock: Clock
    timezone: tzinfo
    """Where a day begins and ends."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def paint(self, days: Mapping[int, Mood], *, year: int, month: int, language: Language) -> bytes:
        """A calendar as a PNG of 1080 pixels in width, weeks from Sunday as on Korean walls; today has a ring."""
        today = self.clock.now().astimezone(self.timezone).date()
        shown = Month(
            year=year,
            month=month,
            days=days,
            today=today.day if (today.year, today.month) == (year, month) else None,
            title=diary.title(self.phrases, language, year=year, month=month),
            weekdays=self.phrases.variants("calendar_weekdays", language),
            legend={mood: self.phrases.say(f"calendar_{mood}", language) for mood in Mood},
        )
        async with self._turn:
            return await asyncio.to_thread(_draw, shown)


def _draw(month: Month) -> bytes:
    from adapters.diary.drawing import draw

    return draw(month)
