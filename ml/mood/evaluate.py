"""How good mood scores are, in numpy alone: training programs and the service's own check share these figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain import AudioFeatures, Mood
from bot.ports import MoodTagger

MOODS: Final = tuple(Mood)
BINS: Final = 10
"""Equally wide bins of confidence for the calibration error and the reliability diagram."""

Scores = npt.NDArray[np.floating]
"""Probabilities, shape (n, 4), columns in the order of ``Mood``."""

Labels = npt.NDArray[np.integer]
"""Indices into ``Mood``, shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodFigures:
    """What there is to say of a set of scores whose true moods are known."""

    tracks: int
    accuracy: float
    macro_f1: float
    log_loss: float
    calibration_error: float
    f1: dict[Mood, float]
    recall: dict[Mood, float]
    precision: dict[Mood, float]
    confusion: tuple[tuple[int, ...], ...]
    """Rows: true mood; columns: mood given; both in the order of ``Mood``."""
    in_top_two: float


def evaluate(tagger: MoodTagger, rows: Sequence[tuple[AudioFeatures, Mood]]) -> MoodFigures:
    """Let ``tagger`` hear tracks whose moods are known. At least one row is needed."""
    mixes = tagger.tag([features for features, _ in rows])
    scores = np.array([[mix[mood] for mood in MOODS] for mix in mixes])
    return figures(scores, np.array([MOODS.index(mood) for _, mood in rows]))


def figures(scores: Scores, labels: Labels) -> MoodFigures:
    """All figures of scores, shape (n, 4), against labels, shape (n,)."""
    table = confusion(scores, labels)
    hits = np.diag(table)
    recall = _ratio(hits, table.sum(axis=1))
    precision = _ratio(hits, table.sum(axis=0))
    f1 = _ratio(2 * hits, table.sum(axis=1) + table.sum(axis=0))
    return MoodFigures(
        tracks=len(labels),
        accuracy=accuracy(scores, labels),
        macro_f1=float(f1.mean()),
        log_loss=log_loss(scores, labels),
        calibration_error=calibration_error(scores, labels),
        f1=dict(zip(MOODS, f1.tolist(), strict=True)),
        recall=dict(zip(MOODS, recall.tolist(), strict=True)),
        precision=dict(zip(MOODS, precision.tolist(), strict=True)),
        confusion=tuple(tuple(row) for row in table.tolist()),
        in_top_two=float((np.argsort(-scores, axis=1)[:, :2] == labels[:, None]).any(axis=1).mean()),
    )


def accuracy(scores: Scores, labels: Labels) -> float:
    """Share of tracks whose highest score is their true mood's."""
    return float((scores.argmax(axis=1) == labels).mean())


def confusion(scores: Scores, labels: Labels) -> npt.NDArray[np.int64]:
    """Numbers of tracks: rows the true mood, columns the mood given."""
    table = np.zeros((len(MOODS), len(MOODS)), dtype=np.int64)
    np.add.at(table, (labels, scores.argmax(axis=1)), 1)
    return table


def macro_f1(scores: Scores, labels: Labels) -> float:
    """Mean over the moods of 2·hits / (true + given); a mood that is neither true nor given anywhere counts 0."""
    return figures(scores, labels).macro_f1


def log_loss(scores: Scores, labels: Labels) -> float:
    """Mean of -ln of the true mood's score in nats; scores below 1e-7 count as 1e-7 so that one track cannot be all."""
    return float(-np.log(np.clip(scores[np.arange(len(labels)), labels], 1e-7, 1.0)).mean())


def reliability(scores: Scores, labels: Labels, bins: int = BINS) -> npt.NDArray[np.float64]:
    """Rows of (mean confidence, share right, share of tracks), one for each bin of confidence that holds a track."""
    confidence = scores.max(axis=1)
    right = scores.argmax(axis=1) == labels
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    filled = [number == one for one in np.unique(number)]
    return np.array([(confidence[here].mean(), right[here].mean(), here.mean()) for here in filled], dtype=np.float64)


def calibration_error(scores: Scores, labels: Labels, bins: int = BINS) -> float:
    """Expected calibration error (ECE): mean distance of confidence and share right over equally wide bins.

    Definition of Guo et al., "On Calibration of Modern Neural Networks", 2017, equation 3.
    """
    confident, right, share = reliability(scores, labels, bins).T
    return float((np.abs(confident - right) * share).sum())


def temper(scores: Scores, temperature: float) -> npt.NDArray[np.float64]:
    """Scores made less (above 1) or more (below 1) sure: softmax(ln(scores) / temperature), row by row."""
    logits = np.log(np.clip(scores, 1e-12, 1.0)) / temperature
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def best_temperature(scores: Scores, labels: Labels, weights: npt.NDArray[np.floating] | None = None) -> float:
    """The temperature, 0.5 to 3 in steps of 1 %, with the least log-loss on tracks that trained nothing here.

    ``weights``, one for each track, say how much it counts; without them all count alike.
    """
    shares = np.full(len(labels), 1.0) if weights is None else weights
    candidates = np.exp(np.arange(np.log(0.5), np.log(3.0), 0.01))

    def loss(temperature: float) -> float:
        true = temper(scores, temperature)[np.arange(len(labels)), labels]
        return float(-(np.log(np.clip(true, 1e-7, 1.0)) * shares).sum())

    return float(min(candidates, key=loss))


def corrected_t(differences: npt.NDArray[np.floating], test_share: float) -> float:
    """Nadeau and Bengio's corrected resampled t of paired differences over folds or hold-outs (2003, equation 9).

    The plain t-test takes overlapping training sets for independent ones and finds differences that are not there.
    ``test_share`` is tracks tested / tracks trained on, in one fold: 1/9 for ten folds, 1/4 for 20 % held out.
    Degrees of freedom are ``len(differences) - 1``.
    """
    spread = float(differences.var(ddof=1))
    return float(differences.mean() / np.sqrt((1 / len(differences) + test_share) * spread)) if spread else 0.0


def _ratio(part: npt.NDArray[np.integer], whole: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    return np.asarray(np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0), dtype=np.float64)
