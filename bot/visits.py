"""A speaker and what is known of them, put together once for each answer."""

from bot.domain import Speaker, Visit
from bot.ports import Clock, History


async def visit_of(speaker: Speaker, history: History, clock: Clock, *, is_preview: bool = False) -> Visit:
    """Somebody as they come now.

    Raises:
        CatalogueUnavailable: The database does not answer.
    """
    taste = await history.taste(speaker.listener)
    return Visit(
        speaker=speaker,
        language=taste.preferences.language or speaker.language,
        taste=taste,
        at=clock.now(),
        is_preview=is_preview,
    )
