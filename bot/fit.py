"""How well a track suits a mix of moods, and how many cards each mood of the mix gets."""

import math
from typing import Final

from bot.domain import Mood, MoodMix, Track
from bot.whys import Fits

SMALLEST_SHARE: Final = 0.2
"""A mood with a smaller share of the wish (one card in five) gets no card: it is noise rather than a mixed feeling."""

FIT_STRENGTH: Final = 2.0
"""How strongly fit decides on a shelf: the best fitting track is e ** 2 = 7 times as likely as the worst.

By rank rather than by the scores themselves: on the Calm shelf a few piano pieces score several times as high as all
that is sung, and would be all that anyone hears.
"""


def quotas(mix: MoodMix, count: int) -> dict[Mood, int]:
    """How many of ``count`` cards each mood gets, by largest remainder; the mood with the largest share comes first."""
    shares = {mood: share for mood, share in mix.items() if share >= SMALLEST_SHARE}
    total = sum(shares.values())
    exact = {mood: share / total * count for mood, share in shares.items()}
    given = {mood: math.floor(amount) for mood, amount in exact.items()}
    by_remainder = sorted(exact, key=lambda mood: exact[mood] - given[mood], reverse=True)
    for mood in by_remainder[: count - sum(given.values())]:
        given[mood] += 1
    return {mood: given[mood] for mood in sorted(given, key=lambda mood: shares[mood], reverse=True) if given[mood]}


def fit(track: Track, mix: MoodMix) -> float:
    """How well a track's own mood scores suit the whole wish: the expected agreement of the two, 0..1."""
    return math.fsum(share * track.mood_scores[mood] for mood, share in mix.items() if share)


def why_it_fits(track: Track, mix: MoodMix) -> Fits:
    """The mood of a wish that speaks most for a track, and the track's own score for it."""
    best = max((mood for mood in Mood if mix[mood] > 0), key=lambda mood: mix[mood] * track.mood_scores[mood])
    return Fits(mood=best, score=track.mood_scores[best])
