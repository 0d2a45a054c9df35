"""What decides an answer before any emotion is heard: rules and a model of words, each with its say."""

from bot.domain import Concern, Hints, Intent, Mood
from bot.intents import intent_of, requested_mood
from bot.safety import concern_in


def met(text: str, hints: Hints) -> Concern | Intent | Mood | None:
    """First care, then a wish or a wanted mood, else nothing.

    Either the rules or the model can call for care, and the graver of the two counts. Rules about wishes know whole
    utterances and so come before what the model makes of them.
    """
    return _graver(concern_in(text), hints.concern) or wished_plainly(text) or hints.wish


def wished_plainly(text: str) -> Intent | Mood | None:
    """The wish or the wanted mood that a whole utterance is by rule."""
    return intent_of(text) or requested_mood(text)


def _graver(*concerns: Concern | None) -> Concern | None:
    return next((tier for tier in Concern if tier in concerns), None)
