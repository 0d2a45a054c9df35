r"""Train the emotion model and write its bundle: read, split, learn, mix, calibrate, export, report, top to bottom.

The bundle that ships, from this project's sentences and KOTE, on a base of `pretrain_emotion.py`:

    python scripts/train_emotion.py --written ml/emotion/data/written --dev ml/emotion/data/dev --kote KOTE \\
        --base build/base --out build/emotion

KoBERT on AI Hub's 감성 대화 말뭉치, the original's way; the service answers with the bundle of ``--labels 5``:

    python scripts/train_emotion.py --aihub CORPUS --turns separate --labels 5 --held-out 0.2 \\
        --base skt/kobert-base-v1 --readers encoder --max-length 64 --epochs 4 --patience 1 --learning-rate 5e-5 \\
        --embeddings-rate 1 --layer-decay 0.9 --agreement 1 --dropout 0.1 --word-dropout 0 --out build/kobert

``--base`` may be any BERT, RoBERTa or ELECTRA: a directory, or an id on the Hugging Face hub (``klue/roberta-base``,
``monologg/koelectra-base-v3-discriminator``, ``beomi/KcELECTRA-base-v2022`` …). Without it only the n-gram reader is
trained. The bundle is ``OUT/bundle``. Interrupt the program at any time: the same command goes on after the last
finished epoch.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from ml.bundle import MANIFEST, digest_of
from ml.emotion.aihub import LabelSet, Turns, label_names, read_aihub
from ml.emotion.bases import Base, BaseUnavailable, Tokens, open_base
from ml.emotion.calibrate import (
    best_temperature,
    choose_thresholds,
    negative_log_likelihood,
    probabilities,
    readings_of,
)
from ml.emotion.card import card
from ml.emotion.dataset import (
    LABELLED,
    DataUnreadable,
    Example,
    in_held_out,
    read_csv,
    read_goemotions,
    read_kote,
    read_kote_shares,
    read_labelled,
    read_texts,
    read_written,
    split,
    without_near_duplicates,
)
from ml.emotion.evaluate import EmotionReport, evaluate, evaluate_classes, latency
from ml.emotion.export import INT8_AGREEMENT, ParityBroken, onnx_logits, session_of, write_bundle, write_onnx
from ml.emotion.labels import LABELS
from ml.emotion.nasty_strings import SENTENCES
from ml.emotion.report import Judgement, figures, summary, write_report
from ml.emotion.runtime import Bundle
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
    padded,
)

LICENCES = {
    "written": "MIT (written for this project)",
    "aihub": "AI Hub's terms (감성 대화 말뭉치, dataSetSn=86): not to be passed on",
    "kote": "MIT (searle-j/KOTE)",
    "chatbot": "MIT (songys/Chatbot_data; labels by this project)",
    "goemotions": "Apache-2.0 (monologg/GoEmotions-Korean, from Google's GoEmotions)",
    "csv": "the user's own",
    "augmented": "that of the sentences it was made from",
    "unlabelled": "the user's own; labels by the teacher",
}


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = parser.add_argument_group("data")
    data.add_argument("--written", type=Path, nargs="*", default=[], help="folders of label<TAB>sublabel<TAB>sentence")
    data.add_argument("--aihub", type=Path, help="AI Hub's 감성 대화 말뭉치: an xlsx or JSON file, or their folder")
    data.add_argument("--turns", type=Turns, choices=list(Turns), default=Turns.SEPARATE, help="of a dialogue")
    data.add_argument(
        "--labels", type=LabelSet, choices=list(LabelSet), default=LabelSet.FIVE, help="others than 5: AI Hub alone"
    )
    data.add_argument("--kote", type=Path, help="KOTE's folder: train (if there) and val are learnt, test is reported")
    data.add_argument("--kote-weight", type=float, default=0.7)
    data.add_argument(
        "--chatbot", type=Path, help="ChatbotData.csv; its rows that were labelled here by hand are learnt"
    )
    data.add_argument("--chatbot-weight", type=float, default=1.0)
    data.add_argument("--goemotions", type=Path, help="GoEmotions-Korean's folder")
    data.add_argument("--goemotions-weight", type=float, default=0.15)
    data.add_argument("--csv", type=Path, nargs="*", default=[], help="CSV files with the columns text and label")
    data.add_argument("--augmented", type=Path, nargs="*", default=[], help="CSV files of augment_emotion.py")
    data.add_argument("--unlabelled", type=Path, nargs="*", default=[], help="a sentence a line; labelled by --teacher")
    data.add_argument(
        "--dev", type=Path, help="as --written, never learnt: calibrates; default: half of what is held out"
    )
    data.add_argument("--held-out", type=float, default=0.05, help="share of each source kept back, by content")
    data.add_argument(
        "--balance", type=float, default=0.5, help="class weights: 0 none, 1 as if labels were equally common"
    )
    data.add_argument("--targets", choices=["soft", "hard"], default="soft", help="hard: the leading label only")
    data.add_argument(
        "--even-out", type=float, default=0.5, help="0..1: how far comments' commoner emotions are held back"
    )
    data.add_argument(
        "--comment-bias", type=float, default=0.0, help="below 0: more evidence before a text is read as a comment"
    )
    model = parser.add_argument_group("model")
    model.add_argument("--base", help="folder or hub id of a pretrained BERT, RoBERTa or ELECTRA")
    model.add_argument(
        "--base-is-ours", action="store_true", help="the card tells how pretrain_emotion.py made the base"
    )
    model.add_argument(
        "--readers", choices=["both", "ngrams", "encoder"], help="default: both, or n-grams without --base"
    )
    model.add_argument("--tokenizer", type=Path, help="tokenizer.json for --readers ngrams without a base")
    model.add_argument(
        "--expressions", action=argparse.BooleanOptionalAction, default=True, help="teach KoBERT ㅠㅠ, ♥ and emoji"
    )
    model.add_argument("--max-length", type=int, default=64)
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--inverse-penalty", type=float, default=5.0, help="C of the n-gram reader's regression")
    recipe.add_argument("--epochs", type=int, default=8)
    recipe.add_argument(
        "--patience", type=int, help="stop after so many epochs without a better macro-F1, keep the best"
    )
    recipe.add_argument("--batch", type=int, default=32)
    recipe.add_argument("--learning-rate", type=float, default=2e-4, help="5e-5 suits a base of 12 layers")
    recipe.add_argument("--embeddings-rate", type=float, default=0.2, help="share of it for token vectors")
    recipe.add_argument("--layer-decay", type=float, default=1.0, help="each layer at this share of the one above it")
    recipe.add_argument("--smoothing", type=float, default=0.1)
    recipe.add_argument("--word-dropout", type=float, default=0.1)
    recipe.add_argument("--agreement", type=float, default=0.0, help="R-Drop's weight; doubles the time")
    recipe.add_argument("--dropout", type=float, default=0.3)
    recipe.add_argument("--teacher", type=Path, help="a bundle to learn from: an earlier run's OUT/bundle")
    recipe.add_argument("--distil-weight", type=float, default=0.7, help="share of the loss that is the teacher's")
    recipe.add_argument("--distil-temperature", type=float, default=3.0)
    recipe.add_argument(
        "--seed", type=int, nargs="+", default=[7], help="one encoder a seed; their logits are averaged"
    )
    recipe.add_argument("--threads", type=int, default=2)
    policy = parser.add_argument_group("thresholds, chosen on the development sentences")
    policy.add_argument("--answered", type=float, default=0.9, help="share of emotional utterances to answer unasked")
    policy.add_argument("--mistaken", type=float, default=0.02, help="share of emotional ones that may pass as neutral")
    policy.add_argument(
        "--int8-agreement", type=float, help=f"else no bundle; default: {INT8_AGREEMENT}, or 0 for other labels than 5"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    others = (args.written, args.kote, args.chatbot, args.goemotions, args.csv, args.unlabelled, args.dev, args.teacher)
    if args.labels != LabelSet.FIVE and any(others):
        parser.error(f"--labels {args.labels.value} are AI Hub's own: only --aihub and --augmented can teach them")
    if not args.base and not args.tokenizer:
        parser.error("give --base or --tokenizer")
    if args.unlabelled and not args.teacher:
        parser.error("--unlabelled needs a --teacher")
    if args.labels != LabelSet.FIVE and (args.readers or "encoder") != "encoder":
        parser.error("n-gram readers know the service's labels only: --labels 5, or --readers encoder")
    args.readers = args.readers or ("encoder" if args.labels != LabelSet.FIVE else "both" if args.base else "ngrams")
    if args.int8_agreement is None:  # dozens of near-synonyms are experiments, not for the service
        args.int8_agreement = INT8_AGREEMENT if args.labels == LabelSet.FIVE else 0.0
    if args.readers != "ngrams" and not args.base:
        parser.error(f"--readers {args.readers} needs a --base")
    return args


# --- data ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something to learn from."""

    name: str
    files: Sequence[Path]
    examples: Sequence[Example]
    weight: float = 1.0
    is_judged: bool = True
    """Whether what is held out of it says anything about the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All examples, split."""

    learning: Sequence[Example]
    weights: np.ndarray
    judged: Sequence[Example]
    """Development sentences first, then what chooses nothing."""
    development: int
    """How many of ``judged`` calibrate."""
    data: Sequence[Mapping[str, Any]]
    """Name, licence, size and digest of each source."""

    @property
    def dev(self) -> Sequence[Example]:
        """The development sentences."""
        return self.judged[: self.development]


