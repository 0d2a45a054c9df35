"""Simulated listeners: feelings, wishes, votes and filters over forty days, answered by the selection as it ships."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bot.domain import Mood, MusicLanguage, Preferences, Taste, Track, Vote, Wish
from bot.mood_policy import MOOD_OF, calmer, livelier, normalised, turned
from bot.ports import Shelves
from bot.selection import Pick, pick, similar

FIRST_VISIT: Final = datetime(2026, 3, 2, 21, tzinfo=UTC)
VISITS: Final = 8
"""Visits of each listener, spread evenly over `DAYS`."""
DAYS: Final = 40
FURTHER_WISHES: Final = 3
"""What a listener presses after the first five of a visit: another five, livelier, calmer, turn or similar."""
VOTES_ON: Final = 0.15
"""Share of cards that a listener votes on; whether up or down is decided by a liking for loudness or softness."""
MIXED: Final = 0.35
"""Concentration of the Dirichlet distribution of feelings: most readings lead clearly, as the classifier's do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as a listener got it, with what the listener was before it."""

    listener: int
    visit: int
    at: datetime
    wish: Wish
    picked: Pick
    taste: Taste
    similar_to: Track | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listener:
    number: int
    preferences: Preferences
    likes_lively: bool


def answers_of(shelves: Shelves, *, listeners: int, seed: int) -> Iterator[Answer]:
    """All answers that so many simulated listeners get, in order; the same seed gives the same."""
    for number in range(listeners):
        rng = Random(f"{seed}:{number}")
        music = MusicLanguage.KOREAN if number % 4 == 0 else MusicLanguage.ANY
        listener = _Listener(
            number=number,
            preferences=Preferences(music=music, clean_only=number % 8 == 0),
            likes_lively=rng.random() < 0.5,
        )
        yield from _visits(shelves, listener, rng)


def _visits(shelves: Shelves, listener: _Listener, rng: Random) -> Iterator[Answer]:
    taste = Taste(preferences=listener.preferences, is_new=True)
    for visit in range(VISITS):
        at = FIRST_VISIT + timedelta(days=visit * DAYS / VISITS)
        wish = Wish(mix=_feeling(rng))
        to: Track | None = None
        for _ in range(1 + FURTHER_WISHES):
            picked = similar(shelves, to, taste, now=at) if to else pick(shelves, wish, taste, rng, now=at)
            answer = Answer(
                listener=listener.number, visit=visit, at=at, wish=wish, picked=picked, taste=taste, similar_to=to
            )
            yield answer
            taste = _after(answer, listener, rng)
            at += timedelta(minutes=2)
            wish, to = _next_wish(wish, picked.tracks, rng)


def _feeling(rng: Random) -> dict[Mood, float]:
    """A mix as a reading gives it: a Dirichlet draw over the five emotions, by their moods."""
    mix = dict.fromkeys(Mood, 0.0)
    for mood in MOOD_OF.values():
        mix[mood] += rng.gammavariate(MIXED, 1.0)
    return dict(normalised(mix))


def _next_wish(wish: Wish, shown: Sequence[Track], rng: Random) -> tuple[Wish, Track | None]:
    stay = replace(wish, towards=None)
    match rng.choices(("more", "livelier", "calmer", "turn", "similar"), (5, 1, 1, 1, 1))[0]:
        case "livelier":
            return livelier(stay), None
        case "calmer":
            return calmer(stay), None
        case "turn":
            return turned(stay), None
        case "similar" if shown:
            return stay, rng.choice(shown)
    return stay, None


def _after(answer: Answer, listener: _Listener, rng: Random) -> Taste:
    """What is kept of a listener after an answer."""
    taste, tracks = answer.taste, answer.picked.tracks
    votes = {track.id: _vote(track, listener) for track in tracks if rng.random() < VOTES_ON}
    return replace(
        taste,
        is_new=False,
        last_shown={**taste.last_shown, **dict.fromkeys((track.id for track in tracks), answer.at)},
        votes={**taste.votes, **votes},
        voted_at={**taste.voted_at, **dict.fromkeys(votes, answer.at)},
    )


def _vote(track: Track, listener: _Listener) -> Vote:
    energy = track.features.energy if track.features else math.nan
    return Vote.LIKE if (energy > 0.6) is listener.likes_lively else Vote.DISLIKE
