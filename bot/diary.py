"""The mood calendar in words: its title, and what its picture shows to those who cannot see it."""

from collections.abc import Mapping

from bot.domain import Language, Mood
from bot.phrases import Phrases


def title(phrases: Phrases, language: Language, *, year: int, month: int) -> str:
    """A month as a heading, such as ``2026년 5월``."""
    return phrases.say(
        "calendar_title", language, year=year, month=phrases.variants("calendar_months", language)[month - 1]
    )


def alt_text(phrases: Phrases, language: Language, days: Mapping[int, Mood], *, year: int, month: int) -> str:
    """All that the picture of a month tells: each mood with its days, in the order of `Mood`.

    ``days`` maps days of the month to the mood that led on them, as for `bot.ports.DiaryPainter`.
    """
    told = [_told(phrases, language, mood, sorted(day for day in days if days[day] is mood)) for mood in Mood]
    return phrases.say(
        "calendar_alt",
        language,
        title=title(phrases, language, year=year, month=month),
        told=" ".join(filter(None, told)) or phrases.say("calendar_alt_empty", language),
    )


def _told(phrases: Phrases, language: Language, mood: Mood, days: list[int]) -> str | None:
    if not days:
        return None
    return phrases.say(
        "calendar_alt_mood",
        language,
        mood=phrases.say(f"calendar_{mood}", language),
        days=", ".join(phrases.say("calendar_alt_day", language, day=day) for day in days),
    )
