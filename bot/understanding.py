"""What decides an answer before any emotion is heard: rules and a model of words, each with its say."""

import re
from typing import Final

from bot.correction import correction_in
from bot.domain import Concern, Hints, Intent, Mood
from bot.intents import intent_of, refuses_music, requested_mood
from bot.safety import concern_in

_TOO_LITTLE: Final = re.compile(r"[\W_]*(?:[가-힣]|[a-zㄱ-ㅣ\d]{1,2}|[a-z](?:[\W_][a-z]))[\W_]*", re.IGNORECASE)
"""In so little only rules find a wish: ``더`` is one, ``네``, ``ㅇㅇ`` and ``T_T`` are none."""


def met(text: str, hints: Hints) -> Concern | Intent | Mood | None:
    """First care, then a wish or a wanted mood, else nothing.

    Either the rules or the model can call for care, and the graver of the two counts. Rules about wishes know whole
    utterances and so come before what the model makes of them.
    """
    return _graver(concern_in(text), hints.concern) or wished_plainly(text) or _heard(text, hints)


def wished_plainly(text: str) -> Intent | Mood | None:
    """The wish or the wanted mood that a whole utterance is by rule."""
    return intent_of(text) or requested_mood(text)


def _heard(text: str, hints: Hints) -> Intent | Mood | None:
    """The wish that the model hears, but not in what says too little, denies, or turns down what it would ask for."""
    is_none = _TOO_LITTLE.fullmatch(text) or _denies_merely(text) or refuses_music(text)
    return None if is_none else hints.wish


def _denies_merely(text: str) -> bool:
    """Whether an utterance says that something is not so, and nothing else (``아니야``, ``wrong``)."""
    correction = correction_in(text)
    return correction is not None and not (correction.denied or correction.meant or correction.rest.strip())


def _graver(*concerns: Concern | None) -> Concern | None:
    return next((tier for tier in Concern if tier in concerns), None)