def sources(args: argparse.Namespace, names: Sequence[str]) -> Iterator[Source]:
    for folder in args.written:
        yield Source(name="written", files=sorted(folder.rglob("*.tsv")), examples=read_written(folder))
    if args.aihub:
        examples = read_aihub(args.aihub, turns=args.turns, labels=args.labels)
        files = (
            [args.aihub] if args.aihub.is_file() else sorted(each for each in args.aihub.rglob("*") if each.is_file())
        )
        yield Source(name="aihub", files=files, examples=examples)
    for file in args.csv:
        yield Source(name="csv", files=[file], examples=read_csv(file))
    if args.kote:
        splits = [each for each in ("train", "val") if (args.kote / f"{each}.tsv").is_file()] or ["val"]
        examples = [example for each in splits for example in read_kote_shares(args.kote, each)]
        files = [args.kote / f"{each}.tsv" for each in splits]
        yield Source(name="kote", files=files, examples=examples, weight=args.kote_weight)
    if args.chatbot:
        labels = LABELLED / "chatbot.tsv"
        examples = read_labelled(labels, read_texts(args.chatbot), "chatbot")
        yield Source(name="chatbot", files=[args.chatbot, labels], examples=examples, weight=args.chatbot_weight)
    if args.goemotions:
        file, examples = args.goemotions / "train.tsv", read_goemotions(args.goemotions)
        yield Source(name="goemotions", files=[file], examples=examples, weight=args.goemotions_weight)
    for file in args.augmented:
        yield Source(name="augmented", files=[file], examples=read_csv(file, names), is_judged=False)
    for file in args.unlabelled:
        texts = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        examples = labelled_by(Bundle.load(args.teacher), texts)
        yield Source(name="unlabelled", files=[file], examples=examples, is_judged=False)


