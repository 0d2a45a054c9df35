"""What there is to say of simulated listeners' answers: figures with confidence intervals by listener, in numpy."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.artists import artist_keys
from bot.domain import CARDS_PER_REPLY, Mood, MusicLanguage, Taste, Track, Vote, Wish
from bot.filters import korean_in
from bot.fit import FIT_STRENGTH, SMALLEST_SHARE, fit, quotas
from bot.likeness import space_of
from bot.mood_policy import leading, only
from bot.ports import Shelves
from bot.selection import pick
from ml.recommendation.simulate import Answer, answers_of
from ml.recommendation.truth import Truth

RESAMPLES: Final = 1_000
"""Bootstrap resamples; listeners are drawn, not answers, because answers of one listener hang together."""

OPPOSITE: Final[Mapping[Mood, Mood]] = {
    Mood.HAPPY: Mood.SAD,
    Mood.SAD: Mood.HAPPY,
    Mood.ENERGETIC: Mood.CALM,
    Mood.CALM: Mood.ENERGETIC,
}

SEEDS_PER_VOTE: Final = 10
"""Picks before and after a vote, with the same seeds: what is told is how often they show what the vote reaches."""

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure with its 95 % interval, and what it should be."""

    name: str
    value: float
    low: float
    high: float
    of: int
    """How many cards, answers or picks were looked at."""
    aim: str = ""
    is_met: bool | None = None
    """Whether the aim is met; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationReport:
    """All figures, and what the plots are drawn from."""

    listeners: int
    answers: int
    tracks: int
    seed: int
    figures: tuple[Figure, ...]
    shown: Mapping[Mood, tuple[int, ...]]
    """How often each track of a shelf was shown, most often first."""
    coverage: tuple[float, ...]
    """Share of the catalogue that the first n listeners were shown, for n from 1."""
    ways: Mapping[str, tuple[tuple[float, float], ...]]
    """``Sad to Happy``: mean liveliness and valence of each step, in standard deviations over the catalogue."""

    def to_markdown(self) -> str:
        """A table with one row a figure."""
        rows = [
            f"{self.listeners:,} simulated listeners, {self.answers:,} answers, "
            f"{self.tracks:,} tracks, seed {self.seed}.",
            "",
            "| figure | value | 95 % interval | of | aim |",
            "|---|---:|---:|---:|---|",
        ]
        marks = {True: " ✓", False: " ✗", None: ""}
        rows += [
            f"| {each.name} | {each.value:.3f} | {each.low:.3f} – {each.high:.3f} | {each.of:,} "
            f"| {each.aim}{marks[each.is_met]} |"
            for each in self.figures
        ]
        return "\n".join(rows)

    def to_json(self) -> dict[str, object]:
        """The figures alone, for programs."""
        return {
            "listeners": self.listeners,
            "answers": self.answers,
            "tracks": self.tracks,
            "seed": self.seed,
            "figures": [asdict(each) for each in self.figures],
        }


def evaluate(shelves: Shelves, *, listeners: int, seed: int = 1) -> RecommendationReport:
    """Let so many simulated listeners use SMOODY over one view of the catalogue, and count."""
    tally = _Tally(listeners, seed)
    tracks = [track for mood in Mood for track in shelves.tracks_for(mood)]
    exposure = np.zeros((listeners, len(tracks)))
    place = {track.id: at for at, track in enumerate(tracks)}
    judge = _Judge(tally, Truth.of(tracks), korean_in(shelves))
    answers = 0
    for answer in answers_of(shelves, listeners=listeners, seed=seed):
        answers += 1
        judge.look_at(answer)
        for track in answer.picked.tracks:
            exposure[answer.listener, place[track.id]] += 1
        if answer.visit == 1 and answer.picked.tracks:
            _votes(shelves, answer, tally)
        if answer.visit == 2:
            _identities(shelves, answer, tally)
    shown = exposure.sum(axis=0)
    return RecommendationReport(
        listeners=listeners,
        answers=answers,
        tracks=len(tracks),
        seed=seed,
        figures=(*tally.figures(), *_exposures(exposure, tally)),
        shown={
            mood: tuple(sorted((int(shown[place[t.id]]) for t in shelves.tracks_for(mood)), reverse=True))
            for mood in Mood
        },
        coverage=tuple(float(share) for share in (np.cumsum(exposure, axis=0) > 0).mean(axis=1)),
        ways={name: _means(places) for name, places in judge.ways.items()},
    )


class _Tally:
    """Sums and numbers of what was counted, by figure and listener."""

    def __init__(self, listeners: int, seed: int) -> None:
        self.sums: defaultdict[str, Counts] = defaultdict(lambda: np.zeros(listeners))
        self.numbers: defaultdict[str, Counts] = defaultdict(lambda: np.zeros(listeners))
        rng = np.random.default_rng(seed)
        self.weights: Counts = rng.multinomial(listeners, [1 / listeners] * listeners, size=RESAMPLES).astype(float)
        """How often each listener is drawn in each resample, shape (RESAMPLES, listeners)."""

    def add(self, name: str, listener: int, values: Iterable[float]) -> None:
        counted = list(values)
        self.sums[name][listener] += sum(counted)
        self.numbers[name][listener] += len(counted)

    def figures(self) -> list[Figure]:
        plain = [self._ratio(name, name) for name in (*_AIMS, *_SAID) if name in self.sums]
        votes = [
            self._ratio(f"{what} shown after {vote} / before", f"{what} after {vote}", f"{what} before")
            for vote in ("👎", "👍")
            for what in ("artist", "neighbours")
            if f"{what} before" in self.sums
        ]
        return plain + votes

    def _ratio(self, told: str, name: str, over: str | None = None) -> Figure:
        """A mean, or how many times more often than ``over`` something was counted."""
        below = self.sums[over] if over else self.numbers[name]
        above = self.sums[name]
        value = above.sum() / below.sum() if below.sum() else math.nan
        whole = self.weights @ below
        drawn = (self.weights @ above)[whole > 0] / whole[whole > 0]
        return figure(told, value, drawn, int(self.numbers[name].sum()))


_AIMS: Final[Mapping[str, tuple[str, Callable[[float], bool]]]] = {
    "mood agreement@5 (shelf)": ("≥ 0.80", lambda value: value >= 0.8),
    "opposite-mood rate": ("≤ 0.02", lambda value: value <= 0.02),
    "repetition within a visit": ("0", lambda value: value == 0),
    "repetition within 30 days": ("≤ 0.05", lambda value: value <= 0.05),
    "distinct artists": ("1", lambda value: value == 1),
    "language fit": ("1", lambda value: value == 1),
    "clean words": ("1", lambda value: value == 1),
    "truth of explanations": ("1", lambda value: value == 1),
    "way: first card suits now": ("1", lambda value: value == 1),
    "way: last card is at the goal": ("1", lambda value: value == 1),
    "cold start is the neutral order": ("1", lambda value: value == 1),
    "taking a vote back is identity": ("1", lambda value: value == 1),
    "coverage": ("≥ 0.60", lambda value: value >= 0.6),
    "artist shown after 👎 / before": ("≤ 0.50", lambda value: value <= 0.5),
}
_SAID: Final = ("mood agreement@5 (highest score)", "explained by a like", "way: steps that move on")


def figure(name: str, value: float, drawn: Counts, of: int) -> Figure:
    """A figure with the interval that holds 95 % of its resamples."""
    low, high = np.percentile(drawn, (2.5, 97.5)) if len(drawn) else (math.nan, math.nan)
    return _figure(name, value, float(low), float(high), of)


def _figure(name: str, value: float, low: float, high: float, of: int) -> Figure:
    aim, meets = _AIMS.get(name, ("", None))
    is_met = bool(meets(round(value, 9))) if meets and aim else None
    return Figure(name=name, value=float(value), low=low, high=high, of=of, aim=aim, is_met=is_met)


@dataclass(slots=True)
class _Judge:
    """Looks at one answer after the other."""

    tally: _Tally
    truth: Truth
    korean: frozenset[str]
    ways: defaultdict[str, list[list[tuple[float, float]]]]

    def __init__(self, tally: _Tally, truth: Truth, korean: frozenset[str]) -> None:
        self.tally, self.truth, self.korean, self.ways = tally, truth, korean, defaultdict(list)

    def look_at(self, answer: Answer) -> None:
        """Count all that can be said of one answer."""
        tracks, taste, who = answer.picked.tracks, answer.taste, answer.listener
        since = [answer.at - taste.last_shown[track.id] for track in tracks if track.id in taste.last_shown]
        none = [0.0] * (len(tracks) - len(since))
        add = self.tally.add
        add("repetition within a visit", who, [*(ago < timedelta(hours=1) for ago in since), *none])
        add("repetition within 30 days", who, [*(ago < timedelta(days=30) for ago in since), *none])
        add("distinct artists", who, [_is_alone(track, tracks) for track in tracks])
        add("truth of explanations", who, [self.truth.holds(track, answer) for track in tracks])
        if taste.preferences.music is MusicLanguage.KOREAN:
            add("language fit", who, [track.id in self.korean for track in tracks])
        if taste.preferences.clean_only:
            add("clean words", who, [track.is_explicit is not True for track in tracks])
        likes = Vote.LIKE in taste.votes.values()
        if likes and answer.similar_to is None and answer.wish.towards is None:
            names = (type(answer.picked.whys[track.id]).__name__ for track in tracks)
            add("explained by a like", who, [name in {"ByLikedArtist", "NearLiked", "Liked"} for name in names])
        if answer.similar_to is None:
            (self._mood if answer.wish.towards is None else self._way)(answer)

    def _mood(self, answer: Answer) -> None:
        wish, tracks, who = answer.wish, answer.picked.tracks, answer.listener
        wanted = set(quotas(wish.mix, CARDS_PER_REPLY))
        opposite = OPPOSITE[leading(wish.mix)]
        highest = [leading(track.mood_scores) for track in tracks]
        self.tally.add("mood agreement@5 (shelf)", who, [track.mood in wanted for track in tracks])
        self.tally.add("mood agreement@5 (highest score)", who, [mood in wanted for mood in highest])
        is_meant = wish.mix[opposite] >= SMALLEST_SHARE
        self.tally.add("opposite-mood rate", who, [mood is opposite and not is_meant for mood in highest])

    def _way(self, answer: Answer) -> None:
        wish, tracks, who = answer.wish, answer.picked.tracks, answer.listener
        goal = wish.towards
        if goal is None or len(tracks) < CARDS_PER_REPLY or set(quotas(wish.mix, CARDS_PER_REPLY)) == {goal}:
            return
        self.tally.add("way: first card suits now", who, [tracks[0].mood in quotas(wish.mix, CARDS_PER_REPLY)])
        self.tally.add("way: last card is at the goal", who, [tracks[-1].mood is goal])
        self.tally.add("way: steps that move on", who, self.truth.moves_on(answer))
        places = [self.truth.place(track) for track in tracks]
        self.ways[f"{leading(wish.mix)} to {goal}"].append([place for place in places if place is not None])


def _is_alone(track: Track, tracks: Sequence[Track]) -> bool:
    return all(artist_keys(track).isdisjoint(artist_keys(other)) for other in tracks if other is not track)


def _votes(shelves: Shelves, answer: Answer, tally: _Tally) -> None:
    """How often an artist and the neighbours of a track come before and after a vote on it, with the same seeds."""
    space = space_of(shelves)
    voted = max(answer.picked.tracks, key=lambda track: len(_others_of(shelves, track)))
    artist = {track.id for track in _others_of(shelves, voted)}
    near = {each for each in space.neighbours(voted) if (track := shelves.track(each)) and track.mood is voted.mood}
    blank = replace(answer.taste, votes={}, voted_at={})
    tastes = {
        "before": blank,
        "after 👎": replace(blank, votes={voted.id: Vote.DISLIKE}),
        "after 👍": replace(blank, votes={voted.id: Vote.LIKE}),
    }
    wish = Wish(mix=only(voted.mood))
    for name, taste in tastes.items():
        for seed in range(SEEDS_PER_VOTE):
            shown = {track.id for track in pick(shelves, wish, taste, Random(seed), now=answer.at).tracks}
            tally.add(f"artist {name}", answer.listener, [len(shown & artist)])
            tally.add(f"neighbours {name}", answer.listener, [len(shown & near - artist)])


def _others_of(shelves: Shelves, voted: Track) -> list[Track]:
    keys = artist_keys(voted)
    return [t for t in shelves.tracks_for(voted.mood) if t.id != voted.id and not keys.isdisjoint(artist_keys(t))]


def _identities(shelves: Shelves, answer: Answer, tally: _Tally) -> None:
    """Whether a stranger gets the neutral order, and whether a vote that was taken back leaves no trace."""
    seed = answer.listener
    wish = Wish(mix=answer.wish.mix)
    cold = pick(shelves, wish, Taste(is_new=True), Random(seed), now=answer.at).tracks
    tally.add("cold start is the neutral order", seed, [cold == neutral(shelves, wish, Random(seed))])
    before = pick(shelves, wish, answer.taste, Random(seed), now=answer.at)
    voted = {**answer.taste.votes, before.tracks[0].id: Vote.DISLIKE}
    pick(shelves, wish, replace(answer.taste, votes=voted), Random(seed), now=answer.at)
    voted.pop(before.tracks[0].id)
    after = pick(shelves, wish, replace(answer.taste, votes=voted), Random(seed), now=answer.at)
    tally.add("taking a vote back is identity", seed, [before == after])


def neutral(shelves: Shelves, wish: Wish, rng: Random) -> tuple[Track, ...]:
    """What anyone gets of whom nothing is known: fit by rank and chance alone (no lean), five different artists."""
    chosen: list[Track] = []
    for mood, quota in quotas(wish.mix, CARDS_PER_REPLY).items():
        by_fit = sorted(shelves.tracks_for(mood), key=lambda track: fit(track, wish.mix))
        keys = [
            math.log(1.0 - rng.random()) / math.exp(FIT_STRENGTH * rank / len(by_fit)) for rank in range(len(by_fit))
        ]
        left = quota
        for _, track in sorted(zip(keys, by_fit, strict=True), key=lambda pair: pair[0], reverse=True):
            if left and _is_alone(track, [*chosen, track]):
                chosen.append(track)
                left -= 1
    return tuple(sorted(chosen, key=lambda track: fit(track, wish.mix), reverse=True))


def _exposures(exposure: Counts, tally: _Tally) -> list[Figure]:
    """Coverage and Gini over all tracks, with normal intervals by the bootstrap's standard error.

    Percentiles would mislead: a resample leaves a third of the listeners out and so covers less than all of them.
    """
    drawn, shown = tally.weights @ exposure, exposure.sum(axis=0)
    spread = {
        "coverage": (float((shown > 0).mean()), float((drawn > 0).mean(axis=1).std())),
        "Gini of exposure": (gini(shown), float(np.std([gini(row) for row in drawn]))),
    }
    return [
        _figure(name, value, max(0.0, value - 1.96 * error), min(1.0, value + 1.96 * error), int(shown.sum()))
        for name, (value, error) in spread.items()
    ]


def gini(shown: Counts) -> float:
    """Inequality of non-negative numbers: 0 when all are equal, towards 1 when one has everything."""
    ordered = np.sort(shown)
    ranks = np.arange(1, len(ordered) + 1)
    total = ordered.sum()
    return float(((2 * ranks - len(ordered) - 1) * ordered).sum() / (len(ordered) * total)) if total else 0.0


def _means(places: Sequence[Sequence[tuple[float, float]]]) -> tuple[tuple[float, float], ...]:
    whole = np.array([each for each in places if len(each) == CARDS_PER_REPLY])
    return tuple((float(x), float(y)) for x, y in whole.mean(axis=0)) if len(whole) else ()
