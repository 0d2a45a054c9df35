"""`smoody evaluate`: quality figures on anyone's labelled data, measured on the bundles as they ship."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import prepared
from bot.domain import Mood
from bot.errors import SmoodyError

if TYPE_CHECKING:
    from ml.emotion.dataset import Example

app = typer.Typer(help="Measure quality on labelled files.", no_args_is_help=True)


class DataRefused(SmoodyError):
    """A labelled file that cannot be measured on; the text names the file and the row."""


@app.command("emotion")
def emotion(
    data: Annotated[Path, typer.Argument(help="A CSV with text and label, or a folder of label, sublabel, text TSVs.")],
    bundle_dir: Annotated[Path | None, typer.Option("--bundle", help="Another bundle than the one in use.")] = None,
) -> None:
    """Compare what the emotion bundle hears with the labels of DATA; Markdown tables."""
    from bot.commands.pipes import readings_of
    from bot.wiring import bundle_directory
    from ml.emotion.evaluate import evaluate
    from ml.emotion.runtime import Bundle

    bundle = Bundle.load(bundle_dir or bundle_directory(prepared()))
    by_source: dict[str, list[Example]] = {}
    for example in _examples(data):
        by_source.setdefault(example.source, []).append(example)
    for source, examples in sorted(by_source.items()):
        readings = readings_of(bundle, [example.text for example in examples])
        labels = [example.label for example in examples]
        report = evaluate(readings, labels, neutral_above=bundle.thresholds.neutral_above)
        print(f"## {source}\n\n{report.to_markdown()}")


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


def _examples(data: Path) -> "list[Example]":
    from ml.emotion.dataset import DataUnreadable, read_csv, read_written

    try:
        examples = read_written(data) if data.is_dir() else read_csv(data)
    except (DataUnreadable, OSError) as cause:
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