def gather(args: argparse.Namespace, names: Sequence[str]) -> Corpus:
    """Read everything; nothing to learn nearly equals anything judged, in this source or another."""
    dev = read_written(args.dev) if args.dev else []
    judged = read_kote(args.kote, "test") if args.kote else []
    kept: list[tuple[Source, list[Example]]] = []
    for source in sources(args, names):
        learning, held_out = split(source.examples, args.held_out)
        kept.append((source, learning))
        for each in held_out if source.is_judged else []:
            calibrates = not args.dev and in_held_out(each.group or each.text, args.held_out / 2)
            (dev if calibrates else judged).append(
                replace(each, source=f"{'dev' if calibrates else 'held-out'}-{source.name}")
            )
        print(f"{source.name}: {len(source.examples):,} read, {len(held_out):,} held out")
    if not dev:
        raise DataUnreadable("no development sentences: give --dev, more data or a larger --held-out")
    kept = [(source, without_near_duplicates(learning, of=[*dev, *judged])) for source, learning in kept]
    return Corpus(
        learning=[example for _, examples in kept for example in examples],
        weights=np.concatenate(
            [
                balanced(targets_of(examples, names, args.targets), source.weight, args.balance)
                for source, examples in kept
            ]
        ),
        judged=[*dev, *judged],
        development=len(dev),
        data=[
            {
                "name": source.name,
                "licence": LICENCES[source.name],
                "examples": len(examples),
                "sha256": hashlib.sha256("".join(map(digest_of, source.files)).encode()).hexdigest(),
            }
            for source, examples in kept
        ],
    )


