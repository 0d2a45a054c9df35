"""Repeat the original's experiments: five pretrained models side by side, or one model on ever fewer labels.

Everything after ``--`` goes to `train_emotion.py`, the same for each run. Interrupted, the same command goes on.

    python scripts/compare_emotion.py models --out build/models -- --aihub CORPUS --labels 6 --held-out 0.2 \
        --epochs 3 --learning-rate 5e-5 --embeddings-rate 1 --dropout 0.1 --word-dropout 0
    python scripts/compare_emotion.py labels --base skt/kobert-base-v1 --out build/labels -- --aihub CORPUS …

OUT gets ``comparison.md``, ``comparison.json`` and ``comparison.png``, and a folder for each run. A model whose weights
are not here and cannot be downloaded is named, with what to do about it, and left out.

Accuracy rises by itself when labels are merged, so the second experiment also counts every run as if it had told the
five emotions apart ("of five"): finer classes count as the emotion that they belong to. Of the 58, 고립된 and
혼란스러운 belong to two, and count as 상처 and 불안, under which they stand first.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import train_emotion

from ml.emotion.aihub import HURT, MERGED, SUBLABELS
from ml.emotion.bases import BaseUnavailable
from ml.emotion.dataset import DataUnreadable
from ml.emotion.labels import EMOTIONS
from ml.emotion.plots import draw_bars

BASES = (
    "skt/kobert-base-v1",
    "monologg/koelectra-base-v3-discriminator",
    "klue/roberta-base",
    "klue/bert-base",
    "beomi/KcELECTRA-base-v2022",
)
EXPERIMENT = ("--readers", "encoder", "--int8-agreement", "0")
LABELS = ("58", "23", "6", "5")

Row = Mapping[str, Any]


def arguments(argv: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=["models", "labels"])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bases", nargs="+", default=BASES, help="of `models`: hub ids or folders")
    parser.add_argument("--base", default=BASES[0], help="of `labels`: hub id or folder")
    given = list(sys.argv[1:] if argv is None else argv)
    cut = given.index("--") if "--" in given else len(given)
    return parser.parse_args(given[:cut]), given[cut + 1 :]


def runs(args: argparse.Namespace) -> dict[str, list[str]]:
    """Name of each run and its own arguments."""
    if args.experiment == "labels":
        return {labels: ["--base", args.base, "--labels", labels] for labels in LABELS}
    return {base.rstrip("/").rpartition("/")[2]: ["--base", base] for base in args.bases}


def result_of(report: Row) -> dict[str, Any]:
    """The figures of a run on what chose nothing; on the development sentences where there is no more."""
    name = next((name for name in report["slices"] if name.startswith("held-out")), "dev-all")
    judged = report["slices"][name]
    return {
        "slice": name,
        "utterances": judged["utterances"],
        "accuracy": judged["accuracy"],
        "macro_f1": judged["macro_f1"],
        "macro_f1_of_five": five(judged["names"], judged["confusion"]),
        "calibration_error": judged["calibration_error"],
        "milliseconds": report["latency_ms"]["median"],
    }


def five(names: Sequence[str], confusion: Sequence[Sequence[int]]) -> float:
    """Macro-F1 over the five emotions of a confusion matrix of finer classes; what is truly 상처 is left out."""
    emotion_of = {name: emotion for emotion, members in reversed(SUBLABELS.items()) for name in members}
    emotion_of |= {group: emotion_of[members[0]] for group, members in MERGED.items()}
    emotion_of |= {emotion: emotion for emotion in (*EMOTIONS, HURT)}
    coarse = [*EMOTIONS, HURT]
    table = np.zeros((len(coarse), len(coarse) + 1))  # a last column for what was heard as no emotion
    for name, counts in zip(names, confusion, strict=True):
        for other, count in zip(names, counts, strict=True):
            if name in emotion_of:
                heard = coarse.index(emotion_of[other]) if other in emotion_of else -1
                table[coarse.index(emotion_of[name]), heard] += count
    table = table[: len(EMOTIONS)]
    right = table.diagonal()
    claimed_or_true = table[:, : len(EMOTIONS)].sum(0) + table.sum(1)
    return round(float(np.mean(2 * right[claimed_or_true > 0] / claimed_or_true[claimed_or_true > 0])), 4)


def table_of(results: Mapping[str, Row], missing: Sequence[str]) -> str:
    lines = [
        "| run | slice | n | accuracy | macro-F1 | of five | ECE | ms an utterance |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, row in results.items():
        shown = (row["accuracy"], row["macro_f1"], row["macro_f1_of_five"], row["calibration_error"])
        figures = " | ".join(f"{value:.3f}" for value in shown)
        lines.append(f"| {name} | {row['slice']} | {row['utterances']} | {figures} | {row['milliseconds']:.2f} |")
    return "\n".join([*lines, *(f"\nLeft out: {line}" for line in missing)]) + "\n"


def main(argv: Sequence[str] | None = None) -> None:
    args, common = arguments(argv)
    results: dict[str, Row] = {}
    missing: list[str] = []
    for name, own in runs(args).items():
        out = args.out / name
        try:
            train_emotion.train(train_emotion.arguments([*common, *own, *EXPERIMENT, "--out", str(out)]))
        except BaseUnavailable as cause:
            missing.append(str(cause))
            print(f"left out: {cause}", file=sys.stderr)
        except DataUnreadable as cause:
            sys.exit(str(cause))
        else:
            results[name] = result_of(json.loads((out / "report.json").read_text(encoding="utf-8")))
    if not results:
        sys.exit("nothing to compare: no model could be had")
    written = json.dumps({"results": results, "left_out": missing}, ensure_ascii=False, indent=2)
    (args.out / "comparison.json").write_text(written + "\n", encoding="utf-8")
    table = table_of(results, missing)
    (args.out / "comparison.md").write_text(table, encoding="utf-8")
    measures = {"accuracy": "accuracy", "macro-F1": "macro_f1", "macro-F1 of five": "macro_f1_of_five"}
    scores = {label: [row[key] for row in results.values()] for label, key in measures.items()}
    draw_bars(scores, list(results), "share", args.out / "comparison.png")
    print(table)


if __name__ == "__main__":
    main()
