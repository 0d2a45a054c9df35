"""Tracks that sound like one: the nearest over the whole catalogue, and different from each other."""

import math
from collections.abc import Sequence
from heapq import nsmallest
from typing import Final

from bot.artists import artist_keys
from bot.candidates import Candidates
from bot.domain import Track
from bot.likeness import Space
from bot.whys import Alike, Fits

NEAREST: Final = 60
"""Among how many of the nearest tracks the similar ones are chosen to differ from each other."""

LIKENESS_SHARE: Final = 0.7
"""Lambda of maximal marginal relevance: 1 takes the nearest alone, 0 only what differs from those taken already."""

VOTES_BRING_NEARER: Final = 0.25
"""Standard deviations by which a track comes nearer for each unit of its votes' pull."""


def alike(
    candidates: Candidates, to: Track, tracks: Sequence[Track], taken: Sequence[Track], count: int
) -> list[Track]:
    """Up to ``count`` of ``tracks`` to follow those ``taken``, none by an artist of theirs or of ``to``.

    By maximal marginal relevance (Carbonell and Goldstein 1998) among the nearest; votes bring tracks nearer or push
    them away. Tracks whose sound is unknown come last, those of the same mood first.
    """
    artists = {key for track in (to, *taken) for key in artist_keys(track)}
    others = [track for track in tracks if artists.isdisjoint(artist_keys(track))]
    away = _away(candidates, to, others)
    order = nsmallest(NEAREST, range(len(others)), key=lambda at: (away[at], others[at].mood is not to.mood))
    pool = [(others[at], away[at]) for at in order]
    chosen: list[Track] = []
    while pool and len(chosen) < count:
        best = _most_relevant(candidates.space, pool, (*taken, *chosen))
        chosen.append(best)
        pool = [(track, far) for track, far in pool if artist_keys(best).isdisjoint(artist_keys(track))]
    return chosen


def why_alike(space: Space, track: Track, to: Track) -> Alike | Fits:
    """In what a track is like another; where nobody knows how they sound, its mood is all there is to say."""
    if math.isinf(space.distance(track, to)):
        return Fits(mood=track.mood, score=track.mood_scores[track.mood])
    return Alike(to=to, close_in=space.close_in(track, to))


def _away(candidates: Candidates, to: Track, tracks: Sequence[Track]) -> list[float]:
    pull = candidates.leanings.pull
    away = candidates.space.distances(to, tracks)
    if not pull:
        return away
    return [far - VOTES_BRING_NEARER * pull.get(track.id, 0.0) for far, track in zip(away, tracks, strict=True)]


def _most_relevant(space: Space, pool: Sequence[tuple[Track, float]], taken: Sequence[Track]) -> Track:
    """The one with the most of ``lambda * likeness - (1 - lambda) * likeness to the likest of those taken``."""

    def relevance(candidate: tuple[Track, float]) -> float:
        track, far = candidate
        copies = max((_closeness(space.distance(track, other)) for other in taken), default=0.0)
        return LIKENESS_SHARE * _closeness(far) - (1 - LIKENESS_SHARE) * copies

    return max(pool, key=relevance)[0]


def _closeness(distance: float) -> float:
    return 1 / (1 + max(0.0, distance))
