"""What votes say about other tracks: a like lifts those of the artist and those that sound alike, a dislike damps."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.artists import artist_key, artist_keys
from bot.domain import Taste, Track, Vote
from bot.likeness import Space
from bot.ports import Shelves
from bot.whys import ByLikedArtist, Liked, NearLiked

HALF_LIFE: Final = timedelta(days=30)
"""After how long a vote pulls half as much. That a disliked track itself stays away does not fade."""

VOTES_THAT_REACH: Final = 30
"""How many of a listener's newest votes reach other tracks: what is older has mostly faded."""

_ITSELF: Final = math.log(2.0)
"""A liked track, once it may come again, is twice as likely."""

_ARTIST: Final[Mapping[Vote, float]] = {Vote.LIKE: math.log(1.8), Vote.DISLIKE: -math.log(4.0)}
_ALIKE: Final[Mapping[Vote, float]] = {Vote.LIKE: math.log(2.0), Vote.DISLIKE: -math.log(3.0)}
"""A fresh vote's pull on the same artist and on the nearest neighbour, as logarithms of how much likelier.

A dislike pulls harder than a like: a wrong track annoys more than a missed one (cf. `smoody evaluate recommendations`).
"""

_STRONGEST: Final = math.log(8.0)
"""All votes together make a track at most this much likelier or less likely: nobody is locked into a corner."""

TELLING: Final = math.log(1.1)
"""A like that made a track less than a tenth likelier is no reason to name."""


@dataclass(frozen=True, slots=True)
class _Cast:
    track: Track
    vote: Vote
    strength: float
    """1 for a fresh vote, halved with each `HALF_LIFE`."""
    artists: frozenset[str]
    alike: Mapping[str, float]

    def by_artist(self, track: Track) -> float:
        return _ARTIST[self.vote] * self.strength if self.artists & artist_keys(track) else 0.0

    def by_sound(self, track: Track) -> float:
        return _ALIKE[self.vote] * self.strength * self.alike.get(track.id, 0.0)


@dataclass(frozen=True, slots=True)
class Leanings:
    """How much likelier votes make tracks: ``pull`` holds logarithms by track id, without those that nothing pulls."""

    pull: Mapping[str, float]
    casts: tuple[_Cast, ...]

    def weight(self, track: Track) -> float:
        """By what factor a track is likelier; exactly 1 where no vote reaches."""
        pull = self.pull.get(track.id)
        return 1.0 if pull is None else math.exp(pull)

    def reason(self, track: Track, space: Space) -> Liked | ByLikedArtist | NearLiked | None:
        """The like that lifted a track most, when its votes together lifted it and that like is worth naming."""
        if self.pull.get(track.id, 0.0) <= TELLING:
            return None
        likes = [cast for cast in self.casts if cast.vote is Vote.LIKE]
        if any(cast.track.id == track.id for cast in likes):
            return Liked()
        most = max(likes, key=lambda cast: max(cast.by_artist(track), cast.by_sound(track)))
        if max(most.by_artist(track), most.by_sound(track)) <= TELLING:
            return None
        if most.by_artist(track) >= most.by_sound(track):
            own = artist_keys(track)
            return ByLikedArtist(
                liked=most.track, artist=next(name for name in most.track.artists if artist_key(name) in own)
            )
        return NearLiked(liked=most.track, close_in=space.close_in(track, most.track))


def leanings_of(shelves: Shelves, space: Space, taste: Taste, now: datetime) -> Leanings:
    """What the votes of a listener say about the tracks of a view."""
    if not taste.votes:
        return Leanings({}, ())
    newest = sorted(taste.votes, key=lambda track_id: taste.voted_at.get(track_id, now), reverse=True)
    casts = tuple(
        _Cast(
            track=track,
            vote=taste.votes[track_id],
            strength=_left_of(now - taste.voted_at.get(track_id, now)),
            artists=artist_keys(track),
            alike=space.neighbours(track),
        )
        for track_id in newest[:VOTES_THAT_REACH]
        if (track := shelves.track(track_id)) is not None
    )
    return Leanings(_pulls(casts, space), casts)


def _pulls(casts: tuple[_Cast, ...], space: Space) -> Mapping[str, float]:
    pull: defaultdict[str, float] = defaultdict(float)
    for cast in casts:
        for track_id, closeness in cast.alike.items():
            pull[track_id] += _ALIKE[cast.vote] * cast.strength * closeness
        same = {track.id for artist in cast.artists for track in space.by_artist.get(artist, ())}
        for track_id in same:
            pull[track_id] += _ARTIST[cast.vote] * cast.strength
        if cast.vote is Vote.LIKE:
            pull[cast.track.id] += (_ITSELF - _ARTIST[cast.vote]) * cast.strength
    return {track_id: max(-_STRONGEST, min(_STRONGEST, total)) for track_id, total in pull.items() if total}


def _left_of(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))
