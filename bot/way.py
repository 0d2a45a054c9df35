"""The way from a mood to another: five cards that lead there by equal steps, none of them a step back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bot.artists import artist_keys
from bot.candidates import Candidates, Stand
from bot.domain import Mood, MoodMix, Track
from bot.fit import FIT_STRENGTH, fit, quotas, why_it_fits
from bot.likeness import Place
from bot.whys import Step, Why

STEP_WIDTH: Final = 0.5
"""How closely a step keeps to its place, in standard deviations of liveliness and valence."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line from the middle of the present moods to that of the wanted one."""

    start: Place
    goal: Place

    def at(self, share: float) -> Place:
        """The place after this share of the way, 0..1."""
        (x, y), (to_x, to_y) = self.start, self.goal
        return x + share * (to_x - x), y + share * (to_y - y)

    def progress(self, place: Place) -> float:
        """How far along a place lies: 0 beside the start, 1 beside the goal."""
        along_x, along_y = self.goal[0] - self.start[0], self.goal[1] - self.start[1]
        length = along_x**2 + along_y**2
        if not length:
            return 0.0
        return ((place[0] - self.start[0]) * along_x + (place[1] - self.start[1]) * along_y) / length


@dataclass(frozen=True, slots=True)
class _Way:
    candidates: Candidates
    mix: MoodMix
    towards: Mood
    now: tuple[Mood, ...]
    """The moods to start from."""
    line: Line | None
    """None where nobody knows how the shelves sound: then mood scores alone lead the way."""
    rng: Random
    stands: Mapping[Mood, Mapping[Stand, Sequence[Track]]]

    def moods(self, share: float) -> tuple[Mood, ...]:
        """The shelves that a card may come from after this share of the way."""
        if share < 0.5:
            return self.now
        return (self.towards,) if share > 0.5 else (*self.now, self.towards)

    def mix_at(self, share: float) -> MoodMix:
        return {mood: (1 - share) * self.mix[mood] + share * (mood is self.towards) for mood in Mood}

    def progress(self, track: Track) -> float | None:
        place = self.candidates.space.places.get(track.id)
        return self.line.progress(place) if self.line and place else None

    def is_onward(self, track: Track, reached: float) -> bool:
        """Whether a track is no step back; one whose sound nobody knows is none."""
        progress = self.progress(track)
        return progress is None or progress >= reached

    def step(self, share: float, reached: float, chosen: Sequence[Track]) -> Track | None:
        """A track for a place on the way: onward from the right shelves; else any of those shelves, else of any."""
        artists = {key for track in chosen for key in artist_keys(track)}
        for moods in (self.moods(share), (*self.now, self.towards)):
            for stand in sorted({stand for mood in moods for stand in self.stands[mood]}):
                standing = (track for mood in moods for track in self.stands[mood].get(stand, ()))
                free = [track for track in standing if artists.isdisjoint(artist_keys(track))]
                onward = [track for track in free if self.is_onward(track, reached)]
                if onward or free:
                    return self._chosen(onward or free, stand, share)
        return None

    def _chosen(self, tracks: Sequence[Track], stand: Stand, share: float) -> Track:
        return self.candidates.longest_ago(tracks)[0] if stand.heard else self._drawn(tracks, share)

    def _drawn(self, tracks: Sequence[Track], share: float) -> Track:
        """One track by lot: the better it fits the mix and the nearer it is to the place, the likelier."""
        mix, at, places = self.mix_at(share), self.line and self.line.at(share), self.candidates.space.places
        by_fit = sorted(tracks, key=lambda track: fit(track, mix))

        def weight(rank: int, track: Track) -> float:
            place = places.get(track.id)
            away = math.dist(place, at) / STEP_WIDTH if place and at else 2.0
            nearness = math.exp(FIT_STRENGTH * rank / len(by_fit) - away**2 / 2)
            return nearness * self.candidates.leanings.weight(track) + 1e-12  # never all zero

        return self.rng.choices(by_fit, [weight(rank, track) for rank, track in enumerate(by_fit)])[0]


def on_the_way(candidates: Candidates, mix: MoodMix, towards: Mood, rng: Random, count: int) -> list[tuple[Track, Why]]:
    """Cards that lead from a mix to another mood, in order, each with its step where its claim is true.

    Mood scores, liveliness and valence change by equal steps: the first card suits the mix now, the last is at the
    goal.
    """
    now = tuple(mood for mood in quotas(mix, count) if mood is not towards)
    start, goal = candidates.space.centre({mood: mix[mood] for mood in now}), candidates.space.centre({towards: 1.0})
    line = Line(start, goal) if start and goal else None
    stands = {mood: candidates.stands(candidates.shelves.tracks_for(mood)) for mood in (*now, towards)}
    way = _Way(candidates, mix, towards, now, line, rng, stands)
    found: list[tuple[Track, Why]] = []
    reached = -math.inf
    for number in range(1, count + 1):
        share = (number - 1) / max(1, count - 1)
        track = way.step(share, reached, [track for track, _ in found])
        if track is None:
            break
        progress = way.progress(track)
        is_step = track.mood in way.moods(share) and way.is_onward(track, reached)
        step = Step(number=number, of=count, towards=towards, mood=track.mood)
        found.append((track, step if is_step else why_it_fits(track, way.mix_at(share))))
        reached = reached if progress is None else max(reached, progress)
    return found
