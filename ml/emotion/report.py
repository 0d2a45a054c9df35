"""Writes down how good a model is: ``report.json`` for programs, ``report.md`` for people, plots for the eye."""

import importlib.util
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from pathlib import Path

from ml.emotion.evaluate import EmotionReport, Latency

SUMMARY = ("utterances", "accuracy", "macro_f1", "calibration_error", "neutral_found", "neutral_mistaken")
"""The figures of a report that stand in a manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A model's report on one slice, and the same at temperature 1: what calibration has done."""

    calibrated: EmotionReport
    uncalibrated: EmotionReport


def figures(reports: Mapping[str, EmotionReport]) -> str:
    """One row a slice, in Markdown."""
    rows = [
        "| slice | n | accuracy | macro-F1 | ECE | neutral found | emotional called neutral |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, report in reports.items():
        values = (report.accuracy, report.macro_f1, report.calibration_error)
        shown = [_figure(value) for value in (*values, report.neutral_found, report.neutral_mistaken)]
        rows.append(f"| {name} | {report.utterances} | {' | '.join(shown)} |")
    return "\n".join(rows)


def summary(report: EmotionReport) -> dict[str, object]:
    """The figures of `SUMMARY`, as JSON knows them."""
    return {name: jsonable(getattr(report, name)) for name in SUMMARY}


def jsonable(value: object) -> object:
    """Dataclasses as objects, floats with four digits, NaN as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: jsonable(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def write_report(
    directory: Path,
    judgements: Mapping[str, Judgement],
    *,
    latency: Latency,
    ask_below: float,
    facts: Mapping[str, object] | None = None,
    parts: Mapping[str, Mapping[str, EmotionReport]] | None = None,
) -> None:
    """Write ``report.json`` and ``report.md`` into ``directory``, and plots where matplotlib is installed.

    Args:
        directory: Made if it is not there.
        judgements: By slice; the first one is drawn.
        latency: Of the model that was judged.
        ask_below: The confidence under which the service asks back.
        facts: More for ``report.json``: what was trained on, with which command.
        parts: Reports by slice of readers that the model is made of, to compare it with.
    """
    directory.mkdir(parents=True, exist_ok=True)
    parts = parts or {}
    content = {
        **(facts or {}),
        "slices": {name: jsonable(each.calibrated) for name, each in judgements.items()},
        "uncalibrated_error": {
            name: jsonable(each.uncalibrated.calibration_error) for name, each in judgements.items()
        },
        "latency_ms": jsonable(latency),
        "parts": {part: {name: summary(each) for name, each in slices.items()} for part, slices in parts.items()},
    }
    (directory / "report.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    drawn = _draw(directory, judgements, latency, ask_below, parts)
    sections = [
        "# Emotion model",
        figures({name: each.calibrated for name, each in judgements.items()}),
        in_words(judgements, latency),
        *(f"![{file.stem}]({file.name})" for file in drawn),
        *(f"## {part} alone\n\n{figures(slices)}" for part, slices in parts.items()),
        *(f"## {name}\n\n{each.calibrated.to_markdown()}" for name, each in judgements.items()),
    ]
    (directory / "report.md").write_text("\n\n".join(sections).rstrip() + "\n", encoding="utf-8")


def in_words(judgements: Mapping[str, Judgement], latency: Latency) -> str:
    """What calibration did to the first slice, and how long a reading takes."""
    first = next(iter(judgements.values()))
    before, after = first.uncalibrated.calibration_error, first.calibrated.calibration_error
    return (
        f"Calibration on the first slice: ECE {_figure(before)} before, {_figure(after)} after.\n"
        f"One utterance alone on one thread, tokenising included: median {latency.median:.2f} ms, "
        f"95 % within {latency.p95:.2f} ms ({latency.utterances} utterances)."
    )


def _draw(
    directory: Path,
    judgements: Mapping[str, Judgement],
    latency: Latency,
    ask_below: float,
    parts: Mapping[str, Mapping[str, EmotionReport]],
) -> list[Path]:
    """The plots that there is something to draw for."""
    if importlib.util.find_spec("matplotlib") is None:
        return []
    from ml.emotion import plots

    first = next(iter(judgements.values()))
    before, after = first.uncalibrated, first.calibrated
    drawn: dict[str, Callable[[Path], None]] = {"confusion.png": partial(plots.draw_confusion, after)}
    if after.coverage:
        drawn["reliability.png"] = partial(plots.draw_reliability, before, after)
        drawn["coverage.png"] = partial(plots.draw_coverage, after, ask_below)
    drawn["latency.png"] = partial(plots.draw_latency, latency)
    if parts:
        whole = {name: each.calibrated for name, each in judgements.items()}
        drawn["slices.png"] = partial(plots.draw_slices, {**parts, "together": whole})
    for name, draw in drawn.items():
        draw(directory / name)
    return [directory / name for name in drawn]


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
