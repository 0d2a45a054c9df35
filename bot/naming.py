"""Artists whom a listener asks for by name: ``아이유 노래 틀어줘``, ``songs by IU``. Whole utterances only."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.artist_names import is_word, known_artists, names_of
from bot.artists import artist_key
from bot.domain import Mood, Track
from bot.letters import squeezed
from bot.ports import Shelves
from bot.views import once_per_view

LONGEST: Final = 40
"""Letters of the longest utterance that is looked at: a name and a request are short."""

_MUSIC: Final = "(노래|음악|곡)(들)?"
# Each word of a request can be read in one way only: with two readings a long repetition would take for ever.
_PLAY: Final = "틀어|들려|재생|듣고싶어|듣고싶다|듣고싶네|듣고싶은데|듣고싶습니다|들을래|듣자"
_PLEASE: Final = (
    "좀|추천|골라|찾아|알려|부탁|드려|드립니다|해|줘|줄래|주라|주세|주십시오|주실래|줄수있어|줄수있나|주실수있나|주실수있을까"
    "|있어|있나|없어|없나|요"
)
_FORMS: Final = tuple(
    (re.compile(form), names_surely)
    for form, names_surely in (
        (rf"가수(?P<name>.+?)(의)?{_MUSIC}?(을|를|만|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", True),
        (rf"(?P<name>.+?)(가부른|이부른){_MUSIC}(을|를|만|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", True),
        (rf"(?P<name>.+?)(의)?{_MUSIC}(을|를|만|로|으로|은|는)?(더|하나)?({_PLAY}|{_PLEASE})*", False),
        (rf"(?P<name>.+?)(을|를|만)?(좀)?({_PLAY})({_PLEASE})*", False),
        (r"(canyou)?(play)?(me)?(some)?(songs?|music|tracks?|something)(by|from)(?P<name>.+?)(please)?", True),
        (r"(canyou)?play(me)?(some)?(?P<name>.+?)(please)?", False),
    )
)


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
    said = squeezed(text).strip("ㅋㅎㅠㅜ")
    if len(said) > LONGEST:
        return ()
    found = ((form.fullmatch(said), names_surely) for form, names_surely in _FORMS)
    return [match["name"] for match, surely in found if match and (surely or not is_word(match["name"]))]


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


@once_per_view
def _by_name(shelves: Shelves) -> dict[str, Artist]:
    """Every artist under every name that listeners have for them."""
    everything = [track for mood in Mood for track in shelves.tracks_for(mood)]
    everything.sort(key=lambda track: -1 if track.popularity is None else track.popularity, reverse=True)
    tracks_of: dict[str, list[Track]] = {}
    written: dict[str, str] = {}
    for track in everything:
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