def targets_of(examples: Sequence[Example], names: Sequence[str], kind: str) -> np.ndarray:
    """Probabilities of shape (examples, names); hard ones are all for the leading label."""
    chosen = [replace(each, shares=None) for each in examples] if kind == "hard" else examples
    return np.array([example.target(names) for example in chosen]).reshape(-1, len(names))


def balanced(targets: np.ndarray, weight: float, balance: float) -> np.ndarray:
    """Weights of one source, ``weight`` their mean: inverse to how common a label is, to the power of ``balance``."""
    if not len(targets):
        return np.empty(0)
    raw = (targets / np.maximum(targets.sum(0), 1) ** balance).sum(1)
    return weight * raw / raw.mean()


def teacher_logits(teacher: Bundle, texts: Sequence[str]) -> np.ndarray:
    """What a bundle says to texts, of shape (texts, `LABELS`); a teacher without neutral never says it."""
    rows = [teacher.encode_utterance(text) for text in texts]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    logits = np.full((len(rows), len(LABELS)), -12.0)
    for start in range(0, len(order), 32):
        places = order[start : start + 32]
        logits[places, : teacher.label_count] = teacher.run([rows[i] for i in places])
    return logits


def labelled_by(teacher: Bundle, texts: Sequence[str]) -> list[Example]:
    shares = probabilities(teacher_logits(teacher, texts), teacher.temperature)
    return [
        Example(text=text, label=LABELS[row.argmax()], source="unlabelled", shares=tuple(row))
        for text, row in zip(texts, shares, strict=True)
    ]


# --- learning -----------------------------------------------------------------------------------------------------


COMPARED = 500
"""Training sentences on which PyTorch and ONNX are compared, beside the development sentences."""

AFTERWARDS = {"out", "threads", "base_is_ours", "comment_bias", "answered", "mistaken", "int8_agreement"}
"""Arguments that may change from one call to the next: what was learnt stays the same."""


def claim(args: argparse.Namespace, corpus: Corpus, tokens: Tokens) -> None:
    """Note in ``OUT/run.json`` what is being trained, and refuse to mix it with an earlier run of something else."""
    this = {
        name: str(value)
        for name, value in vars(args).items()
        if name not in AFTERWARDS and not isinstance(value, Path | list)
    }
    this["data"] = hashlib.sha256(json.dumps(corpus.data).encode()).hexdigest()
    this["tokenizer"] = hashlib.sha256(tokens.tokenizer.to_str().encode()).hexdigest()
    this["teacher"] = digest_of(args.teacher / MANIFEST) if args.teacher else ""
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "run.json"
    earlier = json.loads(file.read_text(encoding="utf-8")) if file.exists() else this
    if changed := sorted(name for name in this if this[name] != earlier.get(name)):
        raise DataUnreadable(
            f"{args.out}: holds a run with other {', '.join(changed)}; choose another --out or empty it"
        )
    file.write_text(json.dumps(this, indent=1) + "\n", encoding="utf-8")


def train_ngrams(
    args: argparse.Namespace, tokenizer: Tokenizer, examples: Sequence[Example], encoded: Encoded
) -> NgramReader:
    """Two experts and the judge between them; kept in a file, as an encoder may take hours after it."""
    reader, file = NgramReader(tokenizer), args.out / "ngrams.pt"
    comment = np.array([example.source.startswith("kote") for example in examples])
    if file.exists():
        reader.load(file)
        return reader
    features = reader.features(encoded.rows)
    for columns, places in ((NgramReader.CHAT, ~comment), (NgramReader.COMMENT, comment)):
        if places.any():
            part = (features[places], encoded.targets[places], encoded.weights[places])
            reader.learn(columns, *part, args.inverse_penalty)
    if comment.any():
        reader.even_out(NgramReader.COMMENT, encoded.targets[comment].mean(0), args.even_out)
    if comment.any() and not comment.all():
        which = np.stack([~comment, comment], 1).astype(float)
        reader.learn(NgramReader.IS_COMMENT, features, which, np.ones(len(which)), args.inverse_penalty)
    torch.save(reader.state_dict(), file)
    return reader


