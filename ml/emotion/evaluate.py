"""Measures readings against labels with numpy alone, so that the service can judge its own model on anyone's data."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain import Emotion, EmotionReading
from ml.emotion.labels import LABELS

BINS: Final = 15
"""Equal-width confidence bins of the expected calibration error (Guo 2017)."""

NEUTRAL_ABOVE: Final = 0.5
"""From which probability a reading counts as neutral here; the product's own threshold is in the bundle."""

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """Precision, recall and F1 of one label, with how often it truly occurs."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What happens when only readings of at least ``confidence`` are answered."""

    confidence: float
    share: float
    """Share of the utterances that are answered."""
    accuracy: float
    """Accuracy among the answered ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """One bin of the likeliest emotion's probability, and how often it was right there."""

    confidence: float
    accuracy: float
    share: float
    """Share of the utterances in this bin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds that one utterance takes alone on one thread, tokenising included."""

    utterances: int
    median: float
    p95: float
    by_length: tuple[tuple[int, float], ...]
    """Number of tokens and median milliseconds of utterances that long, shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionReport:
    """Figures of one model on one set of utterances.

    The emotion figures (accuracy, macro-F1, per label, confusion, calibration, coverage) are over the utterances whose
    label is an emotion and judge the likeliest emotion; whether neutral ones are told apart is judged on its own.
    Figures without utterances to rest on are NaN.
    """

    utterances: int
    accuracy: float
    macro_f1: float
    """Mean F1 of the emotions that occur or are heard."""
    labels: Mapping[str, LabelScore]
    confusion: tuple[tuple[int, ...], ...]
    """Row: true label; column: label heard; both in the order of ``names``, neutral where the reading says so."""
    names: tuple[str, ...]
    """The labels that were told apart, neutral last if it was one of them."""
    calibration_error: float
    """Expected calibration error of the likeliest emotion's probability, `BINS` bins."""
    reliability: tuple[Reliability, ...]
    coverage: tuple[Coverage, ...]
    neutral_found: float
    """Share of the neutral utterances that are heard as neutral."""
    neutral_mistaken: float
    """Share of the emotional utterances that are heard as neutral."""

    def to_markdown(self) -> str:
        """The figures as tables."""
        return "\n".join((*self._summary(), "", *self._by_label(), "", *self._confused(), "", *self._covered(), ""))

    def _summary(self) -> list[str]:
        return [
            "| utterances | accuracy | macro-F1 | ECE | neutral found | emotional called neutral |",
            "|---:|---:|---:|---:|---:|---:|",
            f"| {self.utterances} | {_figure(self.accuracy)} | {_figure(self.macro_f1)} "
            f"| {_figure(self.calibration_error)} | {_figure(self.neutral_found)} | {_figure(self.neutral_mistaken)} |",
        ]

    def _by_label(self) -> list[str]:
        rows = [
            f"| {label} | {_figure(each.precision)} | {_figure(each.recall)} | {_figure(each.f1)} | {each.support} |"
            for label, each in self.labels.items()
        ]
        return ["| emotion | precision | recall | F1 | support |", "|---|---:|---:|---:|---:|", *rows]

    def _confused(self) -> list[str]:
        rows = [
            f"| {label} | {' | '.join(map(str, counts))} |"
            for label, counts in zip(self.names, self.confusion, strict=True)
        ]
        return [f"| true \\ heard | {' | '.join(self.names)} |", "|---|" + "---:|" * len(self.names), *rows]

    def _covered(self) -> list[str]:
        rows = [
            f"| {each.confidence:.2f} | {_figure(each.share)} | {_figure(each.accuracy)} |" for each in self.coverage
        ]
        return ["| answered from confidence | share answered | accuracy of those |", "|---:|---:|---:|", *rows]


def evaluate(
    readings: Sequence[EmotionReading], labels: Sequence[str], *, neutral_above: float = NEUTRAL_ABOVE
) -> EmotionReport:
    """Compare readings with the true labels of the same utterances.

    Args:
        readings: What the model heard.
        labels: One of `LABELS` for each reading.
        neutral_above: A reading counts as neutral when that is more probable than this.

    Raises:
        ValueError: The two differ in length, are empty, or a label is unknown.
    """
    if len(readings) != len(labels) or not labels:
        raise ValueError(f"expected as many labels as readings, and some: {len(labels)} and {len(readings)}")
    if unknown := sorted(set(labels) - set(LABELS)):
        raise ValueError(f"unknown labels: {', '.join(unknown)}; expected {', '.join(LABELS)}")
    scores = np.array([[reading.scores[emotion] for emotion in Emotion] for reading in readings])
    neutral = np.array([reading.neutral > neutral_above for reading in readings], dtype=np.bool_)
    return _report(scores, np.array([LABELS.index(label) for label in labels], dtype=np.int64), LABELS, neutral)


