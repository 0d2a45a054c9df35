"""Which five tracks of a catalogue a listener gets: by fit to the whole wish, new to them, five different artists.

Pure: everything it needs is handed in, its `Random` too, so that the same seed picks the same tracks.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final
from unicodedata import normalize

from bot.domain import CARDS_PER_REPLY, AudioFeatures, Mood, MoodMix, Taste, Track, Vote, Wish
from bot.ports import Shelves

SMALLEST_SHARE: Final = 0.2
"""A mood with a smaller share of the wish (one card in five) gets no card: it is noise rather than a mixed feeling."""

FIT_STRENGTH: Final = 2.0
"""How strongly fit decides on a shelf: the best fitting track is e ** 2 = 7 times as likely as the worst.

By rank rather than by the scores themselves: on the Calm shelf a few piano pieces score several times as high as all
that is sung, and would be all that anyone hears.
"""

LIKED_WEIGHT: Final = 2.0
"""A liked track that was never shown in a card is twice as likely; a disliked one never comes."""

LEAN_STRENGTH: Final = 1.6
"""At full lean, a track one standard deviation livelier is e ** 1.6 = 5 times as likely as the average one."""

_DISTANCE_WEIGHTS: Final[Mapping[str, float]] = {
    "danceability": 1.0,
    "acousticness": 1.0,
    "energy": 1.0,
    "instrumentalness": 1.0,
    "liveness": 0.4,
    "valence": 1.0,
    "loudness": 1.0,
    "speechiness": 1.0,
    "tempo": 0.4,
}
"""Liveness and tempo say least about likeness; damping them finds more tracks by the same artist (hit@20 .211)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Up to five tracks; ``repeats`` of them were shown before because nothing new by other artists is left."""

    tracks: tuple[Track, ...]
    repeats: int
    widened: bool = False


def pick(shelves: Shelves, wish: Wish, taste: Taste, rng: Random, *, now: datetime, count: int = CARDS_PER_REPLY) -> Pick:
    """Pick ``count`` tracks, best fitting first; fewer when the catalogue has fewer artists than that.

    Each mood of the wish gets its share of the cards. Within a shelf the choice is random, weighted by how well a
    track's own mood scores fit the whole wish. A track comes again only when no new one by another artist is left on
    any shelf of the wish, and then the one shown longest ago comes first.
    """
    chosen: list[Track] = []
    wanted = quotas(wish.mix, count)
    shelf = {mood: _split(shelves.tracks_for(mood), taste) for mood in wanted}
    fresh = {mood: _shuffled(shelf[mood].fresh, wish, taste, rng) for mood in wanted}
    for mood, quota in wanted.items():
        chosen += _distinct(fresh[mood], chosen, quota)
    for mood in wanted:  # what one shelf lacks, another of the wish may have
        chosen += _distinct(fresh[mood], chosen, count - len(chosen))
    new = len(chosen)
    for mood in wanted:
        chosen += _distinct(shelf[mood].heard, chosen, count - len(chosen))
    repeats = len(chosen) - new
    chosen.sort(key=lambda track: fit(track, wish.mix), reverse=True)
    return Pick(tracks=tuple(chosen), repeats=repeats)


def similar(shelves: Shelves, to: Track, taste: Taste, *, now: datetime, count: int = CARDS_PER_REPLY) -> Pick:
    """The nearest tracks on the shelf of ``to`` by standardised audio features, new ones first, one an artist."""
    others = [track for track in shelves.tracks_for(to.mood) if track.id != to.id]
    distance = _distances(others, to)
    shelf = _split(others, taste)
    nearest = sorted(shelf.fresh, key=lambda track: distance[track.id])
    new = _distinct(nearest, [to], count)
    again = _distinct(shelf.heard, [to, *new], count - len(new))
    return Pick(tracks=(*new, *again), repeats=len(again))


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


def liveliness(features: AudioFeatures) -> float:
    """How lively a track sounds: energy with danceability and valence, about 0..1."""
    return 0.6 * features.energy + 0.2 * features.danceability + 0.2 * features.valence


@dataclass(frozen=True, slots=True)
class _Shelf:
    fresh: list[Track]
    """Never shown to this listener."""
    heard: list[Track]
    """Shown before, longest ago first."""


def _split(shelf: Iterable[Track], taste: Taste) -> _Shelf:
    """A shelf as this listener knows it, without what they dislike."""
    liked = [track for track in shelf if taste.votes.get(track.id) is not Vote.DISLIKE]
    heard = [track for track in liked if track.id in taste.last_shown]
    return _Shelf(
        fresh=[track for track in liked if track.id not in taste.last_shown],
        heard=sorted(heard, key=lambda track: taste.last_shown[track.id]),
    )


def _shuffled(tracks: Sequence[Track], wish: Wish, taste: Taste, rng: Random) -> list[Track]:
    """A random order in which heavier tracks tend to come first (Efraimidis and Spirakis 2006: keys u ** (1/w))."""
    lean = _leans(tracks, wish.lean)
    by_fit = sorted(tracks, key=lambda track: fit(track, wish.mix))

    def key(ranked: tuple[int, Track]) -> float:
        rank, track = ranked
        liked = LIKED_WEIGHT if taste.votes.get(track.id) is Vote.LIKE else 1.0
        weight = math.exp(FIT_STRENGTH * rank / len(by_fit)) * liked * lean.get(track.id, 1.0)
        return math.log(1.0 - rng.random()) / weight

    return [track for _, track in sorted(enumerate(by_fit), key=key, reverse=True)]


def _leans(tracks: Sequence[Track], lean: float) -> dict[str, float]:
    if lean == 0:
        return {}
    lively = {track.id: liveliness(track.features) for track in tracks if track.features is not None}
    if len(lively) < 2:
        return {}
    mean = sum(lively.values()) / len(lively)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in lively.values()) / len(lively)) or 1.0
    return {
        track_id: math.exp(LEAN_STRENGTH * lean * max(-2.5, min(2.5, (value - mean) / deviation)))
        for track_id, value in lively.items()
    }


def _distinct(candidates: Iterable[Track], chosen: Sequence[Track], count: int) -> list[Track]:
    """The first ``count`` candidates that share no artist with each other or with ``chosen``."""
    artists = {artist_key(artist) for track in chosen for artist in track.artists}
    found: list[Track] = []
    for track in candidates:
        if len(found) >= count:
            break
        keys = {artist_key(artist) for artist in track.artists}
        if not keys & artists:
            artists |= keys
            found.append(track)
    return found


def artist_key(artist: str) -> str:
    """One key for all spellings of case and composition of a name; Hangul and every other script stays distinct."""
    return normalize("NFC", artist).casefold().strip()


def _distances(shelf: Sequence[Track], to: Track) -> dict[str, float]:
    """Distance of every track to ``to`` in standard deviations; tracks without features are infinitely far."""
    if to.features is None:
        return dict.fromkeys((track.id for track in shelf), math.inf)
    known = [track for track in shelf if track.features is not None]
    squared = dict.fromkeys((track.id for track in known), 0.0)
    for name, weight in _DISTANCE_WEIGHTS.items():
        values = {track.id: float(getattr(track.features, name)) for track in known}
        mean = sum(values.values()) / len(values) if values else 0.0
        spread = math.sqrt(sum((value - mean) ** 2 for value in values.values()) / len(values)) if values else 0.0
        target = float(getattr(to.features, name))
        for track_id, value in values.items():
            squared[track_id] += weight * ((value - target) / (spread or 1.0)) ** 2
    return {track.id: math.sqrt(squared[track.id]) if track.id in squared else math.inf for track in shelf}