def train_encoder(
    args: argparse.Namespace, seed: int, encoded: Encoded, base: Base, dev: Sequence[Example], names: Sequence[str]
) -> SentenceReader:
    torch.manual_seed(seed)  # the head starts from random weights
    reader = SentenceReader(base.pretrained(), len(names), args.dropout)
    reader.encoder.config.save_pretrained(args.out)
    recipe = Recipe(
        epochs=args.epochs,
        batch=args.batch,
        learning_rate=args.learning_rate,
        embeddings_rate=args.embeddings_rate,
        layer_decay=args.layer_decay,
        smoothing=args.smoothing,
        word_dropout=args.word_dropout,
        agreement=args.agreement,
        distil_weight=args.distil_weight,
        distil_temperature=args.distil_temperature,
        patience=args.patience,
        seed=seed,
    )
    rows = base.tokens.encode(example.text for example in dev)

    def judge() -> tuple[float, str]:
        reports = by_slice(dev, logits_of(reader, rows, base.tokens.pad_id), 1.0, 0.5, names)
        words = "  ".join(f"{name} {report.macro_f1:.3f}" for name, report in reports.items() if report.accuracy >= 0)
        return reports["dev-all"].macro_f1, words

    fine_tune(
        reader,
        encoded,
        recipe,
        pad_id=base.tokens.pad_id,
        unknown_id=base.tokens.unknown_id,
        checkpoint=args.out / f"encoder-{seed}.pt",
        judge=judge,
    )
    return reader


# --- mixing and judging -------------------------------------------------------------------------------------------


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


def report_on(
    examples: Sequence[Example], logits: np.ndarray, temperature: float, neutral_above: float, names: Sequence[str]
) -> EmotionReport:
    labels = [example.label for example in examples]
    if names == LABELS:
        return evaluate(readings_of(logits, temperature), labels, neutral_above=neutral_above)
    return evaluate_classes(probabilities(logits, temperature), labels, names)


def by_slice(
    examples: Sequence[Example], logits: np.ndarray, temperature: float, neutral_above: float, names: Sequence[str]
) -> dict[str, EmotionReport]:
    """A report for all of the development sentences, then for every source among ``examples``."""
    groups = {"dev-all": [i for i, each in enumerate(examples) if each.source.startswith("dev")]}
    groups |= {
        source: [i for i, each in enumerate(examples) if each.source == source]
        for source in sorted({each.source for each in examples})
    }
    return {
        name: report_on([examples[i] for i in places], logits[places], temperature, neutral_above, names)
        for name, places in groups.items()
    }


def thresholds_for(
    args: argparse.Namespace, dev: Sequence[Example], logits: np.ndarray, temperature: float, names: Sequence[str]
) -> dict[str, float]:
    if names == LABELS:
        readings, labels = readings_of(logits, temperature), [each.label for each in dev]
        return choose_thresholds(readings, labels, answered=args.answered, mistaken=args.mistaken)
    confidence = probabilities(logits, temperature).max(1)
    return {"ask_below": round(float(np.quantile(confidence, 1 - args.answered)), 3), "neutral_above": 1.0}


def probes_of(network: EmotionNetwork, tokens: Tokens) -> list[dict[str, Any]]:
    """What PyTorch says to a few sentences, so that the bundle can be checked where there is no checkpoint."""
    rows = tokens.encode(SENTENCES)
    logits = logits_of(network, rows, tokens.pad_id)
    return [
        {"text": text, "ids": row, "logits": [round(float(each), 5) for each in answer]}
        for text, row, answer in zip(SENTENCES, rows, logits, strict=True)
    ]


def command_of(args: argparse.Namespace) -> str:
    """This run's command, folders outside the working directory by their option's name: they are nobody's business."""
    words = ["python", "scripts/train_emotion.py"]
    for name, value in vars(args).items():
        values = value if isinstance(value, list) else [value]
        shown = [
            name.upper()
            if name in {"out", "tokenizer"} or Path(str(each)).is_absolute() or (name == "base" and Path(each).is_dir())
            else str(getattr(each, "value", each))
            for each in values
            if each is not None and each is not False
        ]
        if shown:
            words += ["--" + name.replace("_", "-"), *([] if value is True else shown)]
    return " ".join(words)


# --- the program --------------------------------------------------------------------------------------------------