def evaluate_classes(probabilities: Array, labels: Sequence[str], names: Sequence[str]) -> EmotionReport:
    """The same figures for another set of labels, none of them neutral.

    Args:
        probabilities: Of shape (utterances, names).
        labels: One of ``names`` for each row.
        names: The labels in the order of the columns.

    Raises:
        ValueError: The shapes do not fit, are empty, or a label is unknown.
    """
    if probabilities.shape != (len(labels), len(names)) or not labels:
        raise ValueError(f"expected probabilities of shape {(len(labels), len(names))}, got {probabilities.shape}")
    if unknown := sorted(set(labels) - set(names)):
        raise ValueError(f"unknown labels: {', '.join(unknown)}; expected {', '.join(names)}")
    places = {name: place for place, name in enumerate(names)}
    truth = np.array([places[label] for label in labels], dtype=np.int64)
    return _report(probabilities, truth, tuple(names), np.zeros(len(labels), dtype=np.bool_))


def _report(
    probabilities: Array, truth: Numbers, names: tuple[str, ...], neutral: npt.NDArray[np.bool_]
) -> EmotionReport:
    """Judge probabilities of the first ``names``; a last one without a column is the neutral label."""
    emotions = names[: probabilities.shape[1]]
    heard, confidence = probabilities.argmax(1), probabilities.max(1)
    emotional = truth < len(emotions)
    right = heard[emotional] == truth[emotional]
    scores = _label_scores(truth[emotional], heard[emotional], emotions)
    present = [score.f1 for score in scores.values() if not np.isnan(score.f1)]
    return EmotionReport(
        utterances=len(truth),
        accuracy=_mean(right),
        macro_f1=_mean(np.array(present)) if emotional.any() else float("nan"),
        labels=scores,
        confusion=_confusion(truth, np.where(neutral, len(emotions), heard), len(names)),
        names=names,
        calibration_error=calibration_error(confidence[emotional], right),
        reliability=reliability(confidence[emotional], right),
        coverage=risk_coverage(confidence[emotional], right),
        neutral_found=_mean(neutral[~emotional]),
        neutral_mistaken=_mean(neutral[emotional]),
    )


def latency(read: Callable[[str], int], texts: Sequence[str]) -> Latency:
    """Time ``read``, which reads one utterance and tells its number of tokens; the first text is read once unmeasured.

    Raises:
        ValueError: No texts.
    """
    if not texts:
        raise ValueError("nothing to time: no texts")
    read(texts[0])
    lengths, times = [], []
    for text in texts:
        began = time.perf_counter()
        lengths.append(read(text))
        times.append(1000 * (time.perf_counter() - began))
    by_length = {length: [t for n, t in zip(lengths, times, strict=True) if n == length] for length in set(lengths)}
    return Latency(
        utterances=len(texts),
        median=float(np.median(times)),
        p95=float(np.quantile(times, 0.95)),
        by_length=tuple((length, float(np.median(by_length[length]))) for length in sorted(by_length)),
    )


def calibration_error(confidence: Array, right: npt.NDArray[np.bool_]) -> float:
    """Mean gap between confidence and accuracy over `BINS` equal-width bins, weighted by how many fall into each."""
    if not len(confidence):
        return float("nan")
    return sum(abs(each.confidence - each.accuracy) * each.share for each in reliability(confidence, right))


def reliability(confidence: Array, right: npt.NDArray[np.bool_]) -> tuple[Reliability, ...]:
    """Mean confidence and accuracy in each of `BINS` equal-width bins that holds anything."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    return tuple(
        Reliability(confidence=_mean(confidence[inside]), accuracy=_mean(right[inside]), share=_mean(inside))
        for inside in (bins == each for each in np.unique(bins))
    )


def risk_coverage(confidence: Array, right: npt.NDArray[np.bool_]) -> tuple[Coverage, ...]:
    """Share and accuracy of what is answered, from each twentieth of confidence upwards, as long as anything is."""
    points = [(threshold, confidence >= threshold) for threshold in np.arange(0, 20) / 20]
    return tuple(
        Coverage(confidence=float(threshold), share=_mean(answered), accuracy=_mean(right[answered]))
        for threshold, answered in points
        if answered.any()
    )


def _label_scores(truth: Numbers, heard: Numbers, names: Sequence[str]) -> dict[str, LabelScore]:
    scores = {}
    for number, label in enumerate(names):
        found = int(((truth == number) & (heard == number)).sum())
        claimed, support = int((heard == number).sum()), int((truth == number).sum())
        precision = found / claimed if claimed else float("nan")
        recall = found / support if support else float("nan")
        f1 = 2 * found / (claimed + support) if claimed + support else float("nan")
        scores[label] = LabelScore(precision=precision, recall=recall, f1=f1, support=support)
    return scores


def _confusion(truth: Numbers, heard: Numbers, labels: int) -> tuple[tuple[int, ...], ...]:
    table = np.zeros((labels, labels), dtype=np.int64)
    np.add.at(table, (truth, heard), 1)
    return tuple(tuple(int(count) for count in row) for row in table)


def _mean(values: npt.NDArray[np.bool_] | Array) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _figure(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"
