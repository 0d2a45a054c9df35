"""From what was heard to how the music should sound: pure decisions, their thresholds named or handed in."""

from collections.abc import Mapping
from dataclasses import replace
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


_TURNS_TO: Final = {
    Mood.SAD: Mood.HAPPY,
    Mood.CALM: Mood.HAPPY,
    Mood.ENERGETIC: Mood.CALM,
    Mood.HAPPY: Mood.CALM,
}
"""Where a mood is usually wanted to lead: out of sadness and worry to brightness, out of heat to calm."""

CORRECTED_OFTEN: Final = 3
"""Corrections the same way, less those the other way, from which a listener's readings shift."""


class Decision(StrEnum):
    """What to do with a reading."""

    ANSWER = "answer"
    ASK = "ask"
    NEUTRAL = "neutral"


JOY_SURE: Final = 0.8
"""From which confidence joy is answered: a question costs a happy listener a press, cheers at bad news more.

On the development sentences it asks one joyful listener in eight and spares half of those wrongly taken for one.
"""


def decide(reading: EmotionReading, thresholds: Thresholds) -> Decision:
    """Answer with cards, ask what is meant, or take the utterance as one without an emotion."""
    if reading.neutral > thresholds.neutral_above:
        return Decision.NEUTRAL
    least = max(thresholds.ask_below, JOY_SURE) if reading.emotion is Emotion.JOY else thresholds.ask_below
    if reading.confidence < least:
        return Decision.ASK
    return Decision.ANSWER


def mood_mix(reading: EmotionReading) -> MoodMix:
    """The whole emotion distribution as shares of the four moods, together 1."""
    mix = dict.fromkeys(Mood, 0.0)
    for emotion, score in reading.scores.items():
        mix[MOOD_OF[emotion]] += score
    return normalised(mix)


def shifted(reading: EmotionReading, corrections: Mapping[tuple[Emotion, Emotion], int]) -> EmotionReading:
    """A reading as this listener means it: part of what is often heard wrongly goes to what was meant.

    After n corrections the same way n / (n + 2) of the score moves: 0.6 after three, 0.71 after five.
    """
    scores = dict(reading.scores)
    for (heard, meant), count in corrections.items():
        net = count - corrections.get((meant, heard), 0)
        if net >= CORRECTED_OFTEN:
            moved = reading.scores[heard] * net / (net + 2)
            scores[heard] = max(0.0, scores[heard] - moved)
            scores[meant] += moved
    total = sum(scores.values())
    return replace(reading, scores={emotion: score / total for emotion, score in scores.items()})


def without(reading: EmotionReading, denied: Emotion) -> EmotionReading:
    """A reading by a listener who says that it is not ``denied``."""
    scores = {emotion: 0.0 if emotion is denied else score for emotion, score in reading.scores.items()}
    total = sum(scores.values())
    if total <= 0:
        scores = {emotion: float(emotion is not denied) for emotion in Emotion}
        total = sum(scores.values())
    return replace(reading, scores={emotion: score / total for emotion, score in scores.items()})


def turned(wish: Wish, towards: Mood | None = None) -> Wish:
    """The same start, leading step by step to another mood: the one that is wanted, or the usual one."""
    return replace(wish, lean=0.0, towards=towards or _TURNS_TO[leading(wish.mix)])


def matching(wish: Wish) -> Wish:
    """Back to what suits the feeling that was heard, however far the wish has been moved from it since."""
    if wish.emotion is None or (wish.lean == 0 and leading(wish.mix) is MOOD_OF[wish.emotion]):
        return replace(wish, towards=None)
    return Wish(mix=only(MOOD_OF[wish.emotion]), emotion=wish.emotion)


def only(mood: Mood) -> MoodMix:
    """A wish for nothing but one mood."""
    return {each: float(each is mood) for each in Mood}


def livelier(wish: Wish) -> Wish:
    """One step up: sad and calm become happy, happy becomes energetic, energetic leans to its liveliest tracks."""
    return Wish(mix=_moved(wish.mix, _LIVELIER), lean=min(1.0, wish.lean + LEAN_STEP), emotion=wish.emotion)


def calmer(wish: Wish) -> Wish:
    """To calm music, and from there to its quietest tracks: anything between would be brighter, not calmer."""
    return Wish(mix=_moved(wish.mix, _CALMER), lean=max(-1.0, wish.lean - LEAN_STEP), emotion=wish.emotion)


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
