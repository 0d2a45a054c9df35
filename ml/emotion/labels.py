"""What the model's outputs mean, in their order."""

from typing import Final

from bot.domain import Emotion

NEUTRAL: Final = "중립"
"""A sixth output of models that know utterances without an emotion."""

EMOTIONS: Final = tuple(emotion.value for emotion in Emotion)
LABELS: Final = (*EMOTIONS, NEUTRAL)
