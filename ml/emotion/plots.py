"""Draws what the report says in numbers: confusion, reliability, risk and coverage, latency, models compared."""

import contextlib
import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.emotion.evaluate import EmotionReport, Latency

ENGLISH: Final = {
    "기쁨": "joy",
    "슬픔": "sadness",
    "당황": "shame",
    "분노": "anger",
    "불안": "anxiety",
    "상처": "hurt",
    "중립": "neutral",
}
"""The labels for pictures where no font has Hangul; finer labels become numbers there."""

KOREAN_FONTS: Final = ("NotoSansCJK-Regular", "NotoSansKR", "NanumGothic", "malgun", "AppleSDGothicNeo", "AppleGothic")
"""How the files of fonts with Hangul begin, on Linux, Windows and macOS."""

_SEEN: Final = 0.005
"""Share of the utterances from which a bin is drawn; one or two say nothing."""
_NUMBERED: Final = 10
"""Up to so many labels, each cell of a confusion matrix has its count written in it."""


@functools.cache
def korean_font() -> str | None:
    """The name of an installed font that has Hangul, if there is one; matplotlib's own list may be older than it."""
    for file in sorted(font_manager.findSystemFonts()):
        if Path(file).name.startswith(KOREAN_FONTS):
            font_manager.fontManager.addfont(file)
            return font_manager.get_font(file).family_name
    return None


def shown(names: Sequence[str], font: str | None) -> list[str]:
    """Names as they can be drawn with a font: as they are, else in English, else by number."""
    if font is not None:
        return list(names)
    return [ENGLISH.get(name, name if name.isascii() else f"no. {place}") for place, name in enumerate(names, 1)]


def draw_confusion(report: EmotionReport, file: Path) -> None:
    """Rows: true label; columns: what was heard; the shade is the share of a row."""
    counts = np.array(report.confusion)
    side = 2.2 + 0.5 * len(counts) if len(counts) <= _NUMBERED else 2.5 + 0.2 * len(counts)
    font = korean_font()
    names = shown(report.names, font)
    with _figure(file, (side + 0.6, side), font) as axes:
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set(xlabel="heard", ylabel="true", xticks=range(len(names)), yticks=range(len(names)))
        small = 10 if len(names) <= _NUMBERED else 6
        axes.set_xticklabels(names, rotation=90 if len(names) > _NUMBERED else 0, fontsize=small)
        axes.set_yticklabels(names, fontsize=small)
        if len(names) <= _NUMBERED:
            for (row, column), count in np.ndenumerate(counts):
                colour = "white" if shares[row, column] > 0.6 else "black"
                axes.text(column, row, count, ha="center", va="center", fontsize=9, color=colour)


def draw_reliability(before: EmotionReport, after: EmotionReport, file: Path) -> None:
    """Accuracy against confidence, bin by bin; on the diagonal a probability means what it says."""
    with _figure(file, (4.6, 4.4)) as axes:
        axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
        for name, report, style in (("before", before, {"linestyle": "--"}), ("after", after, {})):
            bins = [each for each in report.reliability if each.share >= _SEEN]
            label = f"{name} calibration, ECE {report.calibration_error:.3f}"
            places, heights = [each.confidence for each in bins], [each.accuracy for each in bins]
            line = axes.plot(places, heights, label=label, **style)[0]
            axes.scatter(places, heights, s=[8 + 220 * each.share for each in bins], color=line.get_color(), alpha=0.7)
        axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.02))
        axes.legend(loc="upper left", frameon=False, fontsize=9)


def draw_coverage(report: EmotionReport, ask_below: float, file: Path) -> None:
    """What share is answered, and how often wrongly, when less certain readings lead to a question."""
    with _figure(file, (4.6, 4)) as axes:
        axes.plot([each.share for each in report.coverage], [1 - each.accuracy for each in report.coverage], marker=".")
        chosen = [each for each in report.coverage if each.confidence <= ask_below][-1]
        label = f"asking back below {ask_below:.2f}"
        axes.plot(chosen.share, 1 - chosen.accuracy, marker="o", color="black", linestyle="", label=label)
        axes.set(xlabel="share answered", ylabel="wrong among the answered", xlim=(0, 1.02))
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", frameon=False)


def draw_latency(latency: Latency, file: Path) -> None:
    """Median milliseconds against the number of tokens."""
    with _figure(file, (4.6, 3.4)) as axes:
        axes.plot(*zip(*latency.by_length, strict=True), marker=".", linestyle="")
        axes.axhline(latency.p95, color="grey", linewidth=1, linestyle="--")
        axes.annotate(
            f"95 % within {latency.p95:.1f} ms",
            (0.02, latency.p95),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=9,
        )
        axes.set(xlabel="tokens", ylabel="milliseconds, one thread")
        axes.set_ylim(bottom=0)


def draw_slices(readers: Mapping[str, Mapping[str, EmotionReport]], file: Path) -> None:
    """Macro-F1 of every reader on every slice that has one."""
    slices = [name for name, each in next(iter(readers.values())).items() if not math.isnan(each.macro_f1)]
    scores = {reader: [reports[name].macro_f1 for name in slices] for reader, reports in readers.items()}
    draw_bars(scores, slices, "macro-F1", file)


def draw_bars(scores: Mapping[str, Sequence[float]], places: Sequence[str], measure: str, file: Path) -> None:
    """Groups of bars: one group for each of ``places``, one colour for each name of ``scores``; all within 0 and 1."""
    width = 0.8 / len(scores)
    with _figure(file, (max(4.6, 1.2 + 0.9 * len(places)), 3.8)) as axes:
        for offset, (name, heights) in enumerate(scores.items()):
            bars = axes.bar(np.arange(len(places)) + offset * width, heights, width, label=name)
            if len(scores) * len(places) <= 12:
                axes.bar_label(bars, fmt="%.2f", fontsize=8)
        axes.set(ylabel=measure, ylim=(0, 1))
        slanted = {"rotation": 25, "ha": "right"} if max(map(len, places)) > 9 else {}
        axes.set_xticks(np.arange(len(places)) + 0.4 - width / 2, places, **slanted)
        if len(scores) > 1:
            axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, fontsize=9)


@contextlib.contextmanager
def _figure(file: Path, size: tuple[float, float], font: str | None = None) -> Iterator[Axes]:
    """Axes to draw on, saved to ``file`` at the end."""
    with mpl.rc_context({"font.family": [font] if font else ["sans-serif"]}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        yield axes
        figure.savefig(file, dpi=130)
