"""From what was heard to how the music should sound: pure decisions, their thresholds named or handed in."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain import Emotion, EmotionReading, Mood, MoodMix, Thresholds, Wish

MOOD_OF: Final[Mapping[Emotion, Mood]] = MappingProxyType(
    {
        Emotion.JOY: Mood.HAPPY,
        Emotion.SADNESS: Mood.SAD,
        Emotion.EMBARRASSMENT: Mood.SAD,
        Emotion.ANGER: Mood.ENERGETIC,
        Emotion.ANXIETY: Mood.CALM,
    }
)
"""The original project's mapping. The whole distribution is carried over, not only the likeliest emotion."""

LEAN_STEP: Final = 0.5
"""How far one press of "livelier" or "calmer" leans within a shelf (-1..+1)."""

_LIVELIER: Final = {
    Mood.CALM: Mood.HAPPY,
    Mood.SAD: Mood.HAPPY,
    Mood.HAPPY: Mood.ENERGETIC,
    Mood.ENERGETIC: Mood.ENERGETIC,
}
_CALMER: Final = dict.fromkeys(Mood, Mood.CALM)


class Decision(StrEnum):
    """What to do with a reading."""

    ANSWER = "answer"
    ASK = "ask"
    NEUTRAL = "neutral"


def decide(reading: EmotionReading, thresholds: Thresholds) -> Decision:
    """Answer with cards, ask what is meant, or take the utterance as one without an emotion."""
    if reading.neutral > thresholds.neutral_above:
        return Decision.NEUTRAL
    if reading.confidence < thresholds.ask_below:
        return Decision.ASK
    return Decision.ANSWER


def mood_mix(reading: EmotionReading) -> MoodMix:
    """The whole emotion distribution as shares of the four moods, together 1."""
    mix = dict.fromkeys(Mood, 0.0)
    for emotion, score in reading.scores.items():
        mix[MOOD_OF[emotion]] += score
    return normalised(mix)


def only(mood: Mood) -> MoodMix:
    """A wish for nothing but one mood."""
    return {each: float(each is mood) for each in Mood}


def livelier(wish: Wish) -> Wish:
    """One step up: sad and calm become happy, happy becomes energetic, energetic leans to its liveliest tracks."""
    return Wish(mix=_moved(wish.mix, _LIVELIER), lean=min(1.0, wish.lean + LEAN_STEP))


def calmer(wish: Wish) -> Wish:
    """To calm music, and from there to its quietest tracks: anything between would be brighter, not calmer."""
    return Wish(mix=_moved(wish.mix, _CALMER), lean=max(-1.0, wish.lean - LEAN_STEP))


def leading(mix: MoodMix) -> Mood:
    """The mood with the largest share."""
    return max(mix, key=mix.__getitem__)


def normalised(mix: Mapping[Mood, float]) -> MoodMix:
    """The same proportions over all four moods, together 1; an empty mix becomes an even one."""
    total = sum(mix.values())
    if total <= 0:
        return {mood: 1 / len(Mood) for mood in Mood}
    return {mood: mix.get(mood, 0.0) / total for mood in Mood}


def _moved(mix: MoodMix, step: Mapping[Mood, Mood]) -> MoodMix:
    moved = dict.fromkeys(Mood, 0.0)
    for mood, share in mix.items():
        moved[step[mood]] += share
    return moved
