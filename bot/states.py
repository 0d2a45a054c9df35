"""How a listener is, where no feeling can be heard in it: tired, bored, awake at night, loath to go to work.

None of these is one of the five emotions, and each still says which music would do. Short utterances only, and only
those that the emotion model calls neutral.
"""

import re
from typing import Final

from bot.domain import Mood
from bot.letters import squeezed

LONGEST: Final = 30
"""Letters: what is longer tells of more than a state."""

_LOATH: Final = (
    "(회사|학교|출근|등교|학원|일하러|월요일)(가|에|하|이)?(기|는게|이)?(너무|진짜|정말)?싫"
    "|(일|공부)하기(가)?(너무|진짜|정말)?싫|hatemondays?"
)
_STATES: Final = tuple(
    (name, mood, re.compile(words))
    for name, mood, words in (
        ("sleepless", Mood.CALM, "(잠이?|잠도)(안와|안온다|오지않|안들어)|못자겠|불면|cantsleep|insomnia"),
        (
            "tired",
            Mood.CALM,
            "피곤|피로(?!회복)|졸려|졸리|졸음|녹초|방전|기운이?없|쉬고싶|눕고싶|야근|exhausted|sleepy|wornout|imtired",
        ),
        ("bored", Mood.HAPPY, "심심|지루|따분|무료하|할게없|할일이없|bored|boring"),
        ("loath", Mood.HAPPY, _LOATH),
    )
)
_DENIED: Final = re.compile("안(피곤|졸|심심|지루)|(피곤|졸리|심심|지루)(하지|지)(는|도)?않|not(tired|bored|sleepy)")


def state_in(text: str) -> tuple[str, Mood] | None:
    """The state that an utterance tells, and the mood of music for it; None for all else, a denied one too."""
    said = squeezed(text[: 4 * LONGEST])
    if len(said) > LONGEST or _DENIED.search(said):
        return None
    return next(((name, mood) for name, mood, words in _STATES if words.search(said)), None)
