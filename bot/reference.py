"""Which of the tracks a listener means: ``두 번째 거랑 비슷한 거``, ``아까 그 아이유 노래 같은 거``."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.artist_names import is_word, names_of
from bot.artists import artist_key
from bot.domain import Track, Vote
from bot.letters import squeezed

_ORDINALS: Final = (
    r"첫|처음|맨\s*위|1\s*번|①|일\s*번|\bfirst|\b1st|#\s*1\b|\bnumber (?:1|one)\b",
    r"두\s*번|둘째|2\s*번|②|이\s*번째|\bsecond|\b2nd|#\s*2\b|\bnumber (?:2|two)\b",
    r"세\s*번|셋째|3\s*번|③|삼\s*번|가운데|\bthird|\b3rd|#\s*3\b|\bnumber (?:3|three)\b",
    r"네\s*번|넷째|4\s*번|④|사\s*번|\bfourth|\b4th|#\s*4\b|\bnumber (?:4|four)\b",
    r"다섯\s*번|다섯째|5\s*번|⑤|오\s*번|\bfifth|\b5th|#\s*5\b|\bnumber (?:5|five)\b",
)
_COMPILED: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _ORDINALS)
_LAST: Final = re.compile(r"마지막|맨\s*(?:끝|아래|밑)|끝\s*곡|\blast\b", re.IGNORECASE)

_SHORTEST_NAME: Final = 2
"""Letters from which a title or artist counts as named; ``비`` would be found in every ``비슷한``."""


_AFTER_A_NAME: Final = re.compile(
    r"(?:씨|님)?(?:의|이|가|은|는|을|를|이?랑|하고|과|와|도|만|처럼|같은|풍|표|노래|곡|음악|거|꺼|것|스타일|느낌)?(?![^\W_])"
    r"|(?:의|이?랑|하고|과|와|처럼)?\s?(?:노래|곡|음악|거|꺼|것|스타일|느낌|풍|같)"
)


_LIKES: Final = re.compile(r"좋(아|다|네|은|았|더라)|맘에 ?들|마음에 ?들|최고|취향|love|like|great", re.IGNORECASE)
_DISLIKES: Final = re.compile(
    r"별로|싫|안 ?좋|맘에 ?안|마음에 ?안|구려|구리|노잼|빼 ?줘|dislike|don'?t like|hate|bad\b", re.IGNORECASE
)
_LIKENESS: Final = re.compile(
    r"비슷|같은|느낌|처럼|결이|스타일|계열|류의|similar|more like|something like|sounds like", re.IGNORECASE
)


_CARD: Final = re.compile(
    r"(?:첫|두|세|네|다섯|[1-5])\s?번째?\s?(?:거|것|건|게|곡|노래|트랙)|\b[1-5]번(?=\s|은|이)"
    r"|(?:처음|마지막|맨\s?(?:끝|아래|위))\s?(?:거|것|건|게|곡|노래)"
    r"|\b(?:first|second|third|fourth|fifth|last) (?:one|song|track)|#[1-5]\b",
    re.IGNORECASE,
)
"""A card that is pointed at outright: 첫 번째 남자친구 is none."""
_OPINION_LIMIT: Final = 30
"""Characters of the longest opinion of a card; what is longer tells of something else."""


def opinion_of_place(text: str) -> Vote | None:
    """What a text that points at a card by its place thinks of it; None when it has no opinion or asks for likeness."""
    if len(text) > _OPINION_LIMIT or not _CARD.search(text) or _LIKENESS.search(text):
        return None
    if _DISLIKES.search(text):
        return Vote.DISLIKE
    return Vote.LIKE if _LIKES.search(text) else None


def referred(text: str, shown: Sequence[Track], catalogue: Iterable[Track]) -> Track | None:
    """The track that a text points at: by place among those ``shown``, else by title or artist, those first."""
    by_place = _place(text, len(shown))
    if by_place is not None:
        return shown[by_place]
    return _longest_named(text, shown) or _longest_named(text, catalogue)


def _place(text: str, count: int) -> int | None:
    if count and _LAST.search(text):
        return count - 1
    return next((place for place, pattern in enumerate(_COMPILED[:count]) if pattern.search(text)), None)


def _longest_named(text: str, tracks: Iterable[Track]) -> Track | None:
    """The track with the longest name found in a text; a title beats an artist of the same length."""
    said, folded = squeezed(text), unicodedata.normalize("NFC", text).casefold()
    best: tuple[int, Track] | None = None
    for track in tracks:
        for name in (track.title, *track.artists):
            key = squeezed(re.sub(r"\(.*?\)|\[.*?\]", "", name))
            if len(key) >= _SHORTEST_NAME and key in said and (best is None or len(key) > best[0]):
                best = (len(key), track)
        for name in _other_names(track):
            if (best is None or len(name) > best[0]) and _is_called(folded, name):
                best = (len(name), track)
    return best[1] if best else None


def _other_names(track: Track) -> Iterator[str]:
    """What listeners call the artists of a track besides the names it has, without those that mean something else."""
    for artist in track.artists:
        yield from (name for name in names_of(artist_key(artist)) if len(name) >= _SHORTEST_NAME and not is_word(name))


def _is_called(text: str, name: str) -> bool:
    """Whether a text has a Hangul name as a word of its own: 있지 is none in 있지만."""
    at = text.find(name)
    while at >= 0:
        if not (at and text[at - 1].isalnum()) and _AFTER_A_NAME.match(text, at + len(name)):
            return True
        at = text.find(name, at + 1)
    return False
