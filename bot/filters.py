"""What a listener wants to hear at all: a language, a time, clean words. What is not known is guessed or said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.artists import artist_key
from bot.domain import Era, Mood, MusicLanguage, Preferences, Track
from bot.korean_singers import KOREAN_SINGERS
from bot.ports import Shelves
from bot.views import once_per_view

MEETS: Final = 0
"""A track that meets every filter; greater numbers miss more, and come only when nothing else is left."""
UNDATED: Final = 1
OTHER_ERA: Final = 2
OTHER_LANGUAGE: Final = 3

_ERAS: Final[Mapping[Era, range]] = {
    Era.TWENTIES: range(2020, 2030),
    Era.TENS: range(2010, 2020),
    Era.NOUGHTIES: range(2000, 2010),
    Era.OLDER: range(2000),
}

_HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_KANA_OR_HAN: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_OTHER_VERSION: Final = re.compile(
    r"\b(?:english|japanese|chinese|mandarin|eng|jpn?|chn)\b(?:\W*ver|\W*$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One listener's filter over one view of the catalogue."""

    preferences: Preferences
    korean: frozenset[str]
    """Ids of the tracks that are taken to be sung in Korean; empty where no language is asked for."""

    @property
    def is_open(self) -> bool:
        """Whether every track meets it."""
        wants = self.preferences
        return wants.music is MusicLanguage.ANY and wants.era is Era.ANY and not wants.clean_only

    def refuses(self, track: Track) -> bool:
        """Whether a track must not come at all: marked explicit, for a listener who wants clean words."""
        return self.preferences.clean_only and track.is_explicit is True

    def misses(self, track: Track) -> int:
        """`MEETS`, or how far a track is from what is wanted. A track without a year meets no era."""
        music, era = self.preferences.music, self.preferences.era
        if music is not MusicLanguage.ANY and (track.id in self.korean) is not (music is MusicLanguage.KOREAN):
            return OTHER_LANGUAGE
        if era is Era.ANY:
            return MEETS
        if track.year is None:
            return UNDATED
        return MEETS if track.year in _ERAS[era] else OTHER_ERA


def filter_of(shelves: Shelves, preferences: Preferences) -> Filter:
    """The filter that a listener's preferences make of a view."""
    asks = preferences.music is not MusicLanguage.ANY
    return Filter(preferences, korean_in(shelves) if asks else frozenset())


@once_per_view
def korean_in(shelves: Shelves) -> frozenset[str]:
    """Ids of the tracks that are taken to be sung in Korean. No source says it, so it is read from the writing.

    Hangul in a title or an artist's name is Korean; kana, Chinese characters alone and "English ver." are not. Else the
    artists decide: those with a Hangul title to their name on this view, and those known to sing in Korean.
    """
    everything = [track for mood in Mood for track in shelves.tracks_for(mood)]
    singers = KOREAN_SINGERS | {
        artist_key(track.artists[0]) for track in everything if track.artists and _HANGUL.search(track.title)
    }
    return frozenset(track.id for track in everything if _is_korean(track, singers))


def _is_korean(track: Track, singers: frozenset[str]) -> bool:
    title = track.title
    if _OTHER_VERSION.search(title):
        return False
    if _HANGUL.search(title) or any(map(_HANGUL.search, track.artists)):
        return True
    if _KANA_OR_HAN.search(title) and not _LATIN.search(title):
        return False
    return any(artist_key(artist) in singers for artist in track.artists)
