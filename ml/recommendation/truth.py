"""Whether the reason given for a card is true, worked out anew in numpy from the catalogue and the listener."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

import numpy as np
import numpy.typing as npt

from bot.artists import artist_key, artist_keys
from bot.audio_features import FEATURE_NAMES
from bot.domain import CARDS_PER_REPLY, Mood, MoodMix, Track, Vote
from bot.fit import quotas
from bot.whys import Again, Alike, ByLikedArtist, Fits, Liked, Named, NearLiked, Step
from ml.recommendation.simulate import Answer

_DAMPED: Final = {"liveness": 0.4, "tempo": 0.4}
CLOSE: Final = 0.5
"""Standard deviations within which two tracks may be called close in a feature."""
NEAREST_SHARE: Final = 0.2
"""A track that is said to sound like another is nearer to it than four in five of the catalogue."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The catalogue as numbers: features in standard deviations, shape (tracks with features, 9)."""

    row: Mapping[str, int]
    features: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    places: npt.NDArray[np.float64]
    """Liveliness and valence in standard deviations, shape (tracks with features, 2)."""
    moods: npt.NDArray[np.int64]

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> "Truth":
        """The numbers of these tracks."""
        known = [(track, track.features) for track in tracks if track.features is not None]
        raw = np.array([[getattr(sound, name) for name in FEATURE_NAMES] for _, sound in known], dtype=float)
        column = {name: raw[:, at] for at, name in enumerate(FEATURE_NAMES)}
        lively = 0.6 * column["energy"] + 0.2 * column["danceability"] + 0.2 * column["valence"]
        places = np.stack([lively, column["valence"]], axis=1)
        return cls(
            row={track.id: at for at, (track, _) in enumerate(known)},
            features=(raw - raw.mean(axis=0)) / raw.std(axis=0),
            weights=np.array([_DAMPED.get(name, 1.0) for name in FEATURE_NAMES]),
            places=(places - places.mean(axis=0)) / places.std(axis=0),
            moods=np.array([list(Mood).index(track.mood) for track, _ in known]),
        )

    def holds(self, track: Track, answer: Answer) -> bool:
        """Whether all that is claimed of one card of an answer is so."""
        why, taste = answer.picked.whys[track.id], answer.taste
        match why:
            case Named():
                return artist_key(why.artist) in artist_keys(track)
            case Fits():
                wish = answer.wish
                is_wished = wish.mix[why.mood] > 0 or why.mood is wish.towards or answer.similar_to is not None
                return is_wished and why.score == track.mood_scores[why.mood]
            case Liked():
                return taste.votes.get(track.id) is Vote.LIKE
            case ByLikedArtist():
                both = artist_keys(track) & artist_keys(why.liked)
                return taste.votes.get(why.liked.id) is Vote.LIKE and artist_key(why.artist) in both
            case NearLiked():
                return taste.votes.get(why.liked.id) is Vote.LIKE and self._are_alike(track, why.liked, why.close_in)
            case Alike():
                return answer.similar_to == why.to and self._are_alike(track, why.to, why.close_in)
            case Step():
                return self._is_step(why, track, answer)
            case Again():
                return why.ago == answer.at - taste.last_shown[track.id]
            case _:
                assert_never(why)

    def place(self, track: Track) -> tuple[float, float] | None:
        """Liveliness and valence of a track in standard deviations; None where they are not known."""
        if track.id not in self.row:
            return None
        lively, bright = self.places[self.row[track.id]]
        return float(lively), float(bright)

    def moves_on(self, answer: Answer) -> list[bool]:
        """For each card but the first of a way whether it is nearer to the goal than the one before, or as near."""
        progress = [self._progress(track, answer.wish.mix, answer.wish.towards) for track in answer.picked.tracks]
        return [after >= before - 1e-9 for before, after in itertools.pairwise(progress)]

    def _are_alike(self, one: Track, other: Track, close_in: Sequence[str]) -> bool:
        here, there = self.features[self.row[one.id]], self.features[self.row[other.id]]
        squared = ((self.features - there) ** 2 * self.weights).sum(axis=1)
        gaps = {name: abs(here[at] - there[at]) for at, name in enumerate(FEATURE_NAMES)}
        is_near = (squared < squared[self.row[one.id]]).mean() <= NEAREST_SHARE
        return bool(is_near) and all(gaps[name] <= CLOSE + 1e-9 for name in close_in)

    def _is_step(self, step: Step, track: Track, answer: Answer) -> bool:
        tracks, wish = answer.picked.tracks, answer.wish
        if tracks.index(track) + 1 != step.number or step.of != len(tracks) or step.towards is not wish.towards:
            return False
        now = quotas(wish.mix, CARDS_PER_REPLY)
        on_shelf = track.mood in now if step.number == 1 else step.number < step.of or track.mood is step.towards
        return on_shelf and (step.number == 1 or self.moves_on(answer)[step.number - 2])

    def _progress(self, track: Track, mix: MoodMix, towards: Mood | None) -> float:
        if towards is None or track.id not in self.row:
            return 0.0
        shares = {mood: mix[mood] for mood in quotas(mix, CARDS_PER_REPLY) if mood is not towards}
        centres = {mood: self.places[self.moods == list(Mood).index(mood)].mean(axis=0) for mood in (*shares, towards)}
        start = sum(share * centres[mood] for mood, share in shares.items()) / sum(shares.values())
        along = centres[towards] - start
        return float((self.places[self.row[track.id]] - start) @ along / (along @ along))
