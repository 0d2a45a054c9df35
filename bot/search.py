"""Finding tracks by what is being typed of a title or an artist: Hangul key by key, initials, Latin in any case."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.artist_names import names_of
from bot.artists import artist_key
from bot.domain import Mood, Track
from bot.ports import Shelves
from bot.views import once_per_view

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
"""Initials, vowels and finals in Unicode's order."""

_TWO_KEYS: Final[dict[int, str]] = str.maketrans(
    {
        "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ", "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ",
        "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    }
)  # fmt: skip
"""Letters for which a two-set keyboard has no key of their own."""

_SYLLABLES: Final = range(ord("가"), ord("힣") + 1)


class _Keys(dict[int, str]):
    """`str.translate` table from a syllable to the keys that type it on a two-set keyboard: 값 is ㄱㅏㅂㅅ."""

    def __missing__(self, code: int) -> str:
        if code in _SYLLABLES:
            initial, rest = divmod(code - _SYLLABLES.start, 21 * 28)
            vowel, final = divmod(rest, 28)
            keys: str = (_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]).translate(_TWO_KEYS)
        else:
            keys = _TWO_KEYS.get(code, chr(code))
        self[code] = keys
        return keys


class _Initials(dict[int, str]):
    """`str.translate` table from a syllable to its initial consonant: 값 is ㄱ."""

    def __missing__(self, code: int) -> str:
        is_syllable = code in _SYLLABLES
        initial = _INITIALS[(code - _SYLLABLES.start) // (21 * 28)] if is_syllable else chr(code)
        self[code] = initial
        return initial


_KEYS: Final = _Keys()
_FIRST: Final = _Initials()
_ONLY_INITIALS: Final = re.compile(f"[{_INITIALS}]+")
_BETWEEN: Final = re.compile(r"[\W_]+")
_LINE: Final = "\n"


@dataclass(frozen=True, slots=True)
class _Text:
    """All lines of a view in one string, so that one `str.find` looks through all of them."""

    lines: str
    starts: Sequence[int]
    """Where each line begins, after its line feed."""
    tracks: Sequence[Track]
    """The track of each line."""

    def matches(self, wanted: str) -> Iterator[Track]:
        """Tracks with a line that begins with what is wanted, then those that hold it elsewhere."""
        yield from self._found(_LINE + wanted, len(_LINE))
        yield from self._found(wanted, 0)

    def _found(self, wanted: str, into: int) -> Iterator[Track]:
        at = self.lines.find(wanted)
        while at >= 0:
            line = bisect_right(self.starts, at + into) - 1
            yield self.tracks[line]
            after = self.starts[line + 1] - len(_LINE) if line + 1 < len(self.starts) else len(self.lines)
            at = self.lines.find(wanted, after)


@dataclass(frozen=True, slots=True)
class _Index:
    keys: _Text
    initials: _Text


def find(shelves: Shelves, words: str, count: int = 25) -> tuple[Track, ...]:
    """At most ``count`` tracks by what has been typed so far; none for nothing typed.

    Case, spaces and punctuation do not matter, nor whether Hangul comes composed. A title, an artist, or both one after
    the other count; what begins with the words comes before what holds them, and of each the most popular first.
    Initial consonants alone (ㅇㅇㅇ) find 아이유, and a syllable still being typed (밤펴) finds 밤편지.
    """
    typed = _plain(words)
    if not typed:
        return ()
    index = _index_of(shelves)
    by_initials = _ONLY_INITIALS.fullmatch(typed.translate(_KEYS))
    matches = index.initials.matches(by_initials[0]) if by_initials else index.keys.matches(typed.translate(_KEYS))
    found: dict[str, Track] = {}
    for track in matches:
        found.setdefault(track.id, track)
        if len(found) == count:
            break
    return tuple(found.values())


@once_per_view
def _index_of(shelves: Shelves) -> _Index:
    """The lines of a view, the most popular tracks first: some 50 ms for 10,000 tracks, once."""
    everything = [track for mood in Mood for track in shelves.tracks_for(mood)]
    everything.sort(key=lambda track: -1 if track.popularity is None else track.popularity, reverse=True)
    lines = [(line, track) for track in everything for line in _lines_of(track)]
    plain, tracks = _LINE + _LINE.join(line for line, _ in lines), [track for _, track in lines]
    return _Index(keys=_text(plain.translate(_KEYS), tracks), initials=_text(plain.translate(_FIRST), tracks))


def _lines_of(track: Track) -> Iterator[str]:
    """A title with its artists after it, and each artist, under every name, with the title after it."""
    title, artists = _plain(track.title), [_plain(artist) for artist in track.artists]
    also = [_plain(name) for artist in track.artists for name in names_of(artist_key(artist))]
    yield title + "".join(artists)
    for artist in (*artists, *also):
        yield artist + title


def _text(lines: str, tracks: Sequence[Track]) -> _Text:
    return _Text(lines, [match.end() for match in re.finditer(_LINE, lines)], tracks)


def _plain(text: str) -> str:
    """Composed, caseless and without spaces and punctuation; what is nothing but those stays as it is."""
    caseless = unicodedata.normalize("NFC", text).casefold()
    return _BETWEEN.sub("", caseless) or caseless.strip()
