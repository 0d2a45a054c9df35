"""What may come for one listener, and how far behind each track stands: filters first, then what was heard lately."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.artists import artist_keys
from bot.domain import Taste, Track, Vote
from bot.filters import MEETS, Filter, filter_of
from bot.leanings import Leanings, leanings_of
from bot.likeness import Space, space_of
from bot.ports import Shelves
from bot.whys import Again, Liked, Why

NO_REPEAT: Final = timedelta(days=30)
"""For how long what was shown comes last, longest ago first; after that it may come like any other track."""


@dataclass(frozen=True, slots=True, order=True)
class Stand:
    """How far behind others a track stands; `Stand` values sort from the front to the back."""

    misses: int
    """What it misses of the filters, as in `bot.filters`."""
    heard: bool
    """Whether it was shown within `NO_REPEAT`."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A view of the catalogue as one listener hears it now."""

    shelves: Shelves
    taste: Taste
    now: datetime
    filter: Filter
    space: Space
    leanings: Leanings

    def stands(self, tracks: Iterable[Track]) -> dict[Stand, list[Track]]:
        """Tracks by how far behind they stand, without what the listener dislikes or must not hear."""
        stands: defaultdict[Stand, list[Track]] = defaultdict(list)
        disliked = {track_id for track_id, vote in self.taste.votes.items() if vote is Vote.DISLIKE}
        shown, in_front = self.taste.last_shown, Stand(MEETS, heard=False)
        is_open, refuses, misses = self.filter.is_open, self.filter.refuses, self.filter.misses
        for track in tracks:
            if track.id in disliked or (not is_open and refuses(track)):
                continue
            missed = MEETS if is_open else misses(track)
            heard = track.id in shown and self.was_heard(track)
            stands[Stand(missed, heard) if missed or heard else in_front].append(track)
        return stands

    def was_heard(self, track: Track) -> bool:
        """Whether a track was shown within `NO_REPEAT`."""
        at = self.taste.last_shown.get(track.id)
        return at is not None and self.now - at < NO_REPEAT

    def longest_ago(self, tracks: Iterable[Track]) -> list[Track]:
        """Tracks that were shown, those shown longest ago first."""
        return sorted(tracks, key=lambda track: self.taste.last_shown[track.id])

    def why(self, track: Track) -> Why | None:
        """What of this listener's own led to a track, if anything did: that it comes again, or a like."""
        liked = self.leanings.reason(track, self.space)
        at = self.taste.last_shown.get(track.id)
        return Again(ago=self.now - at) if at is not None and not isinstance(liked, Liked) else liked


def candidates_for(shelves: Shelves, taste: Taste, now: datetime) -> Candidates:
    """The candidates of a view for one listener."""
    space = space_of(shelves)
    return Candidates(
        shelves=shelves,
        taste=taste,
        now=now,
        filter=filter_of(shelves, taste.preferences),
        space=space,
        leanings=leanings_of(shelves, space, taste, now),
    )


def distinct(candidates: Iterable[Track], chosen: Sequence[Track], count: int) -> list[Track]:
    """The first ``count`` candidates that share no artist with each other or with ``chosen``."""
    artists = {key for track in chosen for key in artist_keys(track)}
    found: list[Track] = []
    for track in candidates:
        if len(found) >= count:
            break
        keys = artist_keys(track)
        if not keys & artists:
            artists |= keys
            found.append(track)
    return found
