"""Corrections of what was heard: ``아니, 화난 건 아니고 불안해``. Only said after an answer do they correct it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.domain import Emotion

_NAMED: Final = {
    Emotion.JOY: "기쁘|기쁜|기뻐|기쁨|행복|신나|신난|즐거|즐겁|좋은거|happy|joy|glad|excited",
    Emotion.SADNESS: "슬프|슬픈|슬퍼|슬픔|우울|속상|서러|서럽|울적|sad|down|depressed|blue",
    Emotion.EMBARRASSMENT: (
        "당황|외로|외롭|창피|부끄|민망|쪽팔|죄책|미안|자괴|열등|embarrass|ashamed|asham|lonely|guilty|confused"
    ),
    Emotion.ANGER: "화나|화난|화가|화남|화낸|분노|짜증|열받|빡|억울해서화|angry|anger|mad|annoyed|furious",
    Emotion.ANXIETY: (
        "불안|걱정|초조|무서|무섭|두려|두렵|긴장|떨려|떨리|스트레스|anxious|worried|scared|afraid|nervous|stressed"
    ),
}
_NAME: Final = {emotion: re.compile(words) for emotion, words in _NAMED.items()}

_DENIAL: Final = re.compile(
    r"^\s*(?:아니+(?:야|에요|예요|요|라고|라니까|거든요?|네요?)?|아닌데요?|아뇨|아냐"
    r"|그게 ?아니(?:라|고|야|에요)?|틀렸(?:어|어요|는데|네)|반대(?:야|예요|인데)"
    r"|잘못 ?(?:들었어|알아들었어|짚었어)요?|ㄴㄴ|no+|nope|nah|wrong)"
    r"(?:[\s,.!~…ㅋㅎㅠㅜ]+|$)",
    re.IGNORECASE,
)
_NOT_BUT: Final = re.compile(
    r"^(?P<not>.{1,30}?)(?:\s*(?:건|게|것은|것이|거는|거|은|는|이|가))?\s*(?:아니고|아니라|아니구|아닌데|아니에요|아니야|아니거든|아냐|말고)"
    r"(?:[\s,.!~…]+|$)(?P<but>.*)$",
    re.DOTALL,
)
_NOT_BUT_ENGLISH: Final = re.compile(
    r"^(?:(?:i'?m|i ?am|it'?s)\s+)?not\s+(?P<not>[\w ]{1,30}?)\s*(?:[,.;]|but|just|—|-)+\s*(?P<but>.*)$",
    re.IGNORECASE | re.DOTALL,
)


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

    ``아니`` alone, ``아니, 불안해``, ``화난 건 아니고 불안해``, ``not angry, just scared``.
    """
    said = unicodedata.normalize("NFC", text).strip()
    denial = _DENIAL.match(said)
    rest = said[denial.end() :] if denial else said
    contrast = _NOT_BUT.match(rest) or _NOT_BUT_ENGLISH.match(rest)
    denied = emotion_named(contrast["not"]) if contrast else None
    if contrast and denied is not None:
        rest = contrast["but"].strip()
    elif denial is None:
        return None
    return Correction(denied=denied, meant=emotion_named(rest), rest=rest.strip())


_NEGATED: Final = re.compile(
    r"(?:^|\s)안\s?(?P<before>[가-힣]+)|(?P<stem>[가-힣]+)지\s?(?:는|도)?\s?(?:않|안)|(?P<noun>[가-힣]+)\s안\s?(?:나|났|내|냈|해|했)"
    r"|not\s(?:really\s|at all\s)?(?P<english>[a-z]+)",
    re.IGNORECASE,
)
_SHORT: Final = 16
"""Letters up to which a negated feeling is taken to be all that was said; longer ones may go on to another."""


def feeling_denied(text: str) -> Emotion | None:
    """The feeling that a short utterance says not to have (``하나도 안 무서워``), or None."""
    said = unicodedata.normalize("NFC", text).strip().lower()
    negated = _NEGATED.search(said) if len(re.sub(r"\s", "", said)) <= _SHORT else None
    if negated is None:
        return None
    word = next(group for group in negated.groups() if group)
    return emotion_named(word) or emotion_named(f"{word}나")  # 화 안 났어 denies what 화나 names


def emotion_named(text: str) -> Emotion | None:
    """The one emotion that a text names outright; None when it names none or several."""
    squeezed = re.sub(r"\s+", "", text.lower())
    named = [emotion for emotion, words in _NAME.items() if words.search(squeezed)]
    return named[0] if len(named) == 1 else None
