"""Which of the tracks a listener means: ``두 번째 거랑 비슷한 거``, ``아까 그 아이유 노래 같은 거``."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from bot.artist_names import is_word, names_of
from bot.artists import artist_key
from bot.domain import Track, Vote
from bot.letters import squeezed

_LAST_PLACE: Final = -1
_PLACE_OF: Final = {
    word: place
    for place, words in (
        (0, "첫 처음 위 일 1 ① first 1st one"),
        (1, "두 둘 이 2 ② second 2nd two"),
        (2, "세 셋 삼 3 ③ third 3rd three 가운데"),
        (3, "네 넷 사 4 ④ fourth 4th four"),
        (4, "다섯 오 5 ⑤ fifth 5th five"),
        (_LAST_PLACE, "마지막 끝 아래 밑 last"),
    )
    for word in words.split()
}
"""What the group ``place`` of the patterns below can hold, and which card that is."""

_OPINION: Final = r"(?:좋|별로|싫|최고|취향|구[려린리]|노잼|안\s?좋|[맘마]음?에|빼\s?줘)"
_THING: Final = (
    r"(?!거의)(?:거|것|건|게|껀|꺼|껄|곡|노래|트랙)(?:은|는|이랑?|랑|가|도|을|를|만|의|에서|하고|과)?"
    rf"(?:(?![^\W_])|(?={_OPINION}))"
)
"""What is a card, as a word: 게임, 거절 and 노래방 are none."""
_VERY: Final = r"(?:(?:진짜|정말|딱|너무|제일|가장|완전|훨씬|되게|엄청|아주|그냥|좀|더|꽤|개)\s?)*"
_NTH: Final = r"(?<![\d열물른흔쉰])(?P<place>첫|두|세|네|다섯|[1-5])\s*번\s*[째재쨰쩨]"
_NTH_ENGLISH: Final = r"\b(?P<place>first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)"
_EDGE: Final = r"(?<![가-힣])(?P<place>처음|마지막|(?:(?<=맨)|(?<=맨\s))(?:위|끝|아래|밑))"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_CARDS: Final = _compiled(
    rf"{_NTH}\s?{_THING}",
    rf"(?<![가-힣])(?P<place>첫)\s?(?=곡|노래|트랙){_THING}",
    rf"(?<![가-힣])(?P<place>첫|둘|셋|넷|다섯)[째재쨰쩨]\s?{_THING}",
    rf"(?<![\d가-힣])(?P<place>[1-5일삼사오])\s?번\s?{_THING}",
    rf"(?<![\d가-힣])(?P<place>[1-5])번[은이도만]?\s*{_VERY}(?={_OPINION})",
    rf"{_EDGE}\s?{_THING}",
    rf"{_NTH_ENGLISH} (?:one|song|track)\b",
    r"(?:#|\b(?:track|song) )(?P<place>[1-5])\b",
)
"""A card that is pointed at outright: ``첫 번째 남자친구`` and ``2번이나 혼났어`` are none."""
_MENTIONS: Final = _compiled(
    _NTH,
    r"(?<![가-힣])(?P<place>첫|둘|셋|넷|다섯)[째재쨰쩨]",
    r"(?<!\d)(?P<place>[1-5])\s*번(?!이나|\s?씩)",
    r"(?<![\d가-힣])(?P<place>[일삼사오]|이(?=\s*번\s*째))\s*번",
    r"(?P<place>[①-⑤])",
    r"\b(?P<place>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b",
    r"(?:#\s*|\b(?:number|track|song) )(?P<place>[1-5]|one|two|three|four|five)\b",
)
"""A place that is mentioned, which is enough where a track is asked for."""
_VAGUE_MENTIONS: Final = _compiled(
    _EDGE,
    r"(?<![가-힣])(?P<place>첫)(?!\s?(?:사랑|눈|날|인상|만남|키스|데이트|이별|출근|월급))",
    r"(?P<place>끝)\s?곡",
    r"(?<![개곡중이셋섯])\s?(?P<place>가운데)",
    r"\b(?P<place>last)\b(?! (?:night|week|month|year|time))",
)
"""What else can mean a place, and counts where none is numbered: ``다섯 곡 가운데 네 번째 거`` is the 4th."""

_FROM_THE_END: Final = re.compile(r"(?:끝|뒤|밑|아래|마지막)에서\s*$")

_LIKES: Final = re.compile(
    r"좋(?:아(?!하[는던])|다|네|은|았|더|습|던|군)|맘에\s?[들드]|마음에\s?[들드]|최고|취향"
    r"|\b(?:i|we|really|do|also) (?:like|liked|enjoy|enjoyed)\b|\blove[sd]?\b|\b(?:great|amazing|awesome)\b",
    re.IGNORECASE,
)
_DISLIKES: Final = re.compile(
    r"별로|싫|안\s?좋|좋[지진](?:는|도)?\s?(?:않|못)(?![^.!]*\?)|(?:맘|마음)에\s?(?:안|들[지진](?:는|도)?\s?(?:않|못))"
    r"|(?<![가-힣])구[려린리]|노잼|빼\s?줘|\bdislike\b|\bhate[sd]?\b|\bbad\b"
    r"|\b(?:do|did|does)(?:n['’]?t| not) (?:really |quite )?(?:like|love|enjoy)\b"
    r"|\b(?:is|was)(?:n['’]?t| not) (?:so |very |that |all that |really )?(?:great|good|amazing|awesome)\b",
    re.IGNORECASE,
)
_DOUBTS: Final = re.compile(
    r"않|아니|아닌|아냐|빼고|빼면|말고|나머지|취소|제외|보다|지만|줄\s?알|리가?\s?없|다고|라고|내가|자신|인생(?!곡|\s?노래)"
    r"|\b(?:not|no|never|hardly|nothing|except|but|rest|others?|than|cancel|undo)\b|n['’]t\b",
    re.IGNORECASE,
)
"""What may turn an opinion round, take it back, give it to another or aim it at something else than one card."""
_LIKENESS: Final = re.compile(
    r"비슷|같은|느낌|처럼|결이|스타일|계열|류의|닮|쪽으로|[이그저고]거랑|[이그저고]런\s?(?:거|것|걸|쪽|류|곡|노래|음악|보컬|애들)"
    r"|더\s[^.!]*(?:줘|주세|있[어나을]|없[어나을]|틀어|들려|부탁)|similar|more like|something like|sounds like",
    re.IGNORECASE,
)
"""What asks for other tracks rather than thinking something of this one."""
_OPINION_LIMIT: Final = 30
"""Characters of the longest opinion of a card; what is longer tells of something else."""

_SHORTEST_NAME: Final = 2
"""Letters from which a title or artist counts as named; ``비`` would be found in every ``비슷한``."""
_TELLING_TITLE: Final = 8
"""Letters from which a Korean title of several words needs nothing in the whole catalogue that points at it."""
_SHORT_LATIN: Final = 5
"""Letters up to which a Latin name is found in one piece only: ONEW is none in ``that one with``."""

_AFTER_A_NAME: Final = re.compile(
    r"(?:씨|님)?(?:의|이|가|은|는|을|를|이?랑|하고|과|와|도|만|처럼|같은|풍|표|노래|곡|음악|거|꺼|것|스타일|느낌)?(?![^\W_])"
    r"|(?:의|이?랑|하고|과|와|처럼)?\s?(?:노래|곡|음악|거|꺼|것|스타일|느낌|풍|같)"
)
_ALIKE: Final = re.compile(
    r"(?:이?랑|하고|과|와)?\s?(?:같|처럼|비슷|닮|결이|맹키|맨치|맨키)|이?라는|이?란\s?(?:노래|곡)"
)
_THEIRS: Final = re.compile(r"의?\s?(?:노래|곡|음악|풍|스타일|songs?|music|tracks?)")
_BEFORE_A_NAME: Final = re.compile(r"(?:^|[^\w])(?:like|to|by)\s+(?:the\s+song\s+)?$")
_CLAUSE_ENDS: Final = re.compile(r"\s*(?:$|[,.!?;)]|(?:by|from|please|and|but|or)\b)")
_QUOTES: Final = frozenset("\"'‘’“”「」『』《》<>")

_REQUESTS: Final = """
노래 음악 느낌 가수 곡들 분위기 스타일 추천 소리 목소리 좋아 싫어 최고 취향 이거 그거 저거 이런 그런 저런 이것 그것
다른 하나 다시 또다시 더더 오늘 어제 아까 방금 지금 처음 마지막 우리 나는 너는 내가 사람 친구 제발 부탁 항상 조금
많이 정말 진짜 너무 비슷 a an the i me my mine you your yours he him his she her hers it its us we our they them
their this that these those one ones some any all more most less another other others again before after now then
here there ever never always what who whom why how when where which whatever whoever something anything nothing
everything same else so too just like love please play give gimme want need find get got go come make take let try
keep stay show hear listen sound music song songs track tracks tune tunes singer artist artists band vibe style mood
feeling playlist similar different first second third fourth fifth last two three four five next to by of in on at
for from with and or but not no yes ok if is are was be do did can will would could up out im un
"""

_EVERYDAY: Final = """
alive alone amazing angel apple autumn band bandage beast beautiful because believe bestie boss boy boyfriend
breathe bronze buzz candy cave change cheese cheetah classic closer cloud cool crazy crush dance dark dawn daybreak
dean dear dream dreamcatcher dress ending enough escape eternity family fever fine flower forget friend genius ghost
girl god golden good goodbye grass gray great happy heart heaven hello help high highlight history holiday home
honey hope hot hug infinite jewelry joy june key king lay letter lie life light local lofi lonely loopy lost magic
maybe memory mint miracle money moon morning movie nell new night nobody old only panic party perfect pink playback
pretty primary psycho punch purple queen rain red reddy reply romance run sad secret shadow shine sky sleepy slow
smile solar sorry soul speed spring star stellar stop summer sun sunny sunset sweet swings tail think thunder time
today together tomorrow touch touched treasure trouble universe untitled up upper vanner warm wave weather well wild
wind winner winter wish woman wonder woody world wow yesterday young
"""
_REQUEST_WORDS: Final = frozenset(_REQUESTS.split())
"""What requests are made of; such a name counts only in quotation marks."""
_EVERYDAY_WORDS: Final = frozenset(_EVERYDAY.split())
"""Names that are English words as well: they have to be pointed at (``more like Crush``)."""


@dataclass(frozen=True, slots=True)
class _Name:
    """Something that a track is called."""

    key: str
    """Its letters, squeezed."""
    is_title: bool
    stands_out: bool
    """Whether it is found anywhere in the catalogue, although nothing points at it."""
    is_request: bool
    """Whether it is also a word of requests."""
    is_everyday: bool
    """Whether it also means something else."""


def opinion_of_place(text: str) -> Vote | None:
    """What a text that points at one card by its place thinks of it (``2번 좋다``).

    None when it has no opinion, more than one, or one that is turned round (``싫지 않아``), and when it asks for more
    tracks like that one.
    """
    if len(text) > _OPINION_LIMIT or _LIKENESS.search(text) or len(set(_places(text, _CARDS))) != 1:
        return None
    disliked = _DISLIKES.search(text) is not None
    rest = _DISLIKES.sub(" ", text)
    liked = _LIKES.search(rest) is not None
    if disliked is liked or _DOUBTS.search(rest):
        return None
    return Vote.LIKE if liked else Vote.DISLIKE


def referred(text: str, shown: Sequence[Track], catalogue: Iterable[Track]) -> Track | None:
    """The track that a text points at: by place among those ``shown``, else by title or artist, those first.

    A place that is pointed at outright is the only one meant, even when nothing was shown there.
    """
    pointed_at = next(_places(text, _CARDS), None)
    if pointed_at is not None:
        return _at(shown, pointed_at)
    for mentions in (_MENTIONS, _VAGUE_MENTIONS):
        for place in _places(text, mentions):
            if (mentioned := _at(shown, place)) is not None:
                return mentioned
    said = _Said.of(text)
    return _longest_named(said, shown, were_shown=True) or _longest_named(said, catalogue, were_shown=False)


def _places(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[int]:
    """The places that patterns find in a text, in the order in which they are said."""
    found = sorted((match for pattern in patterns for match in pattern.finditer(text)), key=re.Match.start)
    for match in found:
        place = _PLACE_OF[match["place"].lower()]
        yield -1 - place if _FROM_THE_END.search(text[: match.start()]) else place


def _at(shown: Sequence[Track], place: int) -> Track | None:
    return shown[place] if -len(shown) <= place < len(shown) else None


@dataclass(frozen=True, slots=True)
class _Said:
    """A text in which names are looked for, whatever gaps it has."""

    folded: str
    letters: str
    """The letters and digits of ``folded``."""
    at: Sequence[int]
    """Where in ``folded`` each of the ``letters`` is."""

    @classmethod
    def of(cls, text: str) -> Self:
        folded = unicodedata.normalize("NFC", text).casefold()
        at = [index for index, char in enumerate(folded) if unicodedata.category(char)[0] in "LN"]
        return cls(folded, "".join(folded[index] for index in at), at)

    def spans(self, key: str) -> Iterator[tuple[int, int]]:
        """Where ``folded`` has a name as a word of its own: 있지 is none in 있지만, Some none in something."""
        found = self.letters.find(key)
        while found >= 0:
            start, end = self.at[found], self.at[found + len(key) - 1] + 1
            is_whole = end - start == len(key) or len(key) > _SHORT_LATIN or not key.isascii()
            if is_whole and self._begins_a_word(start) and self._ends_a_word(end):
                yield start, end
            found = self.letters.find(key, found + 1)

    def _begins_a_word(self, start: int) -> bool:
        before = self.folded[start - 1 : start]
        return not before.isalnum() or before.isascii() is not self.folded[start].isascii()

    def _ends_a_word(self, end: int) -> bool:
        return any(after.match(self.folded, end) for after in (_AFTER_A_NAME, _ALIKE))

    def is_quoted(self, start: int, end: int) -> bool:
        return self.folded[start - 1 : start] in _QUOTES and self.folded[end : end + 1] in _QUOTES

    def is_pointed_at(self, start: int, end: int, *, is_title: bool) -> bool:
        """Whether what is around a name makes it one: ``… 같은 거``, ``like …``, for an artist also ``… 노래``."""
        if _ALIKE.match(self.folded, end) or (not is_title and _THEIRS.match(self.folded, end)):
            return True
        is_alone = _CLAUSE_ENDS.match(self.folded, end) is not None
        return is_alone and _BEFORE_A_NAME.search(self.folded[:start]) is not None


def _longest_named(said: _Said, tracks: Iterable[Track], *, were_shown: bool) -> Track | None:
    """The track with the longest name found in a text; a title beats an artist of the same length."""
    best: tuple[int, bool] = (0, False)
    found: Track | None = None
    for track in tracks:
        for name in _names(track.title, track.artists):
            size = (len(name.key), name.is_title)
            if name.key in said.letters and size > best and _is_meant(said, name, was_shown=were_shown):
                best, found = size, track
    return found


def _is_meant(said: _Said, name: _Name, *, was_shown: bool) -> bool:
    spans = said.spans(name.key)
    if name.is_request:
        return any(said.is_quoted(*span) for span in spans)
    if not name.is_everyday and (was_shown or name.stands_out):
        return any(spans)
    return any(said.is_quoted(*span) or said.is_pointed_at(*span, is_title=name.is_title) for span in spans)


@lru_cache(maxsize=65_536)
def _names(title: str, artists: tuple[str, ...]) -> tuple[_Name, ...]:
    """What a track is called: its title and its artists, those by their Hangul names as well."""
    called = [(title, True)]
    for artist in artists:
        others = (name for name in names_of(artist_key(artist)) if not is_word(name))
        called += [(name, False) for name in (artist, *others)]
    named = (_name(re.sub(r"\(.*?\)|\[.*?\]", "", name).strip(), is_title=is_title) for name, is_title in called)
    return tuple(name for name in named if len(name.key) >= _SHORTEST_NAME)


def _name(written: str, *, is_title: bool) -> _Name:
    key = squeezed(written)
    return _Name(
        key=key,
        is_title=is_title,
        stands_out=not is_title or (" " in written and not key.isascii() and len(key) >= _TELLING_TITLE),
        is_request=key in _REQUEST_WORDS,
        is_everyday=key in _EVERYDAY_WORDS or is_word(key),
    )
