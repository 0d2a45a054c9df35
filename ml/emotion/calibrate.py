"""From logits to probabilities that mean what they say, and to the thresholds of the service; numpy alone."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.domain import Emotion, EmotionReading
from ml.emotion.labels import EMOTIONS

Array = npt.NDArray[np.float64]


def probabilities(logits: npt.NDArray[np.floating], temperature: float) -> Array:
    """Softmax over the rows of logits, divided by a temperature first."""
    scaled = logits.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(1, keepdims=True))
    shares: Array = exponentials / exponentials.sum(1, keepdims=True)
    return shares


def readings_of(logits: npt.NDArray[np.floating], temperature: float) -> list[EmotionReading]:
    """Readings from logits of the service's labels, as `ml.emotion.runtime` makes them."""
    shares = probabilities(logits, temperature)
    emotional = shares[:, : len(EMOTIONS)] / shares[:, : len(EMOTIONS)].sum(1, keepdims=True)
    return [
        EmotionReading(scores=dict(zip(Emotion, map(float, row), strict=True)), neutral=float(rest.sum()))
        for row, rest in zip(emotional, shares[:, len(EMOTIONS) :], strict=True)
    ]


def negative_log_likelihood(
    logits: npt.NDArray[np.floating], truth: npt.NDArray[np.int64], temperature: float
) -> float:
    """Mean over the rows of minus the logarithm of the true label's probability."""
    scaled = logits / temperature
    scaled = scaled - scaled.max(1, keepdims=True)
    return float((np.log(np.exp(scaled).sum(1)) - scaled[range(len(truth)), truth]).mean())


def best_temperature(logits: npt.NDArray[np.floating], truth: npt.NDArray[np.int64]) -> float:
    """The temperature from 0.2 to 5 under which the true labels are likeliest (Guo 2017)."""
    grid = np.exp(np.linspace(math.log(0.2), math.log(5), 161))
    return float(min(grid, key=lambda temperature: negative_log_likelihood(logits, truth, temperature)))


def choose_thresholds(
    readings: Sequence[EmotionReading], labels: Sequence[str], *, answered: float, mistaken: float
) -> dict[str, float]:
    """Where the service asks back and where it hears no emotion, from the risk-coverage curve of labelled readings.

    Args:
        readings: What the model heard; at least one of an emotional utterance.
        labels: The true labels.
        answered: Share of the emotional utterances that are to be answered unasked.
        mistaken: Share of them that may pass as neutral.
    """
    emotional = [reading for reading, label in zip(readings, labels, strict=True) if label in EMOTIONS]
    ask_below = float(np.quantile([reading.confidence for reading in emotional], 1 - answered))
    neutral_above = float(np.quantile([reading.neutral for reading in emotional], 1 - mistaken))
    return {"ask_below": round(ask_below, 3), "neutral_above": round(max(0.3, neutral_above), 3)}
