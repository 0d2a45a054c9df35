"""Draws what the report says in numbers: reliability, confusion, risk and coverage, readers compared by slice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot

from ml.emotion.evaluate import EmotionReport

ENGLISH: Final = ("joy", "sadness", "shame", "anger", "anxiety", "neutral")
"""The labels for pictures: fonts with Hangul are not everywhere."""

mpl.use("Agg")


def draw_confusion(report: EmotionReport, file: Path) -> None:
    """Rows: true label; columns: what was heard."""
    counts = np.array(report.confusion)
    figure, axes = pyplot.subplots(figsize=(5, 4.5))
    axes.imshow(counts / np.maximum(counts.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(counts.shape):
        axes.text(column, row, counts[row, column], ha="center", va="center", fontsize=9)
    axes.set(xticks=range(6), yticks=range(6), xticklabels=ENGLISH, yticklabels=ENGLISH, xlabel="heard", ylabel="true")
    axes.tick_params(axis="x", rotation=35)
    _save(figure, file)


def draw_reliability(confidence: np.ndarray, right: np.ndarray, file: Path) -> None:
    """Accuracy against confidence in ten bins; on the diagonal a probability means what it says."""
    figure, axes = pyplot.subplots(figsize=(4.5, 4))
    bins = np.minimum((confidence * 10).astype(int), 9)
    found = np.unique(bins)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([confidence[bins == i].mean() for i in found], [right[bins == i].mean() for i in found], marker="o")
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    _save(figure, file)


def draw_coverage(report: EmotionReport, ask_below: float, file: Path) -> None:
    """What share is answered, and how well, when less certain readings lead to a question."""
    figure, axes = pyplot.subplots(figsize=(4.5, 4))
    axes.plot([each.share for each in report.coverage], [each.accuracy for each in report.coverage], marker=".")
    chosen = [each for each in report.coverage if each.confidence <= ask_below][-1]
    axes.plot(chosen.share, chosen.accuracy, marker="o", color="black", label=f"ask below {ask_below:.2f}")
    axes.set(xlabel="share answered", ylabel="accuracy of the answered")
    axes.legend()
    _save(figure, file)


def draw_slices(scores: Mapping[str, Mapping[str, float]], slices: Sequence[str], file: Path) -> None:
    """Macro-F1 of every reader on every slice."""
    figure, axes = pyplot.subplots(figsize=(7, 3.5))
    width = 0.8 / len(scores)
    for place, (reader, by_slice) in enumerate(scores.items()):
        axes.bar(np.arange(len(slices)) + place * width, [by_slice[each] for each in slices], width, label=reader)
    axes.set(ylabel="macro-F1", ylim=(0, 1))
    axes.set_xticks(np.arange(len(slices)) + 0.4 - width / 2, slices)
    axes.legend()
    _save(figure, file)


def _save(figure: pyplot.Figure, file: Path) -> None:
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    pyplot.close(figure)
