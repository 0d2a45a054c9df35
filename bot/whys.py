"""Why a track was picked: what was really used, so that a listener can be told one true line."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.domain import Mood, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Its own score for a mood of the wish, 0..1."""

    mood: Mood
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked:
    """The listener's own 👍 on this very track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLikedArtist:
    """A 👍 on another track of the same artist made it likelier."""

    liked: Track
    artist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLiked:
    """A 👍 on a track that sounds like it made it likelier; ``close_in`` names the features that are close."""

    liked: Track
    close_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """It is among the nearest to the track that was asked for; ``close_in`` names the features that are close."""

    to: Track
    close_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step on the way to another mood: the first suits the mood now, the last is there."""

    number: int
    of: int
    towards: Mood
    mood: Mood
    """The shelf that the track stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Shown before, this long ago; it comes again because nothing newer to the listener was left."""

    ago: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """It is by the artist whom the listener asked for."""

    artist: str


Why: TypeAlias = Named | Fits | Liked | ByLikedArtist | NearLiked | Alike | Step | Again
