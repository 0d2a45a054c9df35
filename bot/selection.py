"""Which five tracks of a catalogue a listener gets: by fit to the whole wish, new to them, five different artists.

Pure: everything it needs is handed in, its `Random` and the time too, so that the same seed picks the same tracks.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from bot.alike import alike, why_alike
from bot.candidates import Candidates, Stand, candidates_for, distinct
from bot.domain import CARDS_PER_REPLY, Mood, Taste, Track, Wish
from bot.fit import FIT_STRENGTH, fit, quotas, why_it_fits
from bot.leanings import Leanings
from bot.likeness import liveliness
from bot.naming import Artist
from bot.ports import Shelves
from bot.way import on_the_way
from bot.whys import Named, Why

LEAN_STRENGTH: Final = 1.6
"""At full lean, a track one standard deviation livelier is e ** 1.6 = 5 times as likely as the average one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Up to five tracks and why each is there, by track id.

    ``repeats`` of them were shown lately because nothing newer by other artists is left; ``widened`` says that some
    miss what the listener's filters ask for, because nothing that meets them is left either.
    """

    tracks: tuple[Track, ...]
    repeats: int
    widened: bool = False
    whys: Mapping[str, Why] = field(default_factory=dict)


def pick(
    shelves: Shelves, wish: Wish, taste: Taste, rng: Random, *, now: datetime, count: int = CARDS_PER_REPLY
) -> Pick:
    """Pick ``count`` tracks, best fitting first; fewer when the catalogue has fewer artists than that.

    Each mood of the wish gets its share of the cards. Within a shelf the choice is random, weighted by how well a
    track's own mood scores fit the whole wish and by what the listener's votes say; without votes those weigh nothing.
    What misses a filter, and what was heard lately, comes only when nothing else by another artist is left on any shelf
    of the wish. A wish that leads towards another mood gets its cards in the order of the way.
    """
    candidates = candidates_for(shelves, taste, now)
    wanted = quotas(wish.mix, count)
    if wish.towards is not None and set(wanted) != {wish.towards}:
        return _told(candidates, on_the_way(candidates, wish.mix, wish.towards, rng, count))
    chosen = sorted(
        _by_turns(candidates, wish, wanted, rng, count), key=lambda track: fit(track, wish.mix), reverse=True
    )
    return _told(candidates, [(track, candidates.why(track) or why_it_fits(track, wish.mix)) for track in chosen])


def similar(shelves: Shelves, to: Track, taste: Taste, *, now: datetime, count: int = CARDS_PER_REPLY) -> Pick:
    """Tracks of the whole catalogue that sound like one, one an artist and none by its own, the nearest first."""
    candidates = candidates_for(shelves, taste, now)
    stands = candidates.stands(track for mood in Mood for track in shelves.tracks_for(mood) if track.id != to.id)
    chosen: list[Track] = []
    for stand in sorted(stands):
        if len(chosen) >= count:
            break
        chosen += alike(candidates, to, stands[stand], chosen, count - len(chosen))
    return _told(candidates, [(track, why_alike(candidates.space, track, to)) for track in chosen])


def by_artist(shelves: Shelves, artist: Artist, taste: Taste, *, now: datetime, count: int = CARDS_PER_REPLY) -> Pick:
    """Tracks of one artist, those not heard lately first, and after them by others what sounds like the first."""
    candidates = candidates_for(shelves, taste, now)
    stands = candidates.stands(artist.tracks)
    own = [
        track
        for stand in sorted(stands)
        for track in (candidates.longest_ago(stands[stand]) if stand.heard else stands[stand])
    ][:count]
    told: list[tuple[Track, Why]] = [(track, Named(artist=artist.name)) for track in own]
    if len(told) < count:
        near = similar(shelves, (own or artist.tracks)[0], taste, now=now, count=count - len(told))
        told += [(track, near.whys[track.id]) for track in near.tracks]
    return _told(candidates, told)


def beginning_with(
    shelves: Shelves, track: Track, taste: Taste, *, now: datetime, count: int = CARDS_PER_REPLY
) -> Pick:
    """One track and after it what sounds like it; only the latter when the track's words are refused."""
    candidates = candidates_for(shelves, taste, now)
    asked: list[tuple[Track, Why]] = (
        [] if candidates.filter.refuses(track) else [(track, Named(artist=track.artists[0]))]
    )
    near = similar(shelves, track, taste, now=now, count=count - len(asked))
    return _told(candidates, [*asked, *((each, near.whys[each.id]) for each in near.tracks)])


def _told(candidates: Candidates, chosen: Sequence[tuple[Track, Why]]) -> Pick:
    """What was chosen, with what a listener should know of it."""
    return Pick(
        tracks=tuple(track for track, _ in chosen),
        repeats=sum(candidates.was_heard(track) for track, _ in chosen),
        widened=any(candidates.filter.misses(track) for track, _ in chosen),
        whys={track.id: why for track, why in chosen},
    )


def _by_turns(candidates: Candidates, wish: Wish, wanted: Mapping[Mood, int], rng: Random, count: int) -> list[Track]:
    """Each mood's share of what stands in front, then of what stands behind it, until there are enough."""
    stands = {mood: candidates.stands(candidates.shelves.tracks_for(mood)) for mood in wanted}
    chosen: list[Track] = []
    left = dict(wanted)
    for stand in sorted({stand for by_stand in stands.values() for stand in by_stand}):
        if len(chosen) >= count:
            break
        ordered = {mood: _ordered(candidates, stands[mood].get(stand, []), stand, wish, rng) for mood in wanted}
        for mood in wanted:
            found = distinct(ordered[mood], chosen, min(left[mood], count - len(chosen)))
            left[mood] -= len(found)
            chosen += found
        for mood in wanted:  # what one shelf lacks, another of the wish may have
            chosen += distinct(ordered[mood], chosen, count - len(chosen))
    return chosen


def _ordered(candidates: Candidates, tracks: Sequence[Track], stand: Stand, wish: Wish, rng: Random) -> list[Track]:
    return candidates.longest_ago(tracks) if stand.heard else _shuffled(tracks, wish, candidates.leanings, rng)


def _shuffled(tracks: Sequence[Track], wish: Wish, leanings: Leanings, rng: Random) -> list[Track]:
    """A random order in which heavier tracks tend to come first (Efraimidis and Spirakis 2006: keys u ** (1/w))."""
    lean = _leans(tracks, wish.lean)
    by_fit = sorted(tracks, key=lambda track: fit(track, wish.mix))

    def key(ranked: tuple[int, Track]) -> float:
        rank, track = ranked
        weight = math.exp(FIT_STRENGTH * rank / len(by_fit)) * leanings.weight(track) * lean.get(track.id, 1.0)
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