def train(args: argparse.Namespace) -> Mapping[str, Any]:
    """Do all of it; what stands in the bundle's manifest comes back."""
    torch.set_num_threads(args.threads)
    names = LABELS if args.labels == LabelSet.FIVE else label_names(args.labels)
    base = open_base(args.base, max_length=args.max_length, expressions=args.expressions) if args.base else None
    tokens = base.tokens if base else Tokens.of(Tokenizer.from_file(str(args.tokenizer)), args.max_length)
    corpus = gather(args, names)
    claim(args, corpus, tokens)

    rows = tokens.encode(example.text for example in corpus.learning)
    judged_rows = tokens.encode(example.text for example in corpus.judged)
    tokens.check(rows)
    teacher = Bundle.load(args.teacher) if args.teacher else None
    encoded = Encoded(
        rows=rows,
        targets=targets_of(corpus.learning, names, args.targets),
        weights=corpus.weights,
        teacher=teacher_logits(teacher, [each.text for each in corpus.learning]) if teacher else None,
    )
    ngrams = train_ngrams(args, tokens.tokenizer, corpus.learning, encoded) if args.readers != "encoder" else None
    encoders = []
    if base and args.readers != "ngrams":
        encoders = [train_encoder(args, seed, encoded, base, corpus.dev, names) for seed in args.seed]

    columns = logits_of(ngrams, judged_rows, tokens.pad_id) if ngrams else None
    voices = [logits_of(encoder, judged_rows, tokens.pad_id) for encoder in encoders]
    voice = np.mean(voices, 0) if voices else None
    mixing = Mixing() if columns is None else best_mixing(columns, voice, corpus.judged, args.comment_bias)
    network = EmotionNetwork(ngrams, encoders, mixing)
    model = args.out / "model.onnx"
    shown = [*judged_rows[: corpus.development], *rows[:COMPARED]]
    parity = write_onnx(network, shown, model, pad_id=tokens.pad_id, agreement=args.int8_agreement)
    print(mixing, parity, sep="\n")

    logits = onnx_logits(model, judged_rows, tokens.pad_id)
    dev_logits = logits[: corpus.development]
    truth = np.array([names.index(example.label) for example in corpus.dev])
    temperature = best_temperature(dev_logits, truth)
    thresholds = thresholds_for(args, corpus.dev, dev_logits, temperature, names)
    reported = partial(by_slice, corpus.judged, neutral_above=thresholds["neutral_above"], names=names)
    reports, uncalibrated = reported(logits, temperature), reported(logits, 1.0)
    alone: dict[str, np.ndarray] = {}
    if columns is not None and voices:
        alone["n-grams"] = mix(torch.from_numpy(columns), None, Mixing(comment_bias=args.comment_bias)).numpy()
    if len(alone) + len(voices) > 1:
        alone |= {f"encoder {seed}": each for seed, each in zip(args.seed, voices, strict=True)}
    parts = {name: reported(each, best_temperature(each[: corpus.development], truth)) for name, each in alone.items()}
    fields = {
        "labels": list(names),
        "max_length": args.max_length,
        "lowercase": tokens.lowercase,
        "pad_id": tokens.pad_id,
        "temperature": round(temperature, 4),
        "thresholds": thresholds,
        "base_model": base.name if base else None,
        "data": corpus.data,
        "seeds": args.seed if encoders else [],
        "mixing": asdict(mixing),
        "parity": asdict(parity),
        "probes": probes_of(network, tokens),
        "metrics": {name: summary(report) for name, report in reports.items()},
        "command": command_of(args),
    }
    told = card(
        fields,
        corpus.data,
        figures(reports),
        has_ngrams=ngrams is not None,
        base_is_ours=args.base_is_ours,
        own_development=args.dev is not None,
    )
    write_bundle(args.out / "bundle", model, tokens.tokenizer, told, fields)
    session = session_of(model)

    def read(text: str) -> int:
        ids, mask = padded(tokens.encode([text]), tokens.pad_id)
        session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
        return ids.shape[1]

    write_report(
        args.out,
        {name: Judgement(calibrated=reports[name], uncalibrated=uncalibrated[name]) for name in reports},
        latency=latency(read, [example.text for example in corpus.dev[:500]]),
        ask_below=thresholds["ask_below"],
        facts=fields,
        parts=parts,
    )
    print(figures(reports))
    return fields


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    try:
        train(args)
    except (BaseUnavailable, DataUnreadable, ParityBroken) as cause:
        sys.exit(str(cause))


if __name__ == "__main__":
    main()
