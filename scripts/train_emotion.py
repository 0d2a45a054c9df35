"""Train the emotion model and write its bundle, from top to bottom: read, split, learn, mix, calibrate, export, report.

    python scripts/train_emotion.py --written ml/emotion/data/written --dev ml/emotion/data/dev --kote KOTE \
        --base build/base --out build/emotion

``--base`` may be any BERT with a ``tokenizer.json``: a folder from `pretrain_emotion.py` or an id on the Hugging Face
hub (``klue/bert-base``; KoBERT needs a converted tokenizer, given by ``--tokenizer``). Without it only the n-gram
reader is trained. The bundle is ``OUT/bundle``. Interrupt the program at any time: the same command goes on after the
last finished epoch.
"""

import argparse
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from bot.domain import Emotion, EmotionReading
from ml.bundle import digest_of
from ml.emotion.dataset import (
    Example,
    read_csv,
    read_goemotions,
    read_kote,
    read_kote_shares,
    read_written,
    split,
    without_near_duplicates,
)
from ml.emotion.evaluate import EmotionReport, evaluate
from ml.emotion.export import onnx_logits, write_bundle, write_onnx
from ml.emotion.labels import EMOTIONS, LABELS
from ml.emotion.train import (
    EmotionNetwork,
    Encoded,
    Mixing,
    NgramReader,
    Recipe,
    SentenceReader,
    fine_tune,
    logits_of,
    mix,
)

LICENCES = {
    "written": "MIT (written for this project)",
    "kote": "MIT (searle-j/KOTE)",
    "goemotions": "Apache-2.0 (monologg/GoEmotions-Korean, from Google's GoEmotions)",
    "csv": "the user's own",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = parser.add_argument_group("data")
    data.add_argument("--written", type=Path, nargs="*", default=[], help="folders of label<TAB>sublabel<TAB>sentence")
    data.add_argument(
        "--dev", type=Path, required=True, help="the same form; never trained on, calibrates and is reported"
    )
    data.add_argument("--kote", type=Path, help="KOTE's folder: val is trained on, test reported")
    data.add_argument("--kote-weight", type=float, default=0.7)
    data.add_argument(
        "--comment-bias", type=float, default=0.0, help="below 0: more evidence before a text is read as a comment"
    )
    data.add_argument("--goemotions", type=Path, help="GoEmotions-Korean's folder")
    data.add_argument("--goemotions-weight", type=float, default=0.15)
    data.add_argument("--csv", type=Path, nargs="*", default=[], help="CSV files with the columns text and label")
    data.add_argument("--held-out", type=float, default=0.05, help="share of the training data kept back, by content")
    data.add_argument(
        "--even-out", type=float, default=0.5, help="0..1: how far comments' commoner emotions are held back"
    )
    model = parser.add_argument_group("model")
    model.add_argument("--base", help="folder or hub id of a pretrained BERT")
    model.add_argument(
        "--base-is-ours", action="store_true", help="the card tells how pretrain_emotion.py made the base"
    )
    model.add_argument("--tokenizer", type=Path, help="tokenizer.json; default: the base's")
    model.add_argument("--max-length", type=int, default=64)
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--inverse-penalty", type=float, default=5.0, help="C of the n-gram reader's regression")
    recipe.add_argument("--epochs", type=int, default=8)
    recipe.add_argument("--batch", type=int, default=32)
    recipe.add_argument("--learning-rate", type=float, default=2e-4, help="5e-5 suits a base of 12 layers")
    recipe.add_argument("--smoothing", type=float, default=0.1)
    recipe.add_argument("--word-dropout", type=float, default=0.1)
    recipe.add_argument("--agreement", type=float, default=0.0, help="R-Drop's weight; doubles the time")
    recipe.add_argument("--dropout", type=float, default=0.3)
    recipe.add_argument(
        "--seed", type=int, nargs="+", default=[7], help="one encoder a seed; their logits are averaged"
    )
    recipe.add_argument("--threads", type=int, default=2)
    policy = parser.add_argument_group("thresholds, chosen on --dev")
    policy.add_argument("--answered", type=float, default=0.9, help="share of emotional utterances to answer unasked")
    policy.add_argument("--mistaken", type=float, default=0.02, help="share of emotional ones that may pass as neutral")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


# --- data ---------------------------------------------------------------------------------------------------------


def balanced(targets: np.ndarray, weight: float) -> np.ndarray:
    """Weights that even out a source's labels half-way (square root), with ``weight`` as their mean."""
    raw = (targets / np.sqrt(np.maximum(targets.sum(0), 1))).sum(1)
    return weight * raw / raw.mean()


def sources(args: argparse.Namespace) -> Iterator[tuple[str, list[Path], list[Example], float]]:
    """Name, files, examples and weight of everything to learn from."""
    for folder in args.written:
        yield "written", sorted(folder.rglob("*.tsv")), read_written(folder), 1.0
    for file in args.csv:
        yield "csv", [file], read_csv(file), 1.0
    if args.kote:
        yield "kote", [args.kote / "val.tsv"], read_kote_shares(args.kote, "val"), args.kote_weight
    if args.goemotions:
        file = args.goemotions / "train.tsv"
        yield "goemotions", [file], read_goemotions(args.goemotions), args.goemotions_weight


def digest(files: Sequence[Path]) -> str:
    return hashlib.sha256("".join(digest_of(file) for file in files).encode()).hexdigest()


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch([example.text for example in examples])]


