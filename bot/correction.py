"""Corrections of what was heard: ``아니, 화난 건 아니고 불안해``. Only said after an answer do they correct it.

Feelings are looked for as words, together with what negates them: ``전화가`` names none, ``화 안 났어`` denies one.
What only sounds like a denial (``아니 벌써 12시네``, ``No one loves me``) is none.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.domain import Emotion

_KOREAN: Final = {
    Emotion.JOY: (
        r"기[쁘쁜뻐쁨쁩뻤쁠]|행복|신이?\s?[나난났남납]|즐거|즐겁|기분이?\s?좋|좋은\s?거(?:야|예요|지|라고|라니까)"
    ),
    Emotion.SADNESS: r"슬[프픈퍼픔픕펐플]|우울|속이?\s?상(?!태)|서러|서럽|울적",
    Emotion.EMBARRASSMENT: r"당황|외로|외롭|창피|부끄|민망|쪽\s?팔|죄책|미안|자괴|열등",
    Emotion.ANGER: (
        r"화[가도는]?\s?(?:(?:너무|많이|엄청|진짜|좀|더)\s?)?(?:나(?![이무누눠])|[난났납낸냈]|치밀)|화남(?![가-힣])"
        r"|분노|짜증|열\s?받|빡[치쳐침친쳤돌]|빡(?![가-힣])"
    ),
    Emotion.ANXIETY: r"불안|걱정|초조|무서|무섭|두려|두렵|긴장|떨[려리린렸]|스트레스",
}
_ENGLISH: Final = {
    Emotion.JOY: "happy|happiness|joy|joyful|glad|excited",
    Emotion.SADNESS: "sad|sadness|depressed"
    r"|(?:(?<=feel )|(?<=feeling )|(?<=i'm )|(?<=am )|(?<=not )|(?<=so )|(?<=just )|(?<=really ))"
    r"(?:down|blue)(?!\s(?:the|to|here|there|in|on)\b)",
    Emotion.EMBARRASSMENT: "embarrass[a-z]*|ashamed|lonely|loneliness|guilty|confused",
    Emotion.ANGER: "angry|anger|mad|annoyed|furious",
    Emotion.ANXIETY: "anxious|anxiety|worried|scared|afraid|nervous|stressed",
}
_START: Final = (
    r"(?:(?<![가-힣])|(?<=너무|진짜|정말|완전|그냥|엄청|많이|지금|오늘|사실|조금|전혀|별로|아니|아냐|아뇨)"
    r"|(?<=하나도)|(?<=[개왕넘좀더걍급핵나난안]))"
)
"""Where a Korean feeling may begin: with a word or what people glue to one (``너무슬퍼``), so never in ``전화나``."""
_NAME: Final = {
    emotion: re.compile(
        rf"{_START}(?:{_KOREAN[emotion]})|(?<![a-z])(?:{_ENGLISH[emotion]})(?![a-z])",
        re.IGNORECASE,
    )
    for emotion in _KOREAN
}
_ANY_KOREAN: Final = f"(?:{'|'.join(_KOREAN.values())})"
_ANY_ENGLISH: Final = f"(?<![a-z])(?:{'|'.join(_ENGLISH.values())})(?![a-z])"

_NOUN: Final = "(?:짜증|화|열|속|신|걱정|긴장|스트레스|불안|당황|행복|우울|창피|미안|분노|외로움|슬픔|두려움)"
_AT_ALL: Final = r"(?:(?:하나도|전혀|별로|그렇게|딱히|절대|그다지)\s?)*"
_NOT: Final = (
    r"(?:(?<![a-z])(?:not|never|no longer|[a-z]+n't)"
    r"(?:\s(?:really|at all|that|so|very|even|actually|exactly|particularly|feel|feeling|be|being|been|i'm|i am))*\s)"
)
_NEGATED_KOREAN: Final = (
    rf"{_START}안\s?{_AT_ALL}{_ANY_KOREAN}[가-힣]*"
    rf"|{_START}{_ANY_KOREAN}[가-힣]{{0,8}}?[지진](?:는|도|가)?\s?(?:않|못|안)[가-힣]*"
    rf"|{_START}{_NOUN}[은는이가도을를]?\s?{_AT_ALL}안\s?[나났난남내냈해했하되돼됐받상][가-힣]*"
    rf"|{_START}{_NOUN}[은는이가도]?\s?{_AT_ALL}없[어다음네습][가-힣]*"
)
_NEGATED_ENGLISH: Final = (
    rf"(?:{_NOT}(?:{_ANY_ENGLISH}|(?:down|blue)(?![a-z]))"
    r"|(?<![a-z])no\s(?:joy|happiness|anger|sadness|anxiety)(?![a-z]))"
)
_NEGATED: Final = re.compile(f"{_NEGATED_KOREAN}|{_NEGATED_ENGLISH}", re.IGNORECASE)

_ASKED_FOR: Final = (
    r".*(?:거|것|걸로?|거로|노래|곡)\s?(?:좀\s?)?(?:(?:틀어|들려|추천해)?\s?(?:줘|주세요)|없[어나]|있[어나])?[\s.!?~]*$"
)
_CONTRAST_KOREAN: Final = (
    rf"{_START}{_ANY_KOREAN}[가-힣]{{0,8}}?\s?(?:그런\s?)?(?:(?:기분|마음|감정|상태|것|거)?[은는이가]?|건|게)\s?{_AT_ALL}"
    r"(?<!도)(?<!도\s)"
    r"(?:아니(?:라고|라니까|거든|고|구|라|야|에요|예요|지만)요?|아닌데요?|아닙니다|아냐|아님"
    rf"|(?:(?<=[거것건게])|(?<=[거것건게]\s))말고(?!{_ASKED_FOR}))"
    r"(?!서|면|도|며|고|구|니까|[가-힣]*\s*\?)"
)
_CONTRAST: Final = re.compile(
    rf"{_CONTRAST_KOREAN}|^(?:(?:i'?m|i am|it'?s)\s+)?{_NEGATED_ENGLISH}\s*(?:[,.;—–-]|but(?![a-z])|just(?![a-z]))+",
    re.IGNORECASE,
)
"""One feeling set against another: ``화난 건 아니고 …``, ``not angry, just …``."""
_OF_MUSIC: Final = (
    rf"(?:{_START}{_ANY_KOREAN}[가-힣]*|{_ANY_ENGLISH})\s?(?:노래|음악|곡(?![가-힣])|songs?|music|tracks?)"
)
_NOT_FELT: Final = re.compile(f"{_CONTRAST_KOREAN}|{_NEGATED.pattern}|{_OF_MUSIC}", re.IGNORECASE)

_LEAD_KOREAN: Final = (
    r"(?:(?:나는|나|난|내가|저는|저|전|제가|지금은|지금|오늘은|오늘|그냥|완전|너무|진짜|정말|사실은|사실|오히려"
    r"|좀|더|많이|엄청|되게|걍|하나도|전혀)\s*)*"
)
_LEAD_ENGLISH: Final = r"(?:(?:i'?m|i am|i feel|i was|i|it'?s|just|actually|really|more|so|feeling|kinda|very)\s+)"
_AT_ONCE: Final = re.compile(
    rf"{_LEAD_KOREAN}(?:{_CONTRAST_KOREAN}|{_NEGATED_KOREAN}|{_START}{_ANY_KOREAN})"
    rf"|{_LEAD_ENGLISH}*(?:{_NEGATED_ENGLISH})|{_LEAD_ENGLISH}+{_ANY_ENGLISH}",
    re.IGNORECASE,
)
"""A feeling that is named before anything else is told; ``no sad songs`` has none."""

_DENIAL: Final = re.compile(
    r"^\s*(?:(?P<sure>그게\s?아니(?:라고|라|고|야|에요|예요)요?|잘못\s?(?:들었|알아들었|짚었)[가-힣]*)"
    r"|(?P<plain>아니(?:에요|예요|야|요|(?:라고|라니까|거든|네)요?)|아닌데요?|아닙니다|아뇨|아냐"
    r"|틀렸(?:어요?|는데|네)|반대(?:야|예요|인데)|ㄴㄴ+)"
    r"|(?P<cry>(?:아니+\s*)+)|(?P<no>no+(?:[\s,]+no+)*|nope|nah|wrong))"
    rf"(?:(?![가-힣a-z0-9]|\.?\s?\d)|(?={_CONTRAST_KOREAN}|{_START}{_ANY_KOREAN}))(?P<pause>[\s,，.!~…—–ㅋㅎㅠㅜ]*)",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"[,，]|(?<!\.)\.(?!\.)")
_STOP: Final = re.compile(r"[,，.!~…—–]")
_REFUSAL: Final = re.compile(
    r"(?:이제\s?)?(?:괜찮[가-힣]*|됐[가-힣]*|필요\s?없[가-힣]*|그만[가-힣]*)"
    r"|(?:no\s)?thank(?:s| you)|i'?m (?:fine|good|ok|okay)",
    re.IGNORECASE,
)
"""``아니, 괜찮아``: something is turned down, and not what was heard."""

_UNDONE_AFTER: Final = re.compile(r"[^,.!]{0,10}?(?:없|거짓말|척|리가|수가|지만|줄\s?알|싶|생겼|방법|\?)")
_UNDONE_WITHIN: Final = re.compile(
    r"겠|[을플울쁠할]까|[냐니]$|으?면|으?려|[않안하]게|(?:펐|웠|했|났)는데|(?<![않못])지만"
)
_UNDONE_BEFORE: Final = re.compile(
    r"pretend|(?<![a-z])(?:lie|lying|wish|want|can't|fake|faking|no one|nobody)(?![a-z])", re.IGNORECASE
)

_SHORT: Final = 16
"""Letters up to which a negated feeling is taken to be all that was said; longer ones may go on to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A reading that the listener turns down."""

    denied: Emotion | None
    """The feeling that it is not, where one was named."""
    meant: Emotion | None
    """The feeling that it is, where one was named."""
    rest: str
    """What was said beside the denial; empty when there was nothing else."""


def correction_in(text: str) -> Correction | None:
    """The correction that an utterance is, or None.

    ``아니야`` alone, ``아니, 지쳤어``, ``아니 불안해``, ``화난 건 아니고 불안해``, ``not angry, just scared``.
    Without a comma or a feeling, ``아니`` and ``no`` deny nothing: ``아니 벌써 12시네``, ``No time to rest``.
    """
    said = _plain(text)
    denial = _DENIAL.match(said)
    rest = said[denial.end() :] if denial else said
    contrast = _denial_of_one(_CONTRAST, rest)
    if contrast is None and not (denial and _denies(denial, rest)):
        return None
    denied, end = contrast or _negation_in(rest) or (None, 0)
    meant = emotion_named(rest[end:]) or emotion_named(rest)
    return Correction(denied=denied, meant=meant, rest=rest[end:].strip(" ,.!~…"))


def feeling_denied(text: str) -> Emotion | None:
    """The feeling that a short utterance says not to have (``하나도 안 무서워``), or None.

    Double negation, pretence and wishes deny nothing: ``안 슬픈 날이 없어``, ``안 무서운 척했지만 무서워``.
    """
    said = _plain(text)
    if len(re.sub(r"\s", "", said)) > _SHORT:
        return None
    denial = _denial_of_one(_CONTRAST, said) or _negation_in(said)
    return None if denial is None or denial[0] in _named_in(_NOT_FELT.sub(" ", said)) else denial[0]


def emotion_named(text: str) -> Emotion | None:
    """The one emotion that a text names as felt; None when it names none or several, or only denies some."""
    named = _named_in(_NOT_FELT.sub(" ", _plain(text)))
    return named[0] if len(named) == 1 else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("’", "'").strip()


def _named_in(text: str) -> list[Emotion]:
    return [emotion for emotion, name in _NAME.items() if name.search(text)]


def _denies(denial: re.Match[str], rest: str) -> bool:
    """Whether what begins like a denial is one, by what follows it."""
    if _REFUSAL.fullmatch(rest.strip(" .!~")):
        return False
    if not rest or denial["sure"] or (_COMMA if denial["cry"] else _STOP).search(denial["pause"]):
        return True
    if denial["plain"]:
        return bool(_named_in(rest)) or _NEGATED.search(rest) is not None
    return _AT_ONCE.match(rest) is not None


def _negation_in(text: str) -> tuple[Emotion, int] | None:
    """The feeling that a text says not to have and where that ends; None where it is undone (``않다면 거짓말``)."""
    negated = _NEGATED.search(text)
    if negated is None:
        return None
    is_undone = (
        _UNDONE_BEFORE.search(text[: negated.start()])
        or _UNDONE_WITHIN.search(negated[0])
        or _UNDONE_AFTER.match(text, negated.end())
    )
    return None if is_undone else _denial_of_one(_NEGATED, text)


def _denial_of_one(pattern: re.Pattern[str], text: str) -> tuple[Emotion, int] | None:
    """The one feeling in what a pattern of denial finds, and where that ends."""
    found = pattern.search(text)
    if found is None:
        return None
    named = {*_named_in(found[0]), *_named_in(re.sub(r"안\s?", "", found[0]))}  # 화 안 났어 denies what 화 났어 names
    return (named.pop(), found.end()) if len(named) == 1 else None
