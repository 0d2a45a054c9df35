"""Plots of a report on recommendations. Needs matplotlib."""

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot

from bot.domain import Mood
from ml.recommendation.evaluate import RecommendationReport

COLOURS: Final = {Mood.HAPPY: "#e69f00", Mood.SAD: "#0072b2", Mood.ENERGETIC: "#d55e00", Mood.CALM: "#009e73"}
"""Four colours of Okabe and Ito (2008), told apart by colour-blind eyes, too."""

mpl.use("Agg")


def draw(report: RecommendationReport, directory: Path) -> list[Path]:
    """Write all plots into ``directory`` and return their files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {"exposure.png": _exposure, "ways.png": _ways, "votes.png": _votes}
    for name, drawn in files.items():
        figure = drawn(report)
        figure.savefig(directory / name, dpi=120)
        pyplot.close(figure)
    return [directory / name for name in files]


def _exposure(report: RecommendationReport) -> Any:
    """How evenly each shelf is shown, and how much of the catalogue the first listeners are shown together."""
    figure, (lorenz, coverage) = pyplot.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    lorenz.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="all alike")
    for mood, shown in report.shown.items():
        share = np.cumsum(np.sort(shown)) / max(1, sum(shown))
        lorenz.plot(np.linspace(0, 1, len(share) + 1), [0, *share], color=COLOURS[mood], label=mood.value)
    lorenz.set(xlabel="share of the shelf's tracks, least shown first", ylabel="share of what was shown")
    lorenz.set(title="Evenness of exposure", xlim=(0, 1), ylim=(0, 1))
    lorenz.legend()
    coverage.plot(range(1, len(report.coverage) + 1), report.coverage, color="#333333")
    coverage.axhline(0.6, color="#999999", linewidth=1, linestyle="--", label="aim")
    coverage.set(xlabel="listeners", ylabel="share of the catalogue shown", title="Coverage", ylim=(0, 1.02))
    coverage.legend(loc="lower right")
    return figure


def _ways(report: RecommendationReport) -> Any:
    """Where the five cards lie on average when they lead from one mood to another."""
    figure, axis = pyplot.subplots(figsize=(6.5, 5.5), layout="constrained")
    for name, places in sorted(report.ways.items()):
        if not places:
            continue
        colour = COLOURS[Mood(name.split(" to ")[0])]
        bright, lively = [y for _, y in places], [x for x, _ in places]
        axis.plot(bright, lively, color=colour, marker="o", markersize=4, label=name)
        axis.annotate(
            "", (bright[-1], lively[-1]), (bright[-2], lively[-2]), arrowprops={"arrowstyle": "-|>", "color": colour}
        )
    axis.set(xlabel="valence (standard deviations)", ylabel="liveliness (standard deviations)")
    axis.set_title("From one mood to another in five cards (means)")
    axis.legend()
    return figure


def _votes(report: RecommendationReport) -> Any:
    """How many times more often the artist and the neighbours of a voted track come."""
    figure, axis = pyplot.subplots(figsize=(7, 3), layout="constrained")
    figures = [each for each in report.figures if each.name.endswith("/ before")][::-1]
    names = [each.name.removesuffix(" / before").replace("👎", "a dislike").replace("👍", "a like") for each in figures]
    values = np.array([each.value for each in figures])
    spans = np.array([[each.value - each.low, each.high - each.value] for each in figures]).T
    axis.axvline(1.0, color="#999999", linewidth=1)
    axis.errorbar(values, range(len(values)), xerr=spans.clip(0), fmt="o", color="#333333", capsize=3)
    axis.set_yticks(range(len(names)), names)
    axis.set(xlabel="times as often as before the vote (95 % interval)", xlim=(0, None), ylim=(-0.6, len(names) - 0.4))
    return figure
