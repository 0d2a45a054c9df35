"""Saying and pressing things in tests, short enough to read as a conversation."""

from bot.dialogue import Dialogue
from bot.domain import ActionKind, Emotion, Mood, Press, Reply, Speaker, Utterance
from tests.fakes import a_speaker


async def say(dialogue: Dialogue, text: str, speaker: Speaker | None = None) -> Reply:
    """What is answered to a text."""
    return await dialogue.answer(Utterance(text=text, speaker=speaker or a_speaker()))


async def press(
    dialogue: Dialogue,
    kind: ActionKind,
    track_id: str | None = None,
    *,
    mood: Mood | None = None,
    emotion: Emotion | None = None,
    value: str | None = None,
) -> Reply:
    """What is answered to a button."""
    return await dialogue.press(
        Press(kind=kind, speaker=a_speaker(), track_id=track_id, mood=mood, emotion=emotion, value=value)
    )


def ids(reply: Reply) -> set[str]:
    """The tracks of a reply."""
    return {card.track.id for card in reply.cards}
