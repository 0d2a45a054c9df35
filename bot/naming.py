"""Artists and tracks that a listener asks for by name: ``아이유 노래``, ``songs by IU``, ``봄날 틀어줘``.

Whole utterances only.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.artist_names import is_word, known_artists, names_of
from bot.artists import artist_key
from bot.domain import Mood, Track
from bot.letters import squeezed, wish_letters
from bot.ports import Shelves
from bot.views import once_per_view

_SHORTEST: Final = 2
_BRACKETED: Final = re.compile(r"\(.*?\)|\[.*?\]")
_MUSIC: Final = "(노래|음악|곡)(들)?"
# Each word of a request can be read in one way only: with two readings a long repetition would take for ever.
_PLAY: Final = "틀어|들려|재생|듣고싶어|듣고싶다|듣고싶네|듣고싶은데|듣고싶습니다|들을래|듣자"
_PLEASE: Final = (
    "좀|추천|골라|찾아|알려|부탁|드려|드립니다|해|줘|줄래|주라|주세|주십시오|주실래|줄수있어|줄수있나|주실수있나|주실수있을까"
    "|있어|있나|없어|없나|요"
)
_KIND: Final = (
    "(슬픈|우울한|쓸쓸한|신나는|밝은|행복한|빠른|잔잔한|조용한|차분한|느린|편안한|최신|최근|옛날|다른|좋은|유명한|대표)"
)
_FORMS: Final = tuple(
    (re.compile(form), names_surely)
    for form, names_surely in (
        (rf"가수(?P<name>.+?)(의)?{_MUSIC}?(을|를|만|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", True),
        (rf"(?P<name>.+?)(가부른|이부른){_MUSIC}(을|를|만|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", True),
        (rf"{_KIND}?(?P<name>.+?)(의)?{_KIND}?{_MUSIC}(을|를|만|로|으로|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", False),
        (rf"(?P<name>.+?)(을|를|만)?(좀)?({_PLAY})({_PLEASE})*", False),
        (r"(canyou)?(play)?(me)?(some)?(songs?|music|tracks?|something)(by|from)(?P<name>.+?)(please)?", True),
        (r"(canyou)?play(me)?(some)?(?P<name>.+?)(please)?", False),
    )
)

_TITLES: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?P<name>.+?)(을|를|만)?(좀)?({_PLAY})({_PLEASE})*",
        r"(canyou)?play(me)?(?P<name>.+?)(please)?",
    )
)
_STYLES: Final = re.compile(
    "(재즈|클래식|힙합|랩|락|록|메탈|트로트|뽕짝|팝|팝송|외국|해외|일본|중국|제이팝|jpop|시티팝|인디|알앤비|rnb|edm|로파이|lofi"
    "|크리스마스(캐롤|캐럴)?|캐롤|캐럴|동요|자장가|국악|가요|케이팝|kpop|아이돌|걸그룹|보이그룹|뉴에이지|ost|드라마ost|피아노|기타|연주"
    "|최신|최신곡|신곡|유행하는|요즘유행하는|인기|인기차트|차트|(19|20)?\\d0년대|옛날|추억의|여자가수|남자가수"
    "|jazz|classical|hiphop|rock|metal|pop|indie|christmas|piano|trot)"
    "(노래|음악|곡|songs?|music)?(들)?(을|를|만|로|으로)?(좀)?"
    rf"({_PLAY}|{_PLEASE})*"
)
_PLAYS_NOTHING: Final = re.compile(r"\W*(?:can you )?play[a-z]", re.IGNORECASE)
"""``Played soccer today``: without its gaps it would ask for somebody called Ed Soccer Today."""


@dataclass(frozen=True, slots=True)
class Artist:
    """Somebody in the catalogue."""

    name: str
    """As the catalogue writes it."""
    tracks: tuple[Track, ...]
    """All of theirs, at least one, the most popular first."""


def names_in(text: str) -> Sequence[str]:
    """What could be the name in a request for an artist, as far as its form tells; none for what is no request.

    A name that is an everyday word as well counts only where the form leaves no doubt (``가수 바다 노래``).
    """
    said = wish_letters(text)
    if _PLAYS_NOTHING.match(text):
        return ()
    found = ((form.fullmatch(said), names_surely) for form, names_surely in _FORMS)
    return [match["name"] for match, surely in found if match and (surely or not is_word(match["name"]))]


def bare_names(text: str) -> Sequence[str]:
    """The name that a whole utterance may be (``아이유``), and nothing that is an everyday word."""
    said = wish_letters(text)
    return [said] if len(said) >= _SHORTEST and not is_word(said) else []


def is_style(text: str) -> bool:
    """Whether a whole utterance asks for a genre, a time or an instrument (``재즈 틀어줘``); none is known."""
    return _STYLES.fullmatch(wish_letters(text)) is not None


def track_named(text: str, shelves: Shelves) -> Track | None:
    """The track that a request calls by its title, with or without its artist (``방탄소년단 봄날 틀어줘``)."""
    known = _by_title(shelves)
    found = (form.fullmatch(wish_letters(text)) for form in _TITLES)
    names = [match["name"] for match in found if match and len(match["name"]) >= _SHORTEST]
    return next((known[name] for name in names if name in known), None)


def artist_named(names: Iterable[str], shelves: Shelves) -> Artist | None:
    """The first artist of the catalogue who is called by one of these names; None when there is none."""
    known = _by_name(shelves)
    return next((known[name] for name in names if name in known), None)


def known_elsewhere(names: Iterable[str]) -> str | None:
    """The first artist, in the catalogue or not, who is called by one of these names; None for nobody we know of."""
    known = _known()
    return next((known[name] for name in names if name in known), None)


@cache
def _known() -> dict[str, str]:
    return {squeezed(each): name for name, others in known_artists().items() for each in (name, *others)}


def _by_popularity(shelves: Shelves) -> list[Track]:
    everything = [track for mood in Mood for track in shelves.tracks_for(mood)]
    return sorted(everything, key=lambda track: -1 if track.popularity is None else track.popularity, reverse=True)


@once_per_view
def _by_name(shelves: Shelves) -> dict[str, Artist]:
    """Every artist under every name that listeners have for them."""
    tracks_of: dict[str, list[Track]] = {}
    written: dict[str, str] = {}
    for track in _by_popularity(shelves):
        for artist in track.artists:
            tracks_of.setdefault(artist_key(artist), []).append(track)
            written.setdefault(artist_key(artist), artist)
    called: dict[str, Artist] = {}
    for key, tracks in tracks_of.items():
        whole = Artist(written[key], tuple(tracks))
        for name in (key, *names_of(key)):
            called.setdefault(squeezed(name), whole)
    called.pop("", None)
    return called


@once_per_view
def _by_title(shelves: Shelves) -> dict[str, Track]:
    """Every track under its title, the most popular first, and under its artists' names before its title."""
    titled: dict[str, Track] = {}
    for track in _by_popularity(shelves):
        title = squeezed(_BRACKETED.sub("", track.title)) or squeezed(track.title)
        titled.setdefault(title, track)
        for artist in track.artists:
            for name in (artist, *names_of(artist_key(artist))):
                titled.setdefault(squeezed(name) + title, track)
    return titled
