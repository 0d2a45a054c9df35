"""`smoody evaluate`: quality figures on anyone's labelled data, measured on the bundles as they ship."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.commands import prepared
from bot.domain import Mood
from bot.errors import SmoodyError

if TYPE_CHECKING:
    from ml.emotion.dataset import Example
    from ml.emotion.report import Judgement
    from ml.emotion.runtime import Bundle

TIMED: Final = 500
"""Utterances that are timed; more tell nothing new."""

app = typer.Typer(help="Measure quality on labelled files.", no_args_is_help=True)


class DataRefused(SmoodyError):
    """A labelled file that cannot be measured on; the text names the file and the row."""


@app.command("emotion")
def emotion(
    data: Annotated[Path, typer.Argument(help="A CSV with text and label, or a folder of label, sublabel, text TSVs.")],
    bundle_dir: Annotated[Path | None, typer.Option("--bundle", help="Another bundle than the one in use.")] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="Labels by row hash, for ChatbotData.csv or a TSV of KOTE."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Also write report.json, report.md and plots to this folder.")
    ] = None,
) -> None:
    """Compare what the emotion bundle hears with the labels of DATA; Markdown tables, and the time that it takes."""
    from bot.wiring import bundle_directory
    from ml.emotion.evaluate import latency
    from ml.emotion.report import in_words, write_report
    from ml.emotion.runtime import Bundle

    bundle = Bundle.load(bundle_dir or bundle_directory(prepared()))
    examples = _examples(data, labels)
    judgements = _judgements(bundle, examples)

    def read(text: str) -> int:
        tokens = bundle.encode_utterance(text)
        bundle.readings(bundle.run([tokens]))
        return len(tokens)

    timed = latency(read, [example.text for example in examples[:TIMED]])
    for name, judgement in judgements.items():
        print(f"## {name}\n\n{judgement.calibrated.to_markdown()}")
    print(in_words(judgements, timed))
    if report is not None:
        facts = {"bundle": bundle.manifest["files"], "data": data.name}
        write_report(report, judgements, latency=timed, ask_below=bundle.thresholds.ask_below, facts=facts)


@app.command("moods")
def moods(
    data: Annotated[Path, typer.Argument(help="A CSV or JSON-lines file with the nine features and a mood a row.")],
) -> None:
    """Compare what the mood bundle hears with the moods of DATA; JSON."""
    from dataclasses import asdict

    from bot.audio_features import parse_features
    from ml.mood.evaluate import evaluate
    from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

    rows = []
    for number, row in _rows(data):
        mood = row.get("mood")
        if mood not in set(Mood):
            raise DataRefused(f"{data}, row {number}: mood is none of {', '.join(Mood)}")
        try:
            rows.append((parse_features(row), Mood(str(mood))))
        except SmoodyError as cause:
            raise DataRefused(f"{data}, row {number}: {cause}") from cause
    if not rows:
        raise DataRefused(f"{data}: no rows")
    print(json.dumps(asdict(evaluate(OnnxMoodTagger.load(EMBEDDED_BUNDLE), rows)), ensure_ascii=False, indent=2))


@app.command("recommendations")
def recommendations(
    listeners: Annotated[int, typer.Option(min=2, max=10_000, help="How many simulated listeners.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write JSON, Markdown and plots into this folder.")] = None,
) -> None:
    """Let simulated listeners use the shipped catalogue and measure what they get; a Markdown table."""
    from adapters import starter
    from adapters.catalogue_file import read_catalogue
    from adapters.storage.catalogue import CatalogueView
    from ml.recommendation.evaluate import evaluate

    tracks = read_catalogue(starter.FILE.read_text(encoding="utf-8"))
    by_mood = {mood: tuple(track for track in tracks if track.mood is mood) for mood in Mood}
    shelves = CatalogueView(version=0, by_id={track.id: track for track in tracks}, by_mood=by_mood)
    result = evaluate(shelves, listeners=listeners, seed=seed)
    print(result.to_markdown())
    if report is not None:
        from ml.recommendation.plots import draw

        draw(result, report)
        figures = json.dumps(result.to_json(), ensure_ascii=False, indent=2)
        (report / "recommendations.json").write_text(figures + "\n", encoding="utf-8")
        (report / "recommendations.md").write_text(result.to_markdown() + "\n", encoding="utf-8")


def _judgements(bundle: "Bundle", examples: "list[Example]") -> "dict[str, Judgement]":
    """A judgement of each source, and one of them all before the others if they are several."""
    from bot.commands.pipes import readings_of
    from ml.emotion.evaluate import EmotionReport, evaluate
    from ml.emotion.report import Judgement

    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example)
    slices = ({"all": examples} if len(by_source) > 1 else {}) | dict(sorted(by_source.items()))

    def judged(reader: "Bundle", chosen: "list[Example]") -> EmotionReport:
        readings = readings_of(reader, [example.text for example in chosen])
        above = bundle.thresholds.neutral_above
        return evaluate(readings, [example.label for example in chosen], neutral_above=above)

    plain = replace(bundle, temperature=1.0)
    return {
        name: Judgement(calibrated=judged(bundle, chosen), uncalibrated=judged(plain, chosen))
        for name, chosen in slices.items()
    }


@app.command("intents")
def intents(
    data: Annotated[Path, typer.Argument(help="A CSV with text and label, a TSV of label and text, or a folder.")],
) -> None:
    """Compare the wishes that are heard, by rules and model together, with the labels of DATA; Markdown tables."""
    from bot.understanding import met
    from ml.wishes.dataset import INTENT_SENTENCES
    from ml.wishes.evaluate import intent_figures, intents_report
    from ml.wishes.runtime import EmbeddedWishClassifier

    prepared()
    wishes = EmbeddedWishClassifier.load()
    examples = _labelled(data, INTENT_SENTENCES)
    print(intents_report(intent_figures(examples, lambda text: met(text, wishes.hear(text)))))


@app.command("safety")
def safety(
    data: Annotated[Path, typer.Argument(help="A CSV with text and label, a TSV of label and text, or a folder.")],
) -> None:
    """Compare what is met with care, by rules and model together, with the labels of DATA; Markdown tables."""
    from bot.understanding import met
    from ml.wishes.dataset import SAFETY_SENTENCES
    from ml.wishes.evaluate import safety_figures, safety_report
    from ml.wishes.runtime import EmbeddedWishClassifier

    prepared()
    wishes = EmbeddedWishClassifier.load()
    examples = _labelled(data, SAFETY_SENTENCES)
    print(safety_report(safety_figures(examples, lambda text: met(text, wishes.hear(text)))))


def _labelled(data: Path, labels: Sequence[str]) -> "list[Example]":
    from ml.emotion.dataset import DataUnreadable
    from ml.wishes.dataset import read_labelled

    try:
        return read_labelled(data, labels)
    except (DataUnreadable, OSError) as cause:
        raise DataRefused(str(cause)) from cause


def _examples(data: Path, labels: Path | None) -> "list[Example]":
    from ml.emotion.dataset import DataUnreadable, read_csv, read_labelled, read_texts, read_written

    try:
        if labels is not None:
            examples = read_labelled(labels, read_texts(data), data.stem)
        else:
            examples = read_written(data) if data.is_dir() else read_csv(data)
    except (DataUnreadable, OSError, UnicodeDecodeError) as cause:
        raise DataRefused(str(cause)) from cause
    if not examples:
        raise DataRefused(f"{data}: no labelled sentences")
    return examples


def _rows(data: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        with data.open(encoding="utf-8-sig", newline="") as stream:
            if data.suffix in {".jsonl", ".json"}:
                for number, line in enumerate(stream, start=1):
                    row = json.loads(line)
                    yield number, row if isinstance(row, dict) else {}
            else:
                yield from enumerate(csv.DictReader(stream), start=2)
    except (OSError, ValueError, csv.Error) as cause:
        raise DataRefused(f"{data}: cannot be read ({cause})") from cause