# --- judging ------------------------------------------------------------------------------------------------------


def readings_of(logits: np.ndarray, temperature: float) -> list[EmotionReading]:
    """As `ml.emotion.runtime` reads them."""
    scaled = logits.astype(np.float64) / temperature
    probabilities = np.exp(scaled - scaled.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    emotional = probabilities[:, : len(EMOTIONS)] / probabilities[:, : len(EMOTIONS)].sum(1, keepdims=True)
    return [
        EmotionReading(scores=dict(zip(Emotion, map(float, row), strict=True)), neutral=float(all_six[-1]))
        for row, all_six in zip(emotional, probabilities, strict=True)
    ]


def negative_log_likelihood(logits: np.ndarray, truth: np.ndarray, temperature: float) -> float:
    scaled = logits / temperature
    scaled = scaled - scaled.max(1, keepdims=True)
    return float((np.log(np.exp(scaled).sum(1)) - scaled[range(len(truth)), truth]).mean())


def best_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    grid = np.exp(np.linspace(math.log(0.2), math.log(5), 161))
    return float(min(grid, key=lambda temperature: negative_log_likelihood(logits, truth, temperature)))


def best_pair(ngrams: np.ndarray, encoded: np.ndarray | None, truth: np.ndarray) -> tuple[float, float]:
    """Weights of two readers, by likelihood on a small grid."""
    if encoded is None or not len(truth):
        return 1.0, 0.0 if encoded is None else 1.0
    return min(
        ((float(one), float(other)) for one in np.linspace(0, 3, 16) for other in np.linspace(0, 2, 11)),
        key=lambda pair: negative_log_likelihood(pair[0] * ngrams + pair[1] * encoded, truth, 1.0),
    )


def best_mixing(
    ngrams: np.ndarray, encoded: np.ndarray | None, judged: Sequence[Example], comment_bias: float
) -> Mixing:
    """Chat weights from the development sentences, comment weights from the held-out comments."""
    truth = np.array([LABELS.index(example.label) for example in judged])
    chat = [i for i, example in enumerate(judged) if example.source.startswith("dev")]
    comments = [i for i, example in enumerate(judged) if example.source == "held-out-kote"]

    def pair(places: list[int], columns: slice) -> tuple[float, float]:
        return best_pair(ngrams[places][:, columns], None if encoded is None else encoded[places], truth[places])

    chat_ngrams, chat_encoders = pair(chat, NgramReader.CHAT)
    comment_ngrams, comment_encoders = pair(comments, NgramReader.COMMENT)
    return Mixing(
        chat_ngrams=chat_ngrams,
        chat_encoders=chat_encoders,
        comment_ngrams=comment_ngrams,
        comment_encoders=comment_encoders,
        comment_bias=comment_bias,
    )


def choose_thresholds(
    readings: Sequence[EmotionReading], labels: Sequence[str], args: argparse.Namespace
) -> dict[str, float]:
    """From the risk-coverage curve of the development sentences (see --answered and --mistaken)."""
    emotional = [reading for reading, label in zip(readings, labels, strict=True) if label in EMOTIONS]
    ask_below = float(np.quantile([reading.confidence for reading in emotional], 1 - args.answered))
    neutral_above = float(np.quantile([reading.neutral for reading in emotional], 1 - args.mistaken))
    return {"ask_below": round(ask_below, 3), "neutral_above": round(max(0.3, neutral_above), 3)}


def by_slice(
    examples: Sequence[Example], logits: np.ndarray, temperature: float, neutral_above: float
) -> dict[str, EmotionReport]:
    """A report for every source among ``examples`` and one for all of the development sentences."""
    groups = {
        source: [i for i, each in enumerate(examples) if each.source == source]
        for source in sorted({e.source for e in examples})
    }
    development = [i for i, each in enumerate(examples) if each.source.startswith("dev")]
    if development:
        groups = {"dev-all": development, **groups}
    return {
        name: evaluate(
            readings_of(logits[places], temperature), [examples[i].label for i in places], neutral_above=neutral_above
        )
        for name, places in groups.items()
    }


# --- words --------------------------------------------------------------------------------------------------------


def figures(reports: Mapping[str, EmotionReport]) -> str:
    rows = [
        "| slice | n | accuracy | macro-F1 | ECE | neutral found | emotional called neutral |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, report in reports.items():
        values = (
            report.accuracy,
            report.macro_f1,
            report.calibration_error,
            report.neutral_found,
            report.neutral_mistaken,
        )
        shown = ["–" if math.isnan(value) else f"{value:.3f}" for value in values]
        rows.append(f"| {name} | {report.utterances} | {' | '.join(shown)} |")
    return "\n".join(rows)


def jsonable(report: EmotionReport) -> dict[str, Any]:
    """Without NaN, which JSON does not know, and without the long tables."""
    kept = {"utterances", "accuracy", "macro_f1", "calibration_error", "neutral_found", "neutral_mistaken"}
    return {
        key: None
        if isinstance(value, float) and math.isnan(value)
        else (round(value, 4) if isinstance(value, float) else value)
        for key, value in asdict(report).items()
        if key in kept
    }


def card(
    data: Sequence[Mapping[str, Any]], reports: Mapping[str, EmotionReport], fields: Mapping[str, Any], pretrained: str
) -> str:
    listed = "\n".join(f"| {each['name']} | {each['examples']:,} | {each['licence']} |" for each in data)
    thresholds, base, seeds = fields["thresholds"], fields["base_model"], fields["seeds"]
    few = "one small BERT" if len(seeds) == 1 else f"{len(seeds)} small BERTs, averaged,"
    encoders = f"{few} started from `{base}`" if base else "no encoder in this bundle"
    return f"""# SMOODY's emotion model

It hears one of five emotions in a Korean sentence of chat, or none: {", ".join(LABELS)}.
당황 is wide here: shame, guilt, loneliness, inferiority, bewilderment. It was made to choose music, for nothing else.

## What it is

One ONNX graph (`input_ids`, `attention_mask` -> `logits`), int8 where it pays. Its readers' logits are added up:

* logistic regressions on hashed character n-grams (1 to 5 letters, put together inside the graph from the tokens):
  one for chat, one for comments on the web, one that tells which of the two a text is;
* {encoders}.

Tokenizer: Unigram, lower case, at most {fields["max_length"]} tokens. Temperature {fields["temperature"]:.3f};
ask below {thresholds["ask_below"]:.3f}, no emotion above {thresholds["neutral_above"]:.3f}.

## What it learnt from

| data | examples | licence |
|---|---:|---|
{listed}
{pretrained}
None of the public corpora is in this repository or in the bundle.

## How well it does

{figures(reports)}

Printed by the command below; check a slice with `smoody evaluate emotion ml/emotion/data/dev`.

    {fields["command"]}

The dev slices were written by other hands than the training sentences, yet after the same brief:
figures for unseen people will be lower. They also chose the mixing weights, the temperature and the two thresholds.
kote-test chose nothing; it holds comments on news, shops and videos whose leading emotion is clear.

## Limits

* One sentence, no memory: irony, quotations and inside jokes are often misheard, and so is a bare event without a
  feeling when its words stood in other company in training.
* Served worse: dialects, English and mixed sentences, children and the oldest writers, topics that nobody wrote about.
  Sadness and shame are confused most.
* The training sentences were written to a brief, not collected from listeners; they carry their writers' idea of
  Korean lives.
* It is no instrument for judging anybody's health or state of mind. Crisis words are handled elsewhere, by rules.
"""


PRETRAINED = """
The base was pretrained on NSMC (film reviews and ratings, CC0-1.0), chatbot_data (MIT), Curse-detection-data (MIT),
KOTE val (MIT) and GoEmotions-Korean train (Apache-2.0). It began with token vectors derived from Kiwi's morpheme
vectors (kiwipiepy_model, Apache-2.0, (c) Minchul Lee and the Kiwi contributors; trained by them on the Sejong and NIKL
corpora).
"""


def command_of(args: argparse.Namespace) -> str:
    """This run's command, folders outside the working directory by their option's name: they are nobody's business."""
    words = ["python", "scripts/train_emotion.py"]
    for name, value in vars(args).items():
        values = value if isinstance(value, list) else [value]
        shown = [
            name.upper()
            if name in {"base", "out", "tokenizer"} or (isinstance(each, Path) and each.is_absolute())
            else str(each)
            for each in values
            if each is not None and each is not False
        ]
        if shown:
            words += ["--" + name.replace("_", "-"), *([] if value is True else shown)]
    return " ".join(words)


# --- the program --------------------------------------------------------------------------------------------------


def train_ngrams(
    args: argparse.Namespace, tokenizer: Tokenizer, examples: Sequence[Example], encoded: Encoded
) -> NgramReader:
    """Two experts and the judge between them; kept in a file, as an encoder may take hours after it."""
    reader, file = NgramReader(tokenizer), args.out / "ngrams.pt"
    if file.exists():
        reader.load_state_dict(torch.load(file, weights_only=True))
        return reader
    features = reader.features(encoded.rows)
    comment = np.array([example.source.startswith("kote") for example in examples])
    for columns, places in ((NgramReader.CHAT, ~comment), (NgramReader.COMMENT, comment)):
        if places.any():
            part = (features[places], encoded.targets[places], encoded.weights[places])
            reader.learn(columns, *part, args.inverse_penalty)
    if comment.any() and not comment.all():
        which = np.stack([~comment, comment], 1).astype(float)
        reader.learn(NgramReader.IS_COMMENT, features, which, np.ones(len(which)), args.inverse_penalty)
    torch.save(reader.state_dict(), file)
    return reader


def train_encoder(
    args: argparse.Namespace, seed: int, encoded: Encoded, tokenizer: Tokenizer, dev: Sequence[Example]
) -> SentenceReader:
    reader = SentenceReader.from_base(args.base, dropout=args.dropout)
    recipe = Recipe(
        epochs=args.epochs,
        batch=args.batch,
        learning_rate=args.learning_rate,
        smoothing=args.smoothing,
        word_dropout=args.word_dropout,
        agreement=args.agreement,
        seed=seed,
    )
    rows = encode(tokenizer, dev)
    pad_id = tokenizer.token_to_id("[PAD]")

    def judged(_: int) -> str:
        reports = by_slice(dev, logits_of(reader, rows, pad_id), 1.0, 0.5)
        return "  ".join(f"{name} {report.macro_f1:.3f}" for name, report in reports.items() if report.accuracy >= 0)

    fine_tune(
        reader,
        encoded,
        recipe,
        pad_id=pad_id,
        unknown_id=tokenizer.token_to_id("[UNK]"),
        checkpoint=args.out / f"encoder-{seed}.pt",
        after_epoch=judged,
    )
    return reader


def load_tokenizer(args: argparse.Namespace) -> Tokenizer:
    if args.tokenizer:
        tokenizer = Tokenizer.from_file(str(args.tokenizer))
    elif args.base and Path(args.base).is_dir():
        tokenizer = Tokenizer.from_file(str(Path(args.base) / "tokenizer.json"))
    elif args.base:
        tokenizer = Tokenizer.from_pretrained(args.base)
    else:
        raise SystemExit("give --base or --tokenizer")
    tokenizer.no_padding()
    tokenizer.enable_truncation(args.max_length)
    return tokenizer


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)

    dev = read_written(args.dev)
    judged = dev + (read_kote(args.kote, "test") if args.kote else [])
    learning: list[Example] = []
    weights = np.empty(0)
    data = []
    for name, files, examples, weight in sources(args):
        kept, held_out = split(without_near_duplicates(examples, of=judged), args.held_out)
        judged = judged + [replace(each, source=f"held-out-{name}") for each in held_out]
        learning += kept
        weights = np.concatenate([weights, balanced(np.array([each.target for each in kept]), weight)])
        data.append({"name": name, "licence": LICENCES[name], "examples": len(kept), "sha256": digest(files)})
        print(f"{name}: {len(examples):,} read, {len(kept):,} to learn from, {len(held_out):,} held out")

    tokenizer = load_tokenizer(args)
    pad_id = tokenizer.token_to_id("[PAD]")
    rows, judged_rows = encode(tokenizer, learning), encode(tokenizer, judged)
    encoded = Encoded(rows=rows, targets=np.array([example.target for example in learning]), weights=weights)
    dev_truth = np.array([LABELS.index(example.label) for example in dev])

    ngrams = train_ngrams(args, tokenizer, learning, encoded)
    comment = np.array([example.source.startswith("kote") for example in learning])
    if comment.any():
        ngrams.even_out(NgramReader.COMMENT, encoded.targets[comment].mean(0), args.even_out)
    encoders = [train_encoder(args, seed, encoded, tokenizer, dev) for seed in args.seed] if args.base else []
    columns = logits_of(ngrams, judged_rows, pad_id)
    voices = [logits_of(encoder, judged_rows, pad_id) for encoder in encoders]
    voice = np.mean(voices, 0) if voices else None
    mixing = best_mixing(columns, voice, judged, args.comment_bias)
    network = EmotionNetwork(ngrams, encoders, mixing)
    parity = write_onnx(network, judged_rows[: len(dev)], args.out / "model.onnx", pad_id=pad_id)
    print(mixing, parity, sep="\n")

    logits = onnx_logits(args.out / "model.onnx", judged_rows, pad_id)
    temperature = best_temperature(logits[: len(dev)], dev_truth)
    thresholds = choose_thresholds(readings_of(logits[: len(dev)], temperature), [each.label for each in dev], args)
    reports = by_slice(judged, logits, temperature, thresholds["neutral_above"])
    only_ngrams = mix(torch.from_numpy(columns), None, Mixing(comment_bias=args.comment_bias)).numpy()
    alone = {"n-grams": only_ngrams} | {f"encoder {seed}": each for seed, each in zip(args.seed, voices, strict=False)}
    others = {
        name: by_slice(judged, part, best_temperature(part[: len(dev)], dev_truth), 0.5) for name, part in alone.items()
    }
    fields = {
        "labels": list(LABELS),
        "max_length": args.max_length,
        "lowercase": True,
        "pad_id": pad_id,
        "temperature": round(temperature, 4),
        "thresholds": thresholds,
        "base_model": Path(args.base).name if args.base and Path(args.base).is_dir() else args.base,
        "data": data,
        "seeds": args.seed if args.base else [],
        "mixing": asdict(mixing),
        "parity": asdict(parity),
        "metrics": {name: jsonable(report) for name, report in reports.items()},
        "command": command_of(args),
    }
    write_bundle(
        args.out / "bundle",
        args.out / "model.onnx",
        tokenizer,
        card(data, reports, fields, PRETRAINED if args.base_is_ours else ""),
        fields,
    )
    write_report(args.out, fields, reports, others, judged, logits, temperature)
    print(figures(reports))


def write_report(
    out: Path,
    fields: Mapping[str, Any],
    reports: Mapping[str, EmotionReport],
    others: Mapping[str, Mapping[str, EmotionReport]],
    judged: Sequence[Example],
    logits: np.ndarray,
    temperature: float,
) -> None:
    from ml.emotion.plots import draw_confusion, draw_coverage, draw_reliability, draw_slices

    everything = {**fields, "alone": {name: {s: jsonable(r) for s, r in each.items()} for name, each in others.items()}}
    (out / "report.json").write_text(json.dumps(everything, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sections = ["# Emotion model", figures(reports)]
    sections += [f"## {name} alone\n\n{figures(each)}" for name, each in others.items()]
    sections += [f"## {name}\n\n{report.to_markdown()}" for name, report in reports.items()]
    (out / "report.md").write_text("\n\n".join(sections), encoding="utf-8")

    places = [i for i, each in enumerate(judged) if each.source.startswith("dev") and each.label in EMOTIONS]
    readings = readings_of(logits[places], temperature)
    right = np.array([reading.emotion.value == judged[i].label for reading, i in zip(readings, places, strict=True)])
    draw_reliability(np.array([reading.confidence for reading in readings]), right, out / "reliability.png")
    draw_confusion(reports["dev-all"], out / "confusion.png")
    draw_coverage(reports["dev-all"], fields["thresholds"]["ask_below"], out / "coverage.png")
    shown = [name for name, report in reports.items() if not math.isnan(report.macro_f1)]
    scores = {name: {s: r.macro_f1 for s, r in each.items()} for name, each in {**others, "both": reports}.items()}
    draw_slices(scores, shown, out / "slices.png")


if __name__ == "__main__":
    main()
